"""Work that must be seen to its end, and work in threads."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

T = TypeVar("T")


class Stopped(Exception):
    """Leaves a function in a thread that nobody waits for any more."""


def go_on(stop: threading.Event) -> None:
    """Raise Stopped if it is time."""
    if stop.is_set():
        raise Stopped


async def finish(work: Coroutine[Any, Any, T]) -> T:
    """Wait for the end of the work, also when this is cancelled meanwhile; the cancellation is raised after it.

    What ends processes and writes statuses must not be left half done.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as err:
            cancelled = err
    if cancelled is not None:
        if not task.cancelled():
            task.exception()  # noqa: WRP101 - only so that asyncio does not complain that nobody looked
        raise cancelled
    return task.result()  # noqa: WRP101 - what the work raises says what it was doing


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Call a function that takes a `threading.Event` last, in a thread.

    When this is cancelled the event is set, and the thread is waited for: it writes no more when this has ended.
    """
    stop = threading.Event()
    work = asyncio.ensure_future(asyncio.to_thread(function, *args, stop))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        stop.set()
        await finish(_settle(work))
        raise


async def _settle(work: asyncio.Future[Any]) -> None:
    await asyncio.wait([work])
    if not work.cancelled():
        work.exception()  # noqa: WRP101 - only so that asyncio does not complain that nobody looked
