"""The executor: it tells of itself, asks for tasks, and clears away what nobody needs any more."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clients.runservice import Executor as Registration
from clients.runservice import RunserviceClient
from stackerr import wrapping

from .driver import Driver
from .errors import ErrSurvivors
from .folder import Folders
from .identity import held, read_id
from .jobs import Jobs
from .keys import arch
from .leftovers import Records
from .outage import Outage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
    from pathlib import Path

logger = logging.getLogger("executor")


@dataclass(frozen=True, slots=True)
class Settings:
    """How an executor is to run.

    Attributes:
        runservice: the URL of the runservice.
        token: what says who asks, there and here.
        data: the data directory.
        listen_url: where the runservice reaches this executor.
        limit: how many tasks may run at once; 0 for any number.
        labels: what tasks may ask for.
        every: the seconds between two reports.
        grace: the seconds between SIGTERM and SIGKILL.
    """

    runservice: str
    token: str = field(repr=False)
    data: Path
    listen_url: str
    limit: int = 2
    labels: Mapping[str, str] = field(default_factory=dict)
    every: float = 2.0
    grace: float = 5.0


class Executor:
    """An executor that runs; `open_executor` makes one."""

    def __init__(self, settings: Settings, executor_id: str, client: RunserviceClient) -> None:
        self.id = executor_id
        self.folders = Folders(settings.data / "tasks")
        self._settings = settings
        self._client = client
        self._records = Records(settings.data / "processes", self.folders.root)
        self._driver = Driver(self._records, grace=settings.grace)
        self.jobs = Jobs(executor_id, settings.limit, client, self._driver, self.folders, every=settings.every)

    async def prepare(self) -> None:
        """Clear away what an executor before this one has left; before any task is taken."""
        self.folders.make()
        try:
            killed = await asyncio.to_thread(self._records.end_leftovers)
        except ErrSurvivors as err:
            logger.exception("cannot end what an earlier executor has left running", exc_info=err)
        else:
            if killed:
                logger.warning("killed %d processes that an earlier executor had left running", killed)

    async def run(self) -> None:
        """Work until this is cancelled, then stop all tasks and say so."""
        loops = {"register": self._register, "ask for tasks": self._pull, "reap orphans": self._driver.reap}
        try:
            async with asyncio.TaskGroup() as group:
                for doing, work in loops.items():
                    group.create_task(self._repeat(doing, work), name=doing)
        finally:
            await self.jobs.close(patience=2 * self._settings.every)

    async def _repeat(self, doing: str, work: Callable[[], Awaitable[None]]) -> None:
        outage = Outage(logger, doing)
        while True:
            try:
                await work()
            except Exception as err:  # noqa: BLE001 - whatever it is, it is tried again
                outage.began(err)
            else:
                outage.ended()
            with wrapping("wait for the next time to %s", doing):
                await asyncio.sleep(self._settings.every)

    async def _register(self) -> None:
        settings = self._settings
        registration = Registration(
            id=self.id,
            listen_url=settings.listen_url,
            archs=[arch()],
            labels=dict(settings.labels),
            active_tasks_limit=settings.limit,
            active_tasks=self.jobs.active,
        )
        await self._client.send_executor(registration)

    async def _pull(self) -> None:
        tasks = await self._client.list_executor_tasks(self.id)
        for task in tasks:
            self.jobs.pull(task)
        listed = {task.id for task in tasks}
        for task_id in self.folders.list():
            if task_id not in listed and task_id not in self.jobs:
                await self._clear(task_id)

    async def _clear(self, task_id: str) -> None:
        """Remove a task's directory when the runservice says, of this very task, that it has done with it."""
        if await self._client.get_executor_task(self.id, task_id) is None and task_id not in self.jobs:
            await asyncio.to_thread(self.folders.remove, task_id)
            logger.info("task cleared away: %s", task_id)


@asynccontextmanager
async def open_executor(settings: Settings) -> AsyncGenerator[Executor, None]:
    """An executor on its data directory, which nobody else uses meanwhile.

    Raises:
        ErrSetup: the data directory cannot be used.
    """
    with held(settings.data):
        with wrapping("connect to runservice %s", settings.runservice):
            client = RunserviceClient(settings.runservice, settings.token)
        async with client:
            executor = Executor(settings, read_id(settings.data), client)
            await executor.prepare()
            yield executor
