"""What executors say: that they are there, and what became of their tasks."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from clients import now
from clients.runservice import RunPhase
from kvstore import ErrKeyModified
from stackerr import mark, wrapping

from ._sending import prepare
from ._spec import with_spec_data
from ._status import fail_task, take_status
from .errors import ErrExecutorNotExist, ErrOutOfDate, ErrRunNotExist, ErrTaskNotExist

if TYPE_CHECKING:
    from clients.runservice import Executor, ExecutorTask, ExecutorTaskStatus, Run, RunConfig

    from ._collection import Kept
    from ._core import Core

log = logging.getLogger("runservice")

_ATTEMPTS = 10
LOST = "the executor was deleted before the task had ended"


async def register(core: Core, executor: Executor) -> None:
    """Take note that an executor is alive; of a dynamic group, forget the members that are not alive any more."""
    put = core.executors.put(executor.model_copy(update={"last_status_time": now()}))
    with wrapping("register executor %s", executor.id, executor_id=executor.id):
        await core.store.put(put.key, put.value)
    if executor.dynamic and executor.group:
        await _forget_siblings(core, executor)


async def _forget_siblings(core: Core, executor: Executor) -> None:
    living = {executor.id, *executor.siblings}
    for kept in await core.executors.list():
        other = kept.value
        if other.dynamic and other.group == executor.group and other.id not in living:
            log.info("executor %s of group %s is gone", other.id, other.group)
            await _forget(core, other.id)


async def _forget(core: Core, executor_id: str) -> None:
    with wrapping("forget executor %s", executor_id, executor_id=executor_id):
        await core.store.delete(core.executors.key(executor_id))


async def delete_executor(core: Core, executor_id: str) -> None:
    """Forget an executor; its tasks fail, see `clean_tasks`.

    Raises:
        ErrExecutorNotExist: it is not known.
    """
    if await core.executors.find(executor_id) is None:
        raise ErrExecutorNotExist(f"no executor {executor_id}", executor_id=executor_id)
    await _forget(core, executor_id)


async def tasks_of(core: Core, executor_id: str) -> list[ExecutorTask]:
    """The tasks of an executor, as they are sent."""
    mine = [kept for kept in await core.tasks.list() if kept.value.spec.executor_id == executor_id]
    opened: dict[str, RunConfig] = {}
    sent = [await _as_sent(core, kept, opened) for kept in mine]
    return [task for task in sent if task is not None]


async def task_of(core: Core, executor_id: str, task_id: str) -> ExecutorTask:
    """One of the tasks of an executor, as it is sent.

    Raises:
        ErrTaskNotExist: it is not there, or another one's.
    """
    task = await _as_sent(core, await _find_task(core, executor_id, task_id), {})
    if task is None:
        raise ErrTaskNotExist(f"the run of task {task_id} is gone", task_id=task_id)
    return task


async def _find_task(core: Core, executor_id: str, task_id: str) -> Kept[ExecutorTask]:
    kept = await core.tasks.find(task_id)
    if kept is None or kept.value.spec.executor_id != executor_id:
        raise ErrTaskNotExist(f"executor {executor_id} has no task {task_id}", task_id=task_id)
    return kept


async def _as_sent(core: Core, kept: Kept[ExecutorTask], opened: dict[str, RunConfig]) -> ExecutorTask | None:
    """The task with its spec data; None when its run is gone."""
    run_id = kept.value.spec.run_id
    try:
        run = await core.run(run_id)
        task, config = await prepare(core, kept.value, opened)
    except ErrRunNotExist:
        return None
    if task != kept.value:
        with suppress(ErrKeyModified):  # its executor has begun meanwhile
            await _put_task(core, task, kept)
    return with_spec_data(task, run, config, kept.revision)


async def take_task_status(core: Core, executor_id: str, task_id: str, status: ExecutorTaskStatus) -> None:
    """Store what became of a task. What is no news, or comes after the end, changes nothing.

    Raises:
        ErrTaskNotExist: it is not there, or another one's.
    """
    for _ in range(_ATTEMPTS):
        kept = await _find_task(core, executor_id, task_id)
        task = take_status(kept.value, status)
        if task is None:
            return
        try:
            await _put_task(core, task, kept)
        except ErrKeyModified as err:
            last = err
            continue
        return
    raise mark(last, ErrOutOfDate, f"store the status of task {task_id}") from last


async def _put_task(core: Core, task: ExecutorTask, before: Kept[ExecutorTask]) -> None:
    put = core.tasks.put(task)
    with wrapping("put task %s", task.id, task_id=task.id):
        await core.store.put_if(put.key, put.value, before.revision)


async def clean_tasks(core: Core) -> None:
    """End the tasks of executors that are gone, stop and delete those of runs that are gone."""
    tasks = await core.tasks.list()
    if not tasks:
        return
    executors = {kept.value.id for kept in await core.executors.list()}
    runs = {kept.value.id: kept.value for kept in await core.runs.list()}
    for kept in tasks:
        task = kept.value
        with wrapping("clean up task %s", task.id, task_id=task.id, run_id=task.spec.run_id):
            try:
                await _clean_task(
                    core, kept, runs.get(task.spec.run_id), is_lost=task.spec.executor_id not in executors
                )
            except ErrKeyModified as err:
                log.debug("task %s has changed meanwhile", task.id, exc_info=err)


async def _clean_task(core: Core, kept: Kept[ExecutorTask], run: Run | None, *, is_lost: bool) -> None:
    task = kept.value
    if is_lost and not task.status.phase.is_finished:
        log.warning("task %s of run %s fails: executor %s is gone", task.id, task.spec.run_id, task.spec.executor_id)
        await _put_task(core, fail_task(task, LOST, now()), kept)
    elif run is None and (task.status.phase.is_finished or is_lost):
        with wrapping("forget task %s", task.id, task_id=task.id):
            await core.store.delete_if(core.tasks.key(task.id), kept.revision)
    elif (
        (run is None or run.phase is not RunPhase.RUNNING) and not task.spec.stop and not task.status.phase.is_finished
    ):
        stopped = task.model_copy(update={"spec": task.spec.model_copy(update={"stop": True})})
        await _put_task(core, stopped, kept)
