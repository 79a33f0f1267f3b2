"""What an executor says of a task, taken over into the task and into its run: never back from an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clients.runservice import (
    ExecutorTaskPhase,
    ExecutorTaskStatus,
    FetchPhase,
    RunTaskStatus,
    RunTaskStep,
)

if TYPE_CHECKING:
    from datetime import datetime

    from clients.runservice import ExecutorTask, ExecutorTaskStep, Run, RunTask


def may_follow(new: ExecutorTaskPhase, old: ExecutorTaskPhase) -> bool:
    """Whether a task may go from a phase to another one: forward only, and not back from an end.

    Phases in between may be missing: an executor sends only the newest, and messages are lost.

    >>> may_follow(ExecutorTaskPhase.RUNNING, ExecutorTaskPhase.STOPPED)
    False
    """
    if new is old:
        return True
    if old is ExecutorTaskPhase.NOT_STARTED:
        return True
    return old is ExecutorTaskPhase.RUNNING and new.is_finished and new is not ExecutorTaskPhase.CANCELLED


def take_status(task: ExecutorTask, status: ExecutorTaskStatus) -> ExecutorTask | None:
    """The task with a status that its executor sent; None when that is no news, or comes too late."""
    old = task.status
    if old == status or old.phase.is_finished or not may_follow(status.phase, old.phase):
        return None
    return task.model_copy(update={"status": status})


def fail_task(task: ExecutorTask, reason: str, at: datetime, report: dict[str, Any] | None = None) -> ExecutorTask:
    """The task failed for a reason that its executor did not give; the report tells it in detail."""
    old = task.status
    steps = [_end_step(step, at) for step in old.steps]
    status = old.model_copy(
        update={
            "phase": ExecutorTaskPhase.FAILED,
            "fail_error": reason,
            "fail_report": report,
            "setup_step": _end_step(old.setup_step, at),
            "steps": steps,
            "end_time": at,
        }
    )
    return task.model_copy(update={"status": status})


def _end_step(step: ExecutorTaskStep, at: datetime) -> ExecutorTaskStep:
    if step.phase is not ExecutorTaskPhase.RUNNING:
        return step
    return step.model_copy(update={"phase": ExecutorTaskPhase.FAILED, "end_time": at})


def update_run(run: Run, task: ExecutorTask) -> Run:
    """The run with what became of one of its tasks; the run itself when that is no news."""
    before = run.tasks.get(task.id)
    if before is None or before.status.is_finished:
        return run
    after = _update_task(before, task.status)
    return run if after == before else run.model_copy(update={"tasks": {**run.tasks, task.id: after}})


def _update_task(task: RunTask, status: ExecutorTaskStatus) -> RunTask:
    if task.status is RunTaskStatus.RUNNING and not may_follow(status.phase, ExecutorTaskPhase.RUNNING):
        return task
    steps = [
        _update_step(step, status.steps[n] if n < len(status.steps) else None, status.phase)
        for n, step in enumerate(task.steps)
    ]
    phases = [_archive_phase(old, steps[n].phase, status.phase) for n, old in _archives(task)]
    return task.model_copy(
        update={
            "status": RunTaskStatus(status.phase.value),
            "setup_step": _update_step(task.setup_step, status.setup_step, status.phase),
            "steps": steps,
            "archive_phases": phases,
            "fail_error": status.fail_error,
            "fail_report": status.fail_report,
            "start_time": status.start_time,
            "end_time": status.end_time,
        }
    )


def _update_step(step: RunTaskStep, said: ExecutorTaskStep | None, task: ExecutorTaskPhase) -> RunTaskStep:
    if said is not None:
        step = step.model_copy(
            update={
                "phase": said.phase,
                "exit_status": said.exit_status,
                "start_time": said.start_time,
                "end_time": said.end_time,
            }
        )
    if task.is_finished and step.phase in {ExecutorTaskPhase.NOT_STARTED, ExecutorTaskPhase.CANCELLED}:
        step = step.model_copy(update={"log_phase": FetchPhase.FINISHED})  # what never ran has left no log
    return step


def _archives(task: RunTask) -> list[tuple[int, FetchPhase]]:
    return list(zip(task.archive_steps, task.archive_phases, strict=True))


def _archive_phase(old: FetchPhase, step: ExecutorTaskPhase, task: ExecutorTaskPhase) -> FetchPhase:
    if task.is_finished and step is not ExecutorTaskPhase.SUCCESS:
        return FetchPhase.FINISHED  # it has left no archive
    return old
