"""Errors that nobody caught: the hooks one by one, where `stackerr.install` sets all of them.

>>> import sys
>>> from stackerr.integrations.excepthook import excepthook
>>> sys.excepthook = excepthook
>>> sys.excepthook = sys.__excepthook__
"""

from stackerr._hooks import (
    Installation,
    asyncio_handler,
    excepthook,
    install,
    report,
    threading_excepthook,
    unraisablehook,
)

__all__ = [
    "Installation",
    "asyncio_handler",
    "excepthook",
    "install",
    "report",
    "threading_excepthook",
    "unraisablehook",
]
