"""The authenticated front of the runs; see `README.md`."""

from .api import make_app
from .behind import Behind, Service, open_behind
from .errors import ErrSetup

__all__ = ["Behind", "ErrSetup", "Service", "make_app", "open_behind"]
