"""The loops of one instance: each looks now and then whether there is something to do."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from kvstore import ErrLocked

from . import _jobs
from ._cleaners import clean_groups, clean_storage, clean_wals, ping
from ._wal import NotInitialisedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ._context import Context, Known
    from ._follower import Follower

log = logging.getLogger("datamanager")

_PAUSE = 0.5


class Loops:
    """The loops of one instance.

    Args:
        context: where everything is.
        follower: the view of the instance.
        known: the newest checkpoint it has seen.
    """

    def __init__(self, context: Context, follower: Follower, known: Known) -> None:
        self._context = context
        self._follower = follower
        self._known = known
        self._written = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start them."""
        options = self._context.options
        jobs: list[tuple[str, float, Callable[[], Awaitable[object]], asyncio.Event]] = [
            ("sync", options.sync_every, self._sync, self._written),
            ("checkpoint", options.checkpoint_every, self._checkpoint, asyncio.Event()),
            ("clean WALs", options.clean_wals_every, partial(clean_wals, self._context), asyncio.Event()),
            ("clean storage", options.clean_storage_every, partial(clean_storage, self._context), asyncio.Event()),
            ("clean change groups", options.clean_groups_every, partial(clean_groups, self._context), asyncio.Event()),
            ("ping", options.ping_every, partial(ping, self._context), asyncio.Event()),
        ]
        self._tasks = [asyncio.create_task(self._repeat(*job), name=job[0]) for job in jobs]

    def wake(self) -> None:
        """Say that something was written."""
        self._written.set()

    async def stop(self) -> None:
        """Stop them, and bring what was written to where it outlives the loss of the store."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
            await self._try("sync", self._sync_at_last)

    async def _repeat(self, name: str, every: float, job: Callable[[], Awaitable[object]], wake: asyncio.Event) -> None:
        while True:
            try:
                async with asyncio.timeout(every):
                    await wake.wait()
            except TimeoutError:
                pass
            wake.clear()
            await self._try(name, job)

    async def _try(self, name: str, job: Callable[[], Awaitable[object]]) -> None:
        """Do a job; what fails is done the next time."""
        try:
            await job()
        except ErrLocked:
            log.debug("another instance does: %s", name)
        except NotInitialisedError:
            await self._try(name, self._follower.fresh)
        except Exception as err:
            log.warning("not done this time: %s", name, exc_info=err)

    async def _sync(self) -> None:
        try:
            await _jobs.sync(self._context)
        except ErrLocked:
            await asyncio.sleep(_PAUSE)
            self._written.set()  # the other one may not have seen what we wrote

    async def _sync_at_last(self) -> None:
        """Wait for whoever is at it, and for the end of a lock whose holder is dead."""
        async with asyncio.timeout(self._context.options.lock_ttl * 2):
            await _jobs.sync(self._context, wait=True)

    async def _checkpoint(self) -> None:
        await _jobs.checkpoint(self._context, self._known)
        await self._follower.rebase()
