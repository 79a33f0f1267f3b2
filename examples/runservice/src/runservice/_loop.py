"""Jobs that are done again and again: none of their failures ends them, and each is one line in the log."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from stackerr import wrapping

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = logging.getLogger("runservice")

_LONGEST_PAUSE = 30.0
_TOGETHER = 0.02  # what changes within that is looked at together


async def repeat(
    name: str, job: Callable[[], Awaitable[object]], every: float, changed: asyncio.Event | None = None
) -> None:
    """Do a job until cancelled.

    Args:
        name: what is being done, for the log.
        job: does it once.
        every: the seconds between two times; after failures they become more.
        changed: what makes it start at once, unless it has just failed.
    """
    pause = every
    while True:
        if changed is not None:
            changed.clear()
        try:
            with wrapping(name):
                await job()
            pause = every
        except Exception as err:
            log.error("failed, next try in %g s", pause, exc_info=err)  # noqa: TRY400 - the formatter prints one line
            await asyncio.sleep(pause)
            pause = min(pause * 2, max(_LONGEST_PAUSE, every))
            continue
        await asyncio.sleep(_TOGETHER)
        await _pause(pause, changed)


async def _pause(seconds: float, changed: asyncio.Event | None) -> None:
    if changed is None:
        await asyncio.sleep(seconds)
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await changed.wait()
