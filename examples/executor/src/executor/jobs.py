"""All tasks that this executor has taken, until the runservice knows how they ended."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import TYPE_CHECKING

from apierrors import ErrBadRequest, ErrConflict, ErrInternal, ErrNotExist, is_remote
from clients.runservice import ExecutorTaskPhase

from .job import Job
from .outage import Outage
from .steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from clients.runservice import ExecutorTask, RunserviceClient

    from .driver import Driver
    from .folder import Folders

logger = logging.getLogger("executor")

_REMEMBERED = 10_000


class Jobs:
    """The running map: what is in it is not started again.

    Args:
        executor_id: who we are.
        limit: how many tasks may run at once; 0 for any number.
        client: whom the statuses are sent to.
        driver: runs the programs.
        folders: where the tasks have their directories.
        every: the seconds after which a status is sent again, changed or not.
    """

    def __init__(
        self,
        executor_id: str,
        limit: int,
        client: RunserviceClient,
        driver: Driver,
        folders: Folders,
        *,
        every: float = 2.0,
    ) -> None:
        self._executor_id = executor_id
        self._limit = limit
        self._client = client
        self._driver = driver
        self._folders = folders
        self._every = every
        self._jobs: dict[str, Job] = {}
        self._senders: set[asyncio.Task[None]] = set()
        self._done: OrderedDict[str, None] = OrderedDict()  # a late push must not start a task again
        self._is_closed = False

    @property
    def active(self) -> int:
        """How many tasks run."""
        return sum(not job.status.phase.is_finished for job in self._jobs.values())

    def __contains__(self, task_id: str) -> bool:
        return task_id in self._jobs

    def has_ended(self, task_id: str, step: int | None) -> bool:
        """Whether nothing more happens in a step, or in the setup."""
        return task_id not in self._jobs or self._jobs[task_id].has_ended(step)

    def take(self, task: ExecutorTask) -> None:
        """Do what is to be done about a task: start it, stop it, or say that it is lost.

        Raises:
            ErrConflict: there is no room for it now.
            ErrInternal: the executor is about to end.
            ErrBadRequest: it is another executor's, or lacks what is to be done.
        """
        if task.spec.executor_id != self._executor_id:
            raise ErrBadRequest("the task is another executor's", public="the task is for another executor")
        job = self._jobs.get(task.id)
        if job is not None and task.spec.stop:
            job.stop()
        elif job is None and task.id not in self._done and not task.status.phase.is_finished:
            self._begin(task)

    def pull(self, task: ExecutorTask) -> None:
        """Take a task of the list, if there is room for it: it is in the next list too."""
        try:
            self.take(task)
        except (ErrConflict, ErrInternal):
            pass
        except ErrBadRequest as err:
            logger.warning("task refused: %s", task.id, exc_info=err)

    def _begin(self, task: ExecutorTask) -> None:
        if self._is_closed:
            raise ErrInternal("the executor is about to end", status=503, public="the executor is about to end")
        if task.status.phase is ExecutorTaskPhase.RUNNING:
            self._add(task, Job.give_up)
        elif task.spec.stop:
            self._add(task, Job.cancel)
        elif task.spec_data is None:
            raise ErrBadRequest("the task has no spec data", public="the task does not say what is to be done")
        elif self._limit and self.active >= self._limit:
            raise ErrConflict(f"{self.active} tasks run already", public="the executor is full")
        else:
            steps = Steps(task.spec_data, self._folders.of(task.id), self._driver, self._client)
            logger.info("task taken: %s", task.id)
            self._add(task, lambda job: job.start(steps))

    def _add(self, task: ExecutorTask, begin: Callable[[Job], None]) -> None:
        changed = asyncio.Event()
        job = Job(task, changed.set)
        self._jobs[task.id] = job
        begin(job)
        sender = asyncio.create_task(self._keep_sending(job, changed), name=f"status of task {task.id}")
        self._senders.add(sender)
        sender.add_done_callback(self._senders.discard)

    async def close(self, patience: float) -> None:
        """Stop everything and say so; no task is taken any more.

        Args:
            patience: the seconds that the runservice has to take the last statuses.
        """
        self._is_closed = True
        for job in self._jobs.values():
            job.stop()
        for job in list(self._jobs.values()):
            await job.wait()
        if self._senders:
            _, unsent = await asyncio.wait(self._senders, timeout=patience)
            for sender in unsent:
                sender.cancel()
            if unsent:
                logger.warning("%d tasks have ended, and the runservice was not told", len(unsent))
                await asyncio.wait(unsent)

    async def _keep_sending(self, job: Job, changed: asyncio.Event) -> None:
        """Send the status at each change and every few seconds, until the end of the task is known over there."""
        outage = Outage(logger, f"report task {job.id}")
        while not await self._is_done_with(job, changed, outage):
            await _wait(changed, self._every)
        del self._jobs[job.id]
        self._done[job.id] = None
        if len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)

    async def _is_done_with(self, job: Job, changed: asyncio.Event, outage: Outage) -> bool:
        changed.clear()
        status = job.status
        try:
            await self._client.send_task_status(self._executor_id, job.id, status)
        except Exception as err:  # noqa: BLE001 - whatever it is, it is sent again
            if is_remote(err, ErrNotExist):  # nobody waits for it any more
                job.stop()
                return status.phase.is_finished
            outage.began(err)
            return False
        outage.ended()
        return status.phase.is_finished


async def _wait(changed: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await changed.wait()
    except TimeoutError:
        pass
