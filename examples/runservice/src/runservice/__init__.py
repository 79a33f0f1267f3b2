"""Runs as graphs of tasks: queued, scheduled onto executors, logged and archived.

What other programs need of it is in `clients.runservice`; here is what it takes to run one.
"""

from serving import document as describe

from ._service import Service, open_service
from ._settings import Settings
from .app import make_app

__all__ = ["Service", "Settings", "describe", "make_app", "open_service"]
