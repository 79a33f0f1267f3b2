"""What every logger of the wing asks: which error is it, what did the caller say, and on how many lines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import stackerr

if TYPE_CHECKING:
    import logging

_MESSAGE_LIMIT = 10_000


def error_in(exc_info: object) -> BaseException | None:
    """The error that a logger was given as `exc_info`.

    Args:
        exc_info: an error, a tuple as from `sys.exc_info()`, or something true for the one being handled.

    Returns:
        The error; None when there is none, as in `(None, None, None)`.

    >>> error_in((KeyError, KeyError("id"), None))
    KeyError('id')
    """
    if isinstance(exc_info, tuple):
        exc_info = exc_info[1] if len(exc_info) > 1 else None
        return exc_info if isinstance(exc_info, BaseException) else None
    if isinstance(exc_info, BaseException):  # before its truth is asked, which may be code of its own
        return exc_info
    return sys.exception() if exc_info else None


def decide(detailed: bool | None) -> bool:
    """What a formatter was told, or else what the one switch says."""
    return stackerr.is_detailed() if detailed is None else detailed


def message_of(record: logging.LogRecord) -> str:
    """The words of the log call; where its arguments do not fit or fail, what is left and why."""
    try:
        return record.getMessage().rstrip("\r\n")  # uvicorn ends its message with a line break
    except Exception as failure:  # noqa: BLE001 - the arguments' own __str__ may raise anything
        words = record.msg if type(record.msg) is str else f"<{type(record.msg).__name__}>"
        return f"{words} <cannot be formatted: {type(failure).__name__}>"


def one_line(text: str) -> str:
    r"""The text on one line: what a log reader would not show as a character is escaped, as `compact` does.

    >>> one_line("ok\nforged")
    'ok\\nforged'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def join(message: str, line: str) -> str:
    """The message and the error on one line; words that the message ends with already are not said again.

    >>> join("serve request", "disk full [app.py:3]")
    'serve request: disk full [app.py:3]'
    >>> join("cannot save: disk full", "disk full [app.py:3]")
    'cannot save: disk full [app.py:3]'
    """
    if len(message) > _MESSAGE_LIMIT:
        message = f"{message[:_MESSAGE_LIMIT]}… {len(message) - _MESSAGE_LIMIT} more characters"
    end = line.rfind(" [")
    if 0 < end <= len(message) and message.endswith(line[:end]):
        return f"{message}{line[end:]}"
    return f"{message}: {line}" if message else line


def indent(text: str) -> str:
    """The text as a block that log readers take for the continuation of the line above."""
    return "\n".join(f"    {line}" for line in text.split("\n"))
