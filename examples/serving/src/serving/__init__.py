"""What every HTTP service needs around its routes: a socket, signals, one-line logs, and errors as answers."""

from .command import address, configure_logging, log_format_option
from .guard import ErrTooMuch, Guard, guarded_router
from .problems import answer_errors, describe, document, respond
from .server import ErrListen, bind, serving, terminated, url_of

__all__ = [
    "ErrListen",
    "ErrTooMuch",
    "Guard",
    "address",
    "answer_errors",
    "bind",
    "configure_logging",
    "describe",
    "document",
    "guarded_router",
    "log_format_option",
    "respond",
    "serving",
    "terminated",
    "url_of",
]
