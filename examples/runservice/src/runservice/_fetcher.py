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

from ._live import put_run
from ._objects import archive_key, log_key, store_stream
from .errors import ErrOutOfDate

if TYPE_CHECKING:
    from clients.runservice import Executor, Run, RunTask

    from ._collection import Kept
    from ._core import Core

log = logging.getLogger("runservice")

LOCK = "locks/fetch"
_AT_ONCE = 8


async def fetch_all(core: Core) -> None:
    """Fetch what there is of every task that has ended, and forget the tasks of which nothing is left to fetch."""
    given = {kept.value.id for kept in await core.tasks.list()}
    work = [
        (kept, task)
        for kept in await core.runs.list()
        for task in kept.value.tasks.values()
        if task.status.is_finished and (task.id in given or not task.is_fetched)
    ]
    if not work:
        return
    with suppress(ErrLocked):  # another instance does it
        async with core.store.lock(LOCK, wait=False):
            await _fetch_of(core, work)


async def _fetch_of(core: Core, work: list[tuple[Kept[Run], RunTask]]) -> None:
    executors = {kept.value.id: kept.value for kept in await core.executors.list()}
    given = {kept.value.id: kept.value.spec.executor_id for kept in await core.tasks.list()}
    turns = asyncio.Semaphore(_AT_ONCE)

    async def fetch(kept: Kept[Run], task: RunTask) -> None:
        async with turns:
            await _fetch_or_leave(core, kept, task, executors.get(given.get(task.id, "")))

    async with asyncio.TaskGroup() as group:
        for kept, task in work:
            group.create_task(fetch(kept, task))


async def _fetch_or_leave(core: Core, kept: Kept[Run], task: RunTask, executor: Executor | None) -> None:
    try:
        with wrapping("fetch what task %s of run %s has left", task.name, kept.value.id, task_id=task.id):
            await _fetch(core, kept.value.id, task, executor)
    except ErrOutOfDate as err:
        log.debug("the run has changed meanwhile", exc_info=err)
    except Exception as err:
        log.error("it stays where it is until the next time", exc_info=err)  # noqa: TRY400 - the formatter prints one line


async def _fetch(core: Core, run_id: str, task: RunTask, executor: Executor | None) -> None:
    """Fetch piece by piece and mark each; of an executor that is gone there is nothing to be had."""
    fetched = task
    for step in [None, *range(len(task.steps))]:
        fetched = await _fetch_log(core, fetched, step, executor)
    for number in range(len(task.archive_steps)):
        fetched = await _fetch_archive(core, fetched, number, executor)
    if fetched != task:
        await _mark(core, run_id, fetched)
    with wrapping("forget task %s", task.id, task_id=task.id):
        await core.store.delete(core.tasks.key(task.id))


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


async def _mark(core: Core, run_id: str, fetched: RunTask) -> None:
    """Write into the run what has been fetched."""
    kept = await core.runs.find(run_id)
    if kept is None:
        return
    task = kept.value.tasks[fetched.id].model_copy(
        update={
            "setup_step": fetched.setup_step,
            "steps": fetched.steps,
            "archive_phases": fetched.archive_phases,
        }
    )
    run = kept.value.model_copy(update={"tasks": {**kept.value.tasks, task.id: task}})
    await put_run(core, run, kept)
