"""Hooks for the errors that nobody caught."""

from __future__ import annotations

import sys

from ._config import settings
from ._detail import detailed
from ._report import code, hints
from ._safe import one_line, safe_str
from ._text import compact

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    import threading
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, Self


def report(err: BaseException) -> str:
    """The error as the one switch wants it: in detail, or on one line with its code and hints.

    >>> from stackerr import new
    >>> print(report(new("disk full", code="E17", hint="empty the cache")))
    disk full [<doctest ...>:1] (code: E17; hint: empty the cache)
    """
    if settings.detailed:
        return detailed(err)
    advice = [f"hint: {hint}" for hint in hints(err)]
    if code(err) is not None:
        advice.insert(0, f"code: {safe_str(code(err))}")
    return f"{compact(err)} ({one_line('; '.join(advice))})" if advice else compact(err)


def excepthook(kind: type[BaseException], err: BaseException | None, traceback: TracebackType | None, /) -> None:
    """A `sys.excepthook` that prints one line; `KeyboardInterrupt` is left to Python's own."""
    if err is None or issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, err, traceback)  # type: ignore[arg-type]
    else:
        _print(report(err))


def threading_excepthook(args: threading.ExceptHookArgs, /) -> None:
    """A `threading.excepthook` that prints one line with the thread's name; `SystemExit` ends a thread silently."""
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        name = "unknown" if args.thread is None else args.thread.name
        _print(f"in thread {name}: {report(args.exc_value)}")


def unraisablehook(args: sys.UnraisableHookArgs, /) -> None:
    """A `sys.unraisablehook` that prints one line for an error that Python can give to nobody."""
    if args.exc_value is not None:
        source = getattr(args.object, "__qualname__", None) or type(args.object).__qualname__
        _print(f"{args.err_msg or 'ignored in'} {source}: {report(args.exc_value)}")


def asyncio_handler(_: asyncio.AbstractEventLoop, context: dict[str, Any], /) -> None:
    """An asyncio exception handler that logs one line to the logger `asyncio`.

    >>> import asyncio
    >>> async def main():
    ...     asyncio.get_running_loop().set_exception_handler(asyncio_handler)
    >>> asyncio.run(main())
    """
    import logging

    err = context.get("exception")
    message = context.get("message") or "unhandled error in the event loop"
    logging.getLogger("asyncio").error("%s", message if err is None else f"{message}: {report(err)}")


def _print(text: str) -> None:
    if sys.stderr is not None:
        try:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
        except (OSError, ValueError):  # closed: there is nobody left to tell
            pass


class Installation:
    """What `install` changed, to be undone: call `undo()`, or use it as a context manager."""

    def __init__(self) -> None:
        self._undoers: list[Callable[[], None]] = []

    def replace(self, owner: Any, name: str, hook: Any) -> None:
        """Put a hook in its place and remember what was there; one that somebody else has put there since stays."""
        before = getattr(owner, name)
        setattr(owner, name, hook)

        def undo() -> None:
            if getattr(owner, name) is hook:
                setattr(owner, name, before)

        self._undoers.append(undo)

    def undo(self) -> None:
        """Put everything back as it was; a second call does nothing."""
        while self._undoers:
            self._undoers.pop()()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.undo()


Installation.__module__ = "stackerr"


def install() -> Installation:
    """Print errors that nobody caught as one line, or in detail when `configure(detailed=True)` says so.

    It sets `sys.excepthook`, `threading.excepthook`, `sys.unraisablehook`, and what asyncio's own event loops do
    when nobody has set a handler on them.

    Returns:
        What was changed; its `undo()` changes it back, and so does leaving it as a context manager.

    >>> with install():
    ...     pass  # the program
    """
    import asyncio.base_events
    import threading

    def default_exception_handler(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        asyncio_handler(loop, context)

    done = Installation()
    done.replace(sys, "excepthook", excepthook)
    done.replace(sys, "unraisablehook", unraisablehook)
    done.replace(threading, "excepthook", threading_excepthook)
    done.replace(asyncio.base_events.BaseEventLoop, "default_exception_handler", default_exception_handler)
    return done
