"""Moving runs on: what the schedule decides is put into the store, or left to whoever was faster."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from clients import now
from clients.runservice import ExecutorTask, ExecutorTaskSpec, RunConfig, RunPhase
from kvstore import ErrKeyModified, absent
from stackerr import wrapping

from ._actions import runs_to_start, start_run
from ._live import put_run
from ._schedule import advance_run, advance_tasks, choose_executor, tasks_to_run
from ._sending import prepare
from ._spec import with_spec_data
from ._status import update_run
from .errors import ErrOutOfDate, ErrRunNotExist, ErrWrongPhase

if TYPE_CHECKING:
    from clients.runservice import Executor, Run, RunTask

    from ._collection import Kept, Many
    from ._core import Core

log = logging.getLogger("runservice")


class Scheduler:
    """Moves all runs on, and hands tasks to executors.

    Args:
        core: the stores.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._pushes: set[asyncio.Task[None]] = set()

    async def schedule(self) -> None:
        """Let runs start, and look at every run that runs, once."""
        runs = await self._core.runs.list()
        if await self._start(runs_to_start([kept.value for kept in runs])):
            runs = await self._core.runs.list()
        if any(kept.value.phase is RunPhase.RUNNING for kept in runs):
            await self._move_on(runs)

    async def _start(self, runs: list[Run]) -> bool:
        """Let queued runs start; whether there was one."""
        for run in runs:
            try:
                await start_run(self._core, run.id)
            except (ErrOutOfDate, ErrWrongPhase) as err:
                log.debug("run %s is started by somebody else", run.id, exc_info=err)
        return bool(runs)

    async def _move_on(self, runs: Many[Run]) -> None:
        tasks = await self._core.tasks.list()
        executors = {kept.value.id: kept.value for kept in await self._core.executors.list()}
        busy = Counter(kept.value.spec.executor_id for kept in tasks if not kept.value.status.phase.is_finished)
        of_run: defaultdict[str, dict[str, Kept[ExecutorTask]]] = defaultdict(dict)
        for kept_task in tasks:
            of_run[kept_task.value.spec.run_id][kept_task.value.id] = kept_task
        for kept in runs:
            if kept.value.phase is RunPhase.RUNNING:
                await self._schedule_or_leave(Round(self._core, kept, of_run[kept.value.id], executors, busy))

    async def _schedule_or_leave(self, round: Round) -> None:
        run_id = round.before.value.id
        try:
            with wrapping("schedule run %s", run_id, run_id=run_id):
                pushed = await round.play()
        except (ErrOutOfDate, ErrKeyModified) as err:
            log.debug("run %s is scheduled by somebody else", run_id, exc_info=err)
            return
        except Exception as err:
            log.error("the run is left for the next time", exc_info=err)  # noqa: TRY400 - the formatter prints one line
            return
        for executor, task in pushed:
            self._push(executor, task)

    def _push(self, executor: Executor, task: ExecutorTask) -> None:
        """Send a task; when that fails, the executor will ask for it."""
        push = asyncio.create_task(self._send(executor, task), name=f"push {task.id}")
        self._pushes.add(push)
        push.add_done_callback(self._pushes.discard)

    async def _send(self, executor: Executor, task: ExecutorTask) -> None:
        try:
            with wrapping("hand task %s to executor %s", task.id, executor.id, run_id=task.spec.run_id):
                await self._core.client(executor).send_task(task)
        except Exception as err:
            log.warning("the executor has to ask for its task", exc_info=err)

    async def close(self) -> None:
        """Wait for nothing: what is not sent will be asked for."""
        for push in self._pushes:
            push.cancel()
        await asyncio.gather(*self._pushes, return_exceptions=True)


class Round:
    """One look at one run.

    Args:
        core: the stores.
        before: the run as it was read.
        tasks: those of its tasks that executors have, as they were read afterwards.
        executors: all executors, by id.
        busy: how many tasks each has; what is handed out is added.
    """

    def __init__(
        self,
        core: Core,
        before: Kept[Run],
        tasks: dict[str, Kept[ExecutorTask]],
        executors: dict[str, Executor],
        busy: Counter[str],
    ) -> None:
        self.core = core
        self.before = before
        self.tasks = tasks
        self.executors = executors
        self.busy = busy

    async def play(self) -> list[tuple[Executor, ExecutorTask]]:
        """Move the run on; the tasks to send."""
        try:
            config = await self.core.config(self.before.value.id)
        except ErrRunNotExist:
            await self._give_up()
            raise
        run = self._advance(config)
        revision = self.before.revision
        if run != self.before.value:
            revision = await put_run(self.core, run, self.before)
        stopped = await self._stop_tasks(run, config) if run.stop else []
        return [*stopped, *await self._hand_out(run, config, revision)]

    def _advance(self, config: RunConfig) -> Run:
        """The run with all that follows from what the executors have said."""
        run = self.before.value
        for kept in self.tasks.values():
            run = update_run(run, kept.value)
        active = {id for id, kept in self.tasks.items() if not kept.value.status.phase.is_finished}
        before = None
        while run != before:
            before, run = run, advance_tasks(advance_run(run, config, active, now()), config, self.tasks)
        return run

    async def _give_up(self) -> None:
        """A run of which nobody knows any more what it was made from, as after the loss of the stores, cannot go on."""
        run = self.before.value.model_copy(update={"phase": RunPhase.SETUP_ERROR, "end_time": now()})
        await put_run(self.core, run, self.before)

    async def _stop_tasks(self, run: Run, config: RunConfig) -> list[tuple[Executor, ExecutorTask]]:
        stopped = []
        for kept in self.tasks.values():
            task = kept.value
            if task.spec.stop or task.status.phase.is_finished:
                continue
            task = task.model_copy(update={"spec": task.spec.model_copy(update={"stop": True})})
            put = self.core.tasks.put(task)
            with wrapping("stop task %s", task.id, task_id=task.id):
                revision = await self.core.store.put_if(put.key, put.value, kept.revision)
            if executor := self.executors.get(task.spec.executor_id):
                stopped.append((executor, with_spec_data(task, run, config, revision)))
        return stopped

    async def _hand_out(self, run: Run, config: RunConfig, revision: int) -> list[tuple[Executor, ExecutorTask]]:
        handed, opened = [], dict[str, RunConfig]()
        for task in tasks_to_run(run, config, self.tasks):
            executor = choose_executor(self.executors.values(), config.tasks[task.id], self.busy, now())
            if executor is None:
                continue
            spec = ExecutorTaskSpec(executor_id=executor.id, run_id=run.id)
            given, sent = await prepare(self.core, ExecutorTask(id=task.id, spec=spec), opened)
            at = await self._give(run, task, given, revision)
            if not given.status.phase.is_finished:
                self.busy[executor.id] += 1
                handed.append((executor, with_spec_data(given, run, sent, at)))
        return handed

    async def _give(self, run: Run, task: RunTask, given: ExecutorTask, revision: int) -> int:
        """Make the executor's task: only if there is none, and only while the run is as it was decided upon."""
        compares = [absent(self.core.tasks.key(task.id)), self.core.runs.unchanged(run.id, revision)]
        with wrapping("give task %s to executor %s", task.name, given.spec.executor_id, task_id=task.id):
            return await self.core.store.commit(compares, [self.core.tasks.put(given)])
