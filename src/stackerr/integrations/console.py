"""The console: log lines for people, in colours where the terminal has them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

import stackerr

from ._colours import BOLD, DIM, RED, RESET, is_coloured, paint, paint_detail
from ._exc_info import decide, error_in, indent, join, message_of, one_line
from .logging import Formatter

if TYPE_CHECKING:
    import logging

_YELLOW, _GREEN, _BLUE = "\x1b[33m", "\x1b[32m", "\x1b[34m"
_LEVELS = {
    "CRITICAL": ("CRT", BOLD + RED),
    "ERROR": ("ERR", RED),
    "WARNING": ("WRN", _YELLOW),
    "INFO": ("INF", _GREEN),
    "DEBUG": ("DBG", _BLUE),
}


class ConsoleFormatter(Formatter):
    """A `logging.Formatter` for people: time, level, message, then the error in red with its places dim.

    Args:
        datefmt: the format of the time.
        detailed: True for an indented block that tells everything, False for the one line; None asks the one switch.
        coloured: True or False to decide; None colours a terminal, and obeys `NO_COLOR` and `FORCE_COLOR`.
        stream: where the handler writes to; it is asked whether it is a terminal. None is `sys.stderr`.

    Source: the console writer of Go's zerolog, <https://github.com/rs/zerolog#pretty-logging>.

    >>> import logging
    >>> record = logging.makeLogRecord({"msg": "serve request", "levelname": "ERROR", "created": 0.0})
    >>> record.exc_info = OSError("disk full")
    >>> ConsoleFormatter("(time)", coloured=False).format(record)
    '(time) ERR serve request: disk full'
    """

    def __init__(
        self,
        datefmt: str = "%H:%M:%S",
        *,
        detailed: bool | None = None,
        coloured: bool | None = None,
        stream: TextIO | None = None,
    ) -> None:
        super().__init__(datefmt=datefmt, detailed=detailed)
        self.coloured = coloured
        self.stream = stream

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, or with a block below it."""
        err, is_detailed = error_in(record.exc_info), decide(self.detailed)
        coloured = is_coloured(self.stream or sys.stderr) if self.coloured is None else self.coloured
        level, colour = _LEVELS.get(record.levelname, (record.levelname[:3].upper(), BOLD))
        time = self.formatTime(record, self.datefmt)
        head = f"{DIM}{time}{RESET} {colour}{level}{RESET}" if coloured else f"{time} {level}"
        message = one_line(message_of(record))
        if err is not None and not is_detailed:
            line = stackerr.compact(err)
            message = join(message, line)
            if coloured:
                message = message.removesuffix(line) + paint(line)
        lines = [f"{head} {message}"]
        if err is not None and is_detailed:
            text = stackerr.detailed(err)
            lines.append(indent(paint_detail(text) if coloured else text))
        if record.stack_info:
            lines.append(indent(record.stack_info))
        return "\n".join(lines)
