"""What happens next in a run: decisions over plain data. Nothing here waits, reads or writes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from clients.runservice import DependCondition, RunPhase, RunResult, RunTaskStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from clients.runservice import Executor, Run, RunConfig, RunConfigTask, RunTask

SILENT_AFTER = timedelta(seconds=60)

_MEETS = {
    RunTaskStatus.SUCCESS: DependCondition.ON_SUCCESS,
    RunTaskStatus.FAILED: DependCondition.ON_FAILURE,
    RunTaskStatus.SKIPPED: DependCondition.ON_SKIPPED,
}


def advance_run(run: Run, config: RunConfig, active: Collection[str], at: datetime) -> Run:
    """The run with its result, once that is certain, and finished, once nothing of it runs any more.

    Args:
        run: the run.
        config: what it was made from.
        active: the ids of its tasks that an executor has and has not finished.
        at: the time.
    """
    if run.phase is not RunPhase.RUNNING:
        return run
    if not run.result.is_set:
        run = run.model_copy(update={"result": _result(run, config)})
    if run.result.is_set and not active and _are_finished(run):
        run = run.model_copy(update={"phase": RunPhase.FINISHED, "end_time": at})
    return run


def _result(run: Run, config: RunConfig) -> RunResult:
    count = [task.status for task in run.tasks.values() if not _is_ignored(task, config)]
    if RunTaskStatus.FAILED in count:
        return RunResult.FAILED
    if not _are_finished(run):
        return RunResult.UNKNOWN
    is_broken_off = RunTaskStatus.STOPPED in count or RunTaskStatus.CANCELLED in count
    return RunResult.STOPPED if is_broken_off else RunResult.SUCCESS


def _is_ignored(task: RunTask, config: RunConfig) -> bool:
    return task.status is RunTaskStatus.FAILED and config.tasks[task.id].ignore_failure


def _are_finished(run: Run) -> bool:
    return all(task.status.is_finished for task in run.tasks.values())


def advance_tasks(run: Run, config: RunConfig, scheduled: Collection[str]) -> Run:
    """The run with those tasks skipped, cancelled or waiting for approval of which that is certain now.

    Each decision rests on the statuses as they were; what follows from it comes with the next call.

    Args:
        run: the run.
        config: what it was made from.
        scheduled: the ids of its tasks that an executor has, finished or not.
    """
    if run.phase is not RunPhase.RUNNING:
        return run
    waiting = [task for task in run.tasks.values() if _is_undecided(task) and task.id not in scheduled]
    decided = {task.id: _decide(run, config.tasks[task.id], task) for task in waiting}
    if all(run.tasks[task_id] is task for task_id, task in decided.items()):
        return run
    return run.model_copy(update={"tasks": {**run.tasks, **decided}})


def _is_undecided(task: RunTask) -> bool:
    return task.status is RunTaskStatus.NOT_STARTED


def _decide(run: Run, config: RunConfigTask, task: RunTask) -> RunTask:
    if run.stop or (run.result.is_set and (not config.depends or task.waiting_approval)):
        return task.model_copy(update={"status": RunTaskStatus.CANCELLED, "waiting_approval": False})
    if config.skip:
        return task.model_copy(update={"status": RunTaskStatus.SKIPPED})
    if not _is_decidable(run, config):
        return task
    if not _is_met(run, config):
        return task.model_copy(update={"status": RunTaskStatus.SKIPPED})
    if config.needs_approval and not task.approved and not task.waiting_approval:
        return task.model_copy(update={"waiting_approval": True})
    return task


def _is_decidable(run: Run, config: RunConfigTask) -> bool:
    """Whether all that it depends on has ended, and left its files where the next task finds them."""
    parents = [run.tasks[parent] for parent in config.depends]
    return all(parent.status.is_finished and parent.are_archives_fetched for parent in parents)


def _is_met(run: Run, config: RunConfigTask) -> bool:
    return all(_MEETS.get(run.tasks[parent].status) in depend.conditions for parent, depend in config.depends.items())


def tasks_to_run(run: Run, config: RunConfig, scheduled: Collection[str]) -> list[RunTask]:
    """The tasks that an executor is to be found for, in the order of their levels and names."""
    if run.phase is not RunPhase.RUNNING or run.stop:
        return []
    ready = [
        task
        for task in run.tasks.values()
        if _is_undecided(task) and task.id not in scheduled and _may_run(run, config.tasks[task.id], task)
    ]
    return sorted(ready, key=lambda task: (task.level, task.name))


def _may_run(run: Run, config: RunConfigTask, task: RunTask) -> bool:
    is_too_late = run.result.is_set and not config.depends
    is_allowed = task.approved or not config.needs_approval
    return is_allowed and not is_too_late and not config.skip and _is_decidable(run, config) and _is_met(run, config)


def choose_executor(
    executors: Iterable[Executor], task: RunConfigTask, load: Mapping[str, int], at: datetime
) -> Executor | None:
    """The executor for a task: of those that live, have its architecture and a free slot, the least busy one.

    Args:
        executors: all that are known.
        task: the task.
        load: how many tasks each executor has that are not finished, by id.
        at: the time; who was last heard of a minute before it gets no new tasks.
    """
    able = [executor for executor in executors if _is_alive(executor, at) and _can_take(executor, task, load)]
    return min(able, key=lambda executor: (load.get(executor.id, 0), executor.id), default=None)


def _is_alive(executor: Executor, at: datetime) -> bool:
    return executor.last_status_time is not None and at - executor.last_status_time < SILENT_AFTER


def _can_take(executor: Executor, task: RunConfigTask, load: Mapping[str, int]) -> bool:
    has_slot = not executor.active_tasks_limit or load.get(executor.id, 0) < executor.active_tasks_limit
    return has_slot and (not task.arch or task.arch in executor.archs)
