"""The service itself: in one of two modes, and changing over by itself when the key of maintenance comes or goes."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from clients import now
from clients.runservice import Instance, InstanceMode
from datamanager import open_data_manager
from kvstore import ErrCompacted, keep_compacting
from serving import ErrMaintenance
from stackerr import wrapping

from ._archiver import archive_all, is_to_be_archived
from ._cleaner import clean_groups, clean_storage
from ._collection import Collection
from ._core import BASE, TYPES, Core
from ._executors import clean_tasks
from ._fetcher import fetch_all, has_ended_tasks
from ._loop import repeat
from ._scheduler import Scheduler

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from datamanager import DataManager
    from kvstore import Lease, Store
    from objectstorage import ObjectStorage

    from .settings import Settings

log = logging.getLogger("runservice")

MAINTENANCE, INSTANCES = "maintenance", "instances/"
_LEASE = 10
_RETRY = 1.0


class Service:
    """One instance of the service; use `open_service`.

    Args:
        store: the kv store.
        storage: the object storage.
        settings: the numbers and the tokens.

    Attributes:
        id: what the instance is called.
        mode: what it does; None while it changes over.
        instances: all instances.
        closing: set when the mode is about to end: streams end, too.
    """

    def __init__(self, store: Store, storage: ObjectStorage, settings: Settings) -> None:
        self.id = uuid4().hex
        self.store = store
        self.storage = storage
        self.settings = settings
        self.mode: InstanceMode | None = None
        self.instances = Collection(store, INSTANCES, Instance)
        self.closing = asyncio.Event()
        self.started = asyncio.Event()
        self._core: Core | None = None
        self._data: DataManager | None = None
        self._requests = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def core(self) -> Core:
        """What requests work with.

        Raises:
            ErrMaintenance: the service is in maintenance.
        """
        if self._core is None:
            raise ErrMaintenance
        return self._core

    @property
    def data(self) -> DataManager:
        """The data, in either mode.

        Raises:
            ErrMaintenance: the service changes over to maintenance, or back.
        """
        if self._data is None:
            raise ErrMaintenance("changing over")
        return self._data

    async def imported(self) -> datetime | None:
        """When the last import began that went through; None when there was none, or while the service changes over."""
        with wrapping("look when the last import was"):
            name = await self._data.imported() if self._data else ""
            return datetime.fromisoformat(name) if name else None

    @asynccontextmanager
    async def request(self) -> AsyncGenerator[None, None]:
        """Count a request that is under way: a mode waits for those, within reason, before it ends."""
        self._requests += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._requests -= 1
            if not self._requests:
                self._idle.set()

    async def run(self) -> None:
        """Be in one mode after the other, until cancelled; what fails after the start is logged and tried again."""
        while True:
            try:
                async with self.store.lease(_LEASE) as lease:
                    while True:
                        await self._run_once(lease)
            except Exception as err:
                if not self.started.is_set():
                    raise
                log.error("the service starts anew", exc_info=err)  # noqa: TRY400 - the formatter prints one line
                await asyncio.sleep(_RETRY)

    async def _run_once(self, lease: Lease) -> None:
        mode, revision = await self._wanted()
        with wrapping("be in mode %s", mode.value, mode=mode.value):
            async with AsyncExitStack() as stack:
                await self._enter(mode, stack)
                await self._announce(mode, lease)
                self.started.set()
                await self._await_change(mode, revision)
                await self._leave()

    async def _enter(self, mode: InstanceMode, stack: AsyncExitStack) -> None:
        is_maintenance = mode is InstanceMode.MAINTENANCE
        options = self.settings.data
        with wrapping("open what the service works with"):
            opened = open_data_manager(
                self.store, self.storage, types=TYPES, base=BASE, maintenance=is_maintenance, options=options
            )
            data = await stack.enter_async_context(opened)
            core = await stack.enter_async_context(Core(self.store, self.storage, data, self.settings))
        stack.callback(self._forget)
        if not is_maintenance:
            await stack.enter_async_context(_working(core))
            self._core = core
        self._data, self.mode = data, mode
        self.closing.clear()

    def _forget(self) -> None:
        self._core = self._data = self.mode = None

    async def _announce(self, mode: InstanceMode, lease: Lease) -> None:
        log.info("instance %s is in mode %s", self.id, mode.value)
        put = self.instances.put(Instance(id=self.id, mode=mode, since=now()))
        with wrapping("announce the mode"):
            await self.store.put(put.key, put.value, lease=lease)

    async def _wanted(self) -> tuple[InstanceMode, int]:
        """The mode to be in, and the revision at which that was so."""
        with wrapping("look whether maintenance is wanted"):
            page = await self.store.list(MAINTENANCE)
        is_wanted = any(entry.key == MAINTENANCE for entry in page.entries)
        return InstanceMode.MAINTENANCE if is_wanted else InstanceMode.NORMAL, page.revision

    async def _await_change(self, mode: InstanceMode, revision: int) -> None:
        wanted = mode
        while wanted is mode:
            with suppress(ErrCompacted), wrapping("watch for maintenance"):
                async with self.store.watch_key(MAINTENANCE, after=revision) as batches:
                    await anext(batches)
            wanted, revision = await self._wanted()

    async def _leave(self) -> None:
        """Take no more requests, and wait for those that are under way."""
        self._forget()
        self.closing.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.settings.drain):
                await self._idle.wait()


@asynccontextmanager
async def open_service(store: Store, storage: ObjectStorage, settings: Settings) -> AsyncGenerator[Service, None]:
    """Run an instance for as long as a block runs.

    Args:
        store: the kv store.
        storage: the object storage.
        settings: the numbers and the tokens.

    Raises:
        datamanager.ErrCorrupt: what is stored is damaged.
        kvstore.ErrUnavailable: the store cannot be reached.
    """
    service = Service(store, storage, settings)
    running = asyncio.create_task(service.run(), name="runservice")
    starting = asyncio.create_task(service.started.wait())
    try:
        await asyncio.wait([running, starting], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            with wrapping("start the service"):
                running.result()
        yield service
    finally:
        service.closing.set()
        for task in (starting, running):
            task.cancel()
        await asyncio.gather(starting, running, return_exceptions=True)


@asynccontextmanager
async def _working(core: Core) -> AsyncGenerator[None, None]:
    """Do all that is done without being asked for, while a block runs."""
    settings, scheduler = core.settings, Scheduler(core)

    def do(job: Callable[[Core], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
        return lambda: job(core)

    ended, fetched = core.archived.listen_for(has_ended_tasks), core.archived.listen_for(is_to_be_archived)
    jobs = [
        repeat("follow the runs", core.archived.follow, _RETRY),
        repeat("compact the store", lambda: keep_compacting(core.store), _RETRY),
        repeat("schedule the runs", scheduler.schedule, settings.schedule_every, core.archived.listen()),
        repeat("fetch what tasks have left", do(fetch_all), settings.fetch_every, ended),
        repeat("archive runs", do(archive_all), settings.fetch_every, fetched),
        repeat("clean up tasks", do(clean_tasks), settings.clean_every),
        repeat("clean up groups", do(clean_groups), settings.clean_every * 10),
        repeat("clean up the storage", do(clean_storage), settings.clean_storage_every),
    ]
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await scheduler.close()
