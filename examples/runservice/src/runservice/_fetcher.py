"""Fetching what tasks leave on their executors: logs and archives, into the object storage."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from apierrors import ErrNotExist, RemoteError, is_remote
from clients.runservice import FetchPhase
from kvstore import ErrLocked
from stackerr import with_stack, wrapping

from ._live import change_run
from ._objects import archive_key, log_key, store_stream
from .errors import ErrOutOfDate, ErrRunNotExist

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from clients.runservice import Executor, Run, RunTask

    from ._core import Core

log = logging.getLogger("runservice")

LOCK = "locks/fetch"
_AT_ONCE = 8


async def fetch_all(core: Core) -> None:
    """Fetch what there is of every task that has ended, and forget the tasks of which nothing is left to fetch."""
    runs = [kept.value for kept in await core.runs.list() if has_ended_tasks(kept.value)]
    if not runs:
        return
    # Read after the runs: of what has ended there, the executor is known until all of it has been fetched.
    given = {kept.value.id: kept.value.spec.executor_id for kept in await core.tasks.list()}
    work = [(run, _unfetched(run, given)) for run in runs]
    if any(tasks for _, tasks in work):
        with suppress(ErrLocked):  # another instance does it
            async with core.store.lock(LOCK, wait=False):
                await _fetch_of(core, [(run, tasks) for run, tasks in work if tasks], given)


def has_ended_tasks(run: Run) -> bool:
    """Whether there may be something to fetch."""
    return any(task.status.is_finished for task in run.tasks.values())


def _unfetched(run: Run, given: Container[str]) -> list[RunTask]:
    return [
        task for task in run.tasks.values() if task.status.is_finished and (task.id in given or not task.is_fetched)
    ]


async def _fetch_of(core: Core, work: list[tuple[Run, list[RunTask]]], given: Mapping[str, str]) -> None:
    executors = {kept.value.id: kept.value for kept in await core.executors.list()}
    turns = asyncio.Semaphore(_AT_ONCE)

    async def fetch(run: Run, task: RunTask) -> RunTask | None:
        async with turns:
            return await _fetch_or_leave(core, run, task, executors.get(given.get(task.id, "")))

    async def fetch_run(run: Run, tasks: list[RunTask]) -> None:
        fetched = await asyncio.gather(*(fetch(run, task) for task in tasks))
        try:
            await _finish(core, run, [task for task in fetched if task is not None])
        except (ErrOutOfDate, ErrRunNotExist) as err:
            log.debug("run %s has changed meanwhile", run.id, exc_info=err)

    await asyncio.gather(*(fetch_run(run, tasks) for run, tasks in work))


async def _fetch_or_leave(core: Core, run: Run, task: RunTask, executor: Executor | None) -> RunTask | None:
    try:
        with wrapping("fetch what task %s of run %s has left", task.name, run.id, run_id=run.id, task_id=task.id):
            return await _fetch(core, task, executor)
    except Exception as err:
        log.error("it stays where it is until the next time", exc_info=err)  # noqa: TRY400 - the formatter prints one line
        return None


async def _fetch(core: Core, task: RunTask, executor: Executor | None) -> RunTask:
    """Fetch piece by piece; of an executor that is gone there is nothing to be had. The task with all of it marked."""
    for step in [None, *range(len(task.steps))]:
        task = await _fetch_log(core, task, step, executor)
    for number in range(len(task.archive_steps)):
        task = await _fetch_archive(core, task, number, executor)
    return task


async def _fetch_log(core: Core, task: RunTask, step: int | None, executor: Executor | None) -> RunTask:
    of = task.setup_step if step is None else task.steps[step]
    if of.log_phase is FetchPhase.FINISHED:
        return task
    if executor is not None:
        try:
            async with core.client(executor).logs(task.id, step=step) as chunks:
                await store_stream(core.storage, log_key(task.id, step), chunks, core.settings.largest_upload)
        except RemoteError as err:
            _check_missing(err)
    marked = of.model_copy(update={"log_phase": FetchPhase.FINISHED})
    if step is None:
        return task.model_copy(update={"setup_step": marked})
    return task.model_copy(update={"steps": [marked if n == step else old for n, old in enumerate(task.steps)]})


async def _fetch_archive(core: Core, task: RunTask, number: int, executor: Executor | None) -> RunTask:
    if task.archive_phases[number] is FetchPhase.FINISHED:
        return task
    step = task.archive_steps[number]
    if executor is not None:
        try:
            async with core.client(executor).archive(task.id, step) as chunks:
                await store_stream(core.storage, archive_key(task.id, step), chunks, core.settings.largest_upload)
        except RemoteError as err:
            _check_missing(err)
    phases = [FetchPhase.FINISHED if n == number else old for n, old in enumerate(task.archive_phases)]
    return task.model_copy(update={"archive_phases": phases})


def _check_missing(err: RemoteError) -> None:
    """What the executor does not have cannot be fetched, ever; any other answer is for the next time."""
    if not is_remote(err, ErrNotExist):
        raise with_stack(err)


async def _finish(core: Core, run: Run, fetched: list[RunTask]) -> None:
    """Write into the run what has been fetched, and forget the executors' tasks."""
    with wrapping("finish what was fetched of run %s", run.id, run_id=run.id):
        if any(run.tasks[task.id] != task for task in fetched):
            await change_run(core, run.id, None, lambda live: _mark(live, fetched))
        for task in fetched:
            await core.store.delete(core.tasks.key(task.id))


def _mark(run: Run, fetched: list[RunTask]) -> Run:
    """The run with what has been fetched; in nothing else does a task change that has ended."""
    marked = {
        task.id: run.tasks[task.id].model_copy(
            update={"setup_step": task.setup_step, "steps": task.steps, "archive_phases": task.archive_phases}
        )
        for task in fetched
    }
    return run.model_copy(update={"tasks": {**run.tasks, **marked}})
