"""What can be done to a run or to a task of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients import now
from clients.runservice import (
    RunActionType,
    RunPhase,
    RunTaskStatus,
    TaskActionType,
)

from ._groups import make_token
from ._live import change_run, insist, put_run, read_token
from .errors import ErrBadRun, ErrTaskNotExist, ErrWrongPhase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clients.runservice import Run, RunActionRequest, RunTask, TaskActionRequest

    from ._core import Core


async def act_on_run(core: Core, run_id: str, request: RunActionRequest) -> Run:
    """Stop a run, or move a queued one.

    Raises:
        ErrRunNotExist: there is no such run.
        ErrWrongPhase: that cannot be done to it now.
        ErrOutOfDate: what the request rests on is no longer so.
    """
    token = request.change_groups_update_token
    if request.action_type is RunActionType.STOP:
        return await change_run(core, run_id, token, _stop)
    if request.phase is RunPhase.CANCELLED:
        return await change_run(core, run_id, token, _cancel)
    if request.phase is RunPhase.RUNNING:
        return await start_run(core, run_id, token)
    raise ErrBadRun("no such phase to change to", public="a queued run can be changed to running or to cancelled")


def _stop(run: Run) -> Run:
    if run.phase is not RunPhase.RUNNING:
        raise ErrWrongPhase(f"run {run.id} is {run.phase}", public="only a run that is running can be stopped")
    return run.model_copy(update={"stop": True})


def _cancel(run: Run) -> Run:
    _check_queued(run)
    tasks = {
        task.id: task.model_copy(update={"status": RunTaskStatus.CANCELLED})
        for task in run.tasks.values()
        if not task.status.is_finished
    }
    return run.model_copy(update={"phase": RunPhase.CANCELLED, "end_time": now(), "tasks": {**run.tasks, **tasks}})


def _check_queued(run: Run) -> None:
    if run.phase is not RunPhase.QUEUED:
        raise ErrWrongPhase(f"run {run.id} is {run.phase}", public="the run is not queued any more")


async def start_run(core: Core, run_id: str, token: str | None = None) -> Run:
    """Let a queued run start, if none of its group runs: also when two are started at the same moment.

    Raises:
        ErrWrongPhase: it is not queued, or another one of its group runs.
    """
    compares = read_token(token)

    async def attempt() -> Run:
        queued = await core.run(run_id)
        _check_queued(queued)
        group = await make_token(core.store, [queued.group])  # before the list: who starts meanwhile changes it
        others = await core.runs.list()
        before = next((kept for kept in others if kept.value.id == run_id), None)
        if before is None:
            raise ErrWrongPhase(f"run {run_id} is gone", public="the run is not queued any more")
        _check_queued(before.value)
        _check_alone(before.value, (kept.value for kept in others))
        run = before.value.model_copy(update={"phase": RunPhase.RUNNING, "start_time": now()})
        await put_run(core, run, before, compares=[*compares, *group.compares])
        return run

    return await insist(attempt)


def _check_alone(run: Run, others: Iterable[Run]) -> None:
    for other in others:
        if other.group == run.group and other.phase is RunPhase.RUNNING:
            raise ErrWrongPhase(
                f"run {other.id} of {run.group} is running",
                public="another run of the group is running",
                other=other.id,
            )


def runs_to_start(runs: Iterable[Run]) -> list[Run]:
    """The oldest queued run of each group of which none runs."""
    runs = sorted(runs, key=lambda run: run.id)
    busy = {run.group for run in runs if run.phase is RunPhase.RUNNING}
    chosen = []
    for run in runs:
        if run.phase is RunPhase.QUEUED and run.group not in busy:
            busy.add(run.group)
            chosen.append(run)
    return chosen


async def act_on_task(core: Core, run_id: str, task_id: str, request: TaskActionRequest) -> Run:
    """Annotate or approve a task.

    Raises:
        ErrRunNotExist: there is no such run.
        ErrTaskNotExist: the run has no such task.
        ErrWrongPhase: the task waits for no approval.
        ErrOutOfDate: what the request rests on is no longer so.
    """

    def change(run: Run) -> Run:
        task = run.tasks.get(task_id)
        if task is None:
            raise ErrTaskNotExist(f"run {run_id} has no task {task_id}", run_id=run_id, task_id=task_id)
        _check_live(run)
        changed = _approve(task) if request.action_type is TaskActionType.APPROVE else _annotate(task, request)
        return run.model_copy(update={"tasks": {**run.tasks, task_id: changed}})

    return await change_run(core, run_id, request.change_groups_update_token, change)


def _check_live(run: Run) -> None:
    if run.phase.is_finished:
        raise ErrWrongPhase(f"run {run.id} is {run.phase}", public="the run has ended")


def _approve(task: RunTask) -> RunTask:
    if task.approved:
        raise ErrWrongPhase(f"task {task.id} is approved", public="the task has been approved already")
    if not task.waiting_approval:
        raise ErrWrongPhase(f"task {task.id} does not wait", public="the task does not wait for approval")
    return task.model_copy(update={"approved": True, "waiting_approval": False})


def _annotate(task: RunTask, request: TaskActionRequest) -> RunTask:
    return task.model_copy(update={"annotations": request.annotations})
