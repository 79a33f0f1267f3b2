"""What every HTTP service needs around its routes: a socket, signals, one-line logs, and errors as answers.

What a command needs to say `--help` comes with the package, the web framework when one of its names is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from .command import address, configure_logging, log_format_option, tell_progress

if TYPE_CHECKING:
    from .errors import ErrMaintenance, ErrTooMuch, ErrUnavailable
    from .guard import Guard
    from .problems import answer_errors, describe, document
    from .server import ErrListen, bind, serving, signalled, terminated, url_of
    from .tokens import guarded_router, wants_token

__all__ = [
    "ErrListen",
    "ErrMaintenance",
    "ErrTooMuch",
    "ErrUnavailable",
    "Guard",
    "address",
    "answer_errors",
    "bind",
    "configure_logging",
    "describe",
    "document",
    "guarded_router",
    "log_format_option",
    "serving",
    "signalled",
    "tell_progress",
    "terminated",
    "url_of",
    "wants_token",
]

_LATER = {
    **dict.fromkeys(["ErrMaintenance", "ErrTooMuch", "ErrUnavailable"], "errors"),
    "Guard": "guard",
    **dict.fromkeys(["answer_errors", "describe", "document"], "problems"),
    **dict.fromkeys(["ErrListen", "bind", "serving", "signalled", "terminated", "url_of"], "server"),
    **dict.fromkeys(["guarded_router", "wants_token"], "tokens"),
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f".{_LATER[name]}", __name__), name)
    globals()[name] = value
    return value
