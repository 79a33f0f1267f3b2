"""The standard library's logging: one line for an error, where there were seventy."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Literal

import stackerr

from ._exc_info import decide, error_in, indent, join, message_of, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping


class Formatter(logging.Formatter):
    """A `logging.Formatter` that ends the line with the error: `message: compact`.

    Args:
        fmt: the format, as in `logging.Formatter`.
        datefmt: the format of the time.
        style: `"%"`, `"{"` or `"$"`.
        validate: whether to check the format.
        defaults: values for what a record lacks.
        detailed: True for an indented block that tells everything, False for the one line; None asks the one switch, at
            the moment of use: `configure(detailed=True)` or `STACKERR_DETAILED_ERRORS=1`.

    Line breaks and other control characters in messages are shown escaped, so that a record is one line and cannot be
    forged; in detail they stand. `record.exc_text` is neither read nor written: other handlers print their own.

    Source: `logging.Formatter`, <https://docs.python.org/3/library/logging.html#formatter-objects>.

    >>> import logging, stackerr
    >>> record = logging.makeLogRecord({"msg": "serve request", "levelname": "ERROR"})
    >>> record.exc_info = stackerr.wrap(OSError("disk full"), "save cache")
    >>> print(Formatter("%(levelname)s %(message)s").format(record))
    ERROR serve request: save cache: disk full [<doctest ...>:1]
    """

    def __init__(
        self,
        fmt: str | None = None,
        datefmt: str | None = None,
        style: Literal["%", "{", "$"] = "%",
        validate: bool = True,
        *,
        defaults: Mapping[str, Any] | None = None,
        detailed: bool | None = None,
    ) -> None:
        super().__init__(fmt, datefmt, style, validate, defaults=defaults)
        self.detailed = detailed

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line, or in detail."""
        err = error_in(record.exc_info)
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        if decide(self.detailed):
            return self._format_detailed(record, err)
        message = one_line(message_of(record))
        record.message = message if err is None else join(message, stackerr.compact(err))
        line = self.formatMessage(record)
        record.message = message
        return f"{line} | {_on_one_line(record.stack_info)}" if record.stack_info else line

    def _format_detailed(self, record: logging.LogRecord, err: BaseException | None) -> str:
        record.message = message_of(record)
        text = self.formatMessage(record)
        if err is not None:
            text = f"{text}\n{indent(stackerr.detailed(err))}"
        return f"{text}\n{indent(self.formatStack(record.stack_info))}" if record.stack_info else text

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """The error alone; for formatters that are built on this one."""
        err = error_in(ei)
        if err is None:
            return ""
        return stackerr.detailed(err) if decide(self.detailed) else stackerr.compact(err)


def _on_one_line(stack_info: str) -> str:
    return one_line(" | ".join(line.strip() for line in stack_info.split("\n")))
