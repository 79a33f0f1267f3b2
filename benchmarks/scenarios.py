"""What is measured: each scenario a function without arguments that does one thing once.

The errors that the scenarios wrap are made beforehand, so that nothing else is counted.
"""

from __future__ import annotations

import contextlib
import io
import logging
from typing import TYPE_CHECKING

import stackerr
from stackerr import compact, is_err, wrap, wrapping

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import TypeVar

    T = TypeVar("T")

DEPTH = 20
MESSAGE = "load run 42"
PLAIN = ValueError("runs/42")
NATIVE = FileNotFoundError(2, "No such file or directory", "runs/42")
WRAPPED_PLAIN = wrap(PLAIN, "read object")
WRAPPED_NATIVE = wrap(NATIVE, "read object")


def at_depth(depth: int, do: Callable[[], T]) -> T:
    """What a function answers that is called under this many frames."""
    return do() if depth <= 1 else at_depth(depth - 1, do)


def make_chain(links: int, depth: int = DEPTH) -> BaseException:
    """An error raised under so many frames and wrapped on its way out: a chain of this many links, the root among them."""
    try:
        _fail(links - 1, depth)
    except ValueError as err:
        return err
    raise AssertionError("nothing was raised")


def _fail(wraps: int, depth: int) -> None:
    if depth > 1:
        if wraps and depth <= wraps + 1:
            with wrapping("step %d", depth):
                _fail(wraps, depth - 1)
        else:
            _fail(wraps, depth - 1)
    else:
        raise ValueError("runs/42")


# Raising


def raise_from() -> None:
    """The floor: an error of one's own, raised from another one."""
    try:
        raise ValueError(MESSAGE) from PLAIN
    except ValueError:
        pass


def raise_wrapped() -> None:
    """The statement alone, when a stack was saved before: the place only."""
    try:
        raise wrap(WRAPPED_PLAIN, MESSAGE) from WRAPPED_PLAIN
    except ValueError:
        pass


def raise_wrapped_with_stack() -> None:
    """The statement alone, the first layer of a chain: the full stack is saved."""
    try:
        raise wrap(PLAIN, MESSAGE) from PLAIN
    except ValueError:
        pass


def raise_wrapped_native() -> None:
    """The same for an `OSError`, whose state is at the C level; the place only."""
    try:
        raise wrap(WRAPPED_NATIVE, MESSAGE) from WRAPPED_NATIVE
    except OSError:
        pass


# Failing: an error arises, is given a message, and is caught


def fail_from() -> None:
    try:
        try:
            raise ValueError("runs/42")
        except ValueError as err:
            raise ValueError(MESSAGE) from err
    except ValueError:
        pass


def fail_noted() -> None:
    try:
        try:
            raise ValueError("runs/42")
        except ValueError as err:
            err.add_note(MESSAGE)
            raise
    except ValueError:
        pass


def fail_wrapped_with_stack() -> None:
    try:
        try:
            raise ValueError("runs/42")
        except ValueError as err:
            raise wrap(err, MESSAGE) from err
    except ValueError:
        pass


def fail_wrapping() -> None:
    try:
        with wrapping("load run %s", 42):
            raise ValueError("runs/42")
    except ValueError:
        pass


# Nothing fails


class Handwritten:
    """The least that a context manager can be which keeps a format, its arguments and fields for later."""

    def __init__(self, format: str, *args: object, **fields: object) -> None:
        self.format = format
        self.args = args
        self.fields = fields

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, _: TracebackType | None) -> None:
        pass


def work() -> None:
    """What is called in the block."""


def call_bare() -> None:
    work()


def call_in_handwritten() -> None:
    with Handwritten("load run %s", 42):
        work()


def call_in_suppress() -> None:
    with contextlib.suppress(ValueError):
        work()


def call_in_wrapping() -> None:
    with wrapping("load run %s", 42):
        work()


# Looking and printing

CHAIN = make_chain(3)


def match() -> None:
    is_err(CHAIN, KeyError)


def print_compact() -> None:
    compact(CHAIN)


class CompactFormatter(logging.Formatter):
    """A record and its error on one line: the least that a formatter can do with `compact`."""

    def format(self, record: logging.LogRecord) -> str:
        assert record.exc_info is not None
        err = record.exc_info[1]
        return record.getMessage() if err is None else f"{record.getMessage()}: {compact(err)}"


class Log:
    """A logger that writes to memory by a formatter of choice."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self.out = io.StringIO()
        handler = logging.StreamHandler(self.out)
        handler.setFormatter(formatter)
        self._logger = logging.Logger("benchmark")
        self._logger.addHandler(handler)

    def error(self) -> None:
        """Log the chain; what was written before goes."""
        self.out.seek(0)
        self.out.truncate()
        self._logger.error("request failed", exc_info=CHAIN)

    def size(self) -> int:
        """The bytes of one record."""
        self.error()
        return len(self.out.getvalue())


COMPACT_LOG = Log(CompactFormatter())


def log_compact() -> None:
    COMPACT_LOG.error()


COUNTED = (
    raise_from,
    raise_wrapped,
    raise_wrapped_with_stack,
    raise_wrapped_native,
    fail_wrapping,
    call_in_wrapping,
    match,
    print_compact,
    log_compact,
)
assert stackerr.frames(CHAIN), "the chain has places"
