"""A run: where it is, and where each of its tasks is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from clients.model import Id, Model, Name, Texts, Time

from .config import Group


class RunPhase(StrEnum):
    """Where a run is."""

    SETUP_ERROR = "setuperror"
    QUEUED = "queued"
    CANCELLED = "cancelled"
    RUNNING = "running"
    FINISHED = "finished"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more happens."""
        return self in {RunPhase.SETUP_ERROR, RunPhase.CANCELLED, RunPhase.FINISHED}


class RunResult(StrEnum):
    """How a run ended, or is about to end."""

    UNKNOWN = "unknown"
    STOPPED = "stopped"
    SUCCESS = "success"
    FAILED = "failed"

    @property
    def is_set(self) -> bool:
        """Whether it is known."""
        return self is not RunResult.UNKNOWN


class RunTaskStatus(StrEnum):
    """Where a task of a run is."""

    NOT_STARTED = "notstarted"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    RUNNING = "running"
    STOPPED = "stopped"
    SUCCESS = "success"
    FAILED = "failed"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more happens to it."""
        return self not in {RunTaskStatus.NOT_STARTED, RunTaskStatus.RUNNING}


class ExecutorTaskPhase(StrEnum):
    """Where a task, or a step of it, is on its executor."""

    NOT_STARTED = "notstarted"
    CANCELLED = "cancelled"
    RUNNING = "running"
    STOPPED = "stopped"
    SUCCESS = "success"
    FAILED = "failed"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more happens."""
        return self not in {ExecutorTaskPhase.NOT_STARTED, ExecutorTaskPhase.RUNNING}


class FetchPhase(StrEnum):
    """Whether a log or an archive has been fetched from the executor."""

    NOT_STARTED = "notstarted"
    FINISHED = "finished"


AnyRunPhase = Annotated[RunPhase, Field(strict=False)]
AnyRunResult = Annotated[RunResult, Field(strict=False)]
AnyRunTaskStatus = Annotated[RunTaskStatus, Field(strict=False)]
AnyExecutorTaskPhase = Annotated[ExecutorTaskPhase, Field(strict=False)]
AnyFetchPhase = Annotated[FetchPhase, Field(strict=False)]


class RunTaskStep(Model):
    """A step of a task of a run."""

    phase: AnyExecutorTaskPhase = ExecutorTaskPhase.NOT_STARTED
    log_phase: AnyFetchPhase = FetchPhase.NOT_STARTED
    exit_status: int | None = None
    start_time: Time | None = None
    end_time: Time | None = None


class RunTask(Model):
    """A task of a run.

    Attributes:
        id: the id of the task in the run's config, and of the executor's task.
        archive_steps: the numbers of the steps that keep files for later tasks.
        archive_phases: for each of these, whether it has been fetched.
        fail_error: why it failed, on one line.
        fail_report: the same as `stackerr.to_dict` gives it; `stackerr.from_dict` makes an error of it again.
    """

    id: Id
    name: Name = ""
    level: int = 0
    status: AnyRunTaskStatus = RunTaskStatus.NOT_STARTED
    annotations: Texts = {}
    skip: bool = False
    waiting_approval: bool = False
    approved: bool = False
    setup_step: RunTaskStep = RunTaskStep()
    steps: list[RunTaskStep] = []
    archive_steps: list[int] = []
    archive_phases: list[AnyFetchPhase] = []
    fail_error: str = ""
    fail_report: dict[str, Any] | None = None
    start_time: Time | None = None
    end_time: Time | None = None

    @property
    def is_fetched(self) -> bool:
        """Whether no log and no archive is left on the executor; of a task that never ran there are none."""
        if self.status in {RunTaskStatus.SKIPPED, RunTaskStatus.CANCELLED}:
            return True
        phases = [self.setup_step.log_phase, *(step.log_phase for step in self.steps), *self.archive_phases]
        return self.status.is_finished and all(phase is FetchPhase.FINISHED for phase in phases)

    @property
    def are_archives_fetched(self) -> bool:
        """Whether the tasks that depend on it find its files."""
        return all(phase is FetchPhase.FINISHED for phase in self.archive_phases)


class Run(Model):
    """A run.

    Attributes:
        counter: the how many-th of its counter group it is.
        group: `/kind/name/…`; one run of a group runs at a time.
        stop: whether it is to be stopped.
        archived: whether it is complete, and out of the scheduler's hands.
    """

    id: Id
    name: Name
    counter: int = 0
    group: Group
    annotations: Texts = {}
    phase: AnyRunPhase = RunPhase.QUEUED
    result: AnyRunResult = RunResult.UNKNOWN
    stop: bool = False
    tasks: dict[Id, RunTask] = {}
    enqueue_time: Time | None = None
    start_time: Time | None = None
    end_time: Time | None = None
    archived: bool = False

    def task(self, name: str) -> RunTask:
        """The task of that name.

        Raises:
            LookupError: there is none.
        """
        for task in self.tasks.values():
            if task.name == name:
                return task
        raise LookupError(f"run {self.id} has no task called {name}")

    @property
    def can_restart_from_start(self) -> bool:
        """Whether it can be made again."""
        return self.phase in {RunPhase.FINISHED, RunPhase.CANCELLED}

    @property
    def can_restart_from_failed(self) -> bool:
        """Whether it can be made again with what succeeded left as it is."""
        kept = [task for task in self.tasks.values() if task.status is RunTaskStatus.SUCCESS]
        return (
            self.phase is RunPhase.FINISHED
            and self.result is not RunResult.SUCCESS
            and all(task.is_fetched for task in kept)
        )
