"""All services of the example system in one run: the demo, and the tests that kill them."""

from .installation import Installation
from .process import ErrNotStarted, Service

__all__ = ["ErrNotStarted", "Installation", "Service"]
