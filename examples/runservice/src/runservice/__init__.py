"""Runs as graphs of tasks: queued, scheduled onto executors, logged and archived.

What other programs need of it is in `clients.runservice`; here is what it takes to run one. That comes when it is used,
so that the commands of operators need not load a web server.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._service import Service, open_service
    from ._settings import Settings
    from .app import make_app

__all__ = ["Service", "Settings", "make_app", "open_service"]

_LATER = {
    "Service": "_service",
    "open_service": "_service",
    "Settings": "_settings",
    "make_app": "app",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f".{_LATER[name]}", __name__), name)
    globals()[name] = value
    return value
