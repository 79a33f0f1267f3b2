"""Executors, and the tasks that they are given: what is stored of them, and what is made anew at each sending."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from clients.model import Id, Model, Name, Seconds, Texts, Time

from .config import Path, Step
from .run import AnyExecutorTaskPhase, ExecutorTaskPhase

Count = Annotated[int, Field(ge=0, lt=1_000_000)]


class Executor(Model):
    """An executor, as it tells of itself every few seconds.

    Attributes:
        listen_url: where it can be reached.
        archs: the architectures it can run.
        active_tasks_limit: how many tasks it takes at once; 0 for no limit.
        dynamic: whether it comes and goes with its group; `siblings` are then those of the group that live.
        last_status_time: when the runservice heard of it last; by the runservice's clock.
    """

    id: Id
    listen_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s/?#@]+$", max_length=300)]
    archs: Annotated[list[Name], Field(max_length=20)] = []
    labels: Texts = {}
    active_tasks_limit: Count = 0
    active_tasks: Count = 0
    dynamic: bool = False
    group: Name = ""
    siblings: Annotated[list[Id], Field(max_length=1000)] = []
    last_status_time: Time | None = None


class ExecutorTaskStep(Model):
    """Where a step is."""

    phase: AnyExecutorTaskPhase = ExecutorTaskPhase.NOT_STARTED
    exit_status: Annotated[int, Field(ge=-(2**31), lt=2**32)] | None = None
    start_time: Time | None = None
    end_time: Time | None = None


class ExecutorTaskStatus(Model):
    """Where a task is, as its executor says.

    Attributes:
        fail_error: why it failed: `stackerr.compact(err)`.
        fail_report: `stackerr.to_dict(err, True)`.
    """

    phase: AnyExecutorTaskPhase = ExecutorTaskPhase.NOT_STARTED
    fail_error: Annotated[str, StringConstraints(max_length=20_000)] = ""
    fail_report: dict[str, Any] | None = None
    setup_step: ExecutorTaskStep = ExecutorTaskStep()
    steps: Annotated[list[ExecutorTaskStep], Field(max_length=100)] = []
    start_time: Time | None = None
    end_time: Time | None = None


class ExecutorTaskSpec(Model):
    """What is stored of a task besides its status: who is to run it, for which run, and whether it is to stop."""

    executor_id: Id
    run_id: Id
    stop: bool = False


class WorkspaceOperation(Model):
    """One archive to unpack: what a step of an earlier task has kept."""

    task_id: Id
    step: int


class ExecutorTaskSpecData(Model):
    """All that an executor needs to run a task. It holds secrets and can be large: made at each sending, never stored.

    Attributes:
        environment: of the task, overlaid by the static one and that of the run.
        cache_prefix: what comes before the keys of its caches.
        workspace_operations: the archives of all tasks before this one, in the order to unpack them.
        timeout: the seconds that all steps together may take.
    """

    task_name: Name
    arch: Name = ""
    working_dir: Path = ""
    shell: Path = ""
    environment: Texts = {}
    steps: list[Step] = []
    cache_prefix: Name = ""
    workspace_operations: list[WorkspaceOperation] = []
    timeout: Seconds | None = None


class ExecutorTask(Model):
    """A task on an executor.

    Attributes:
        id: that of the run's task, so that a task cannot be given out twice.
        revision: grows with each change in the runservice: an executor that has seen a higher one ignores the task.
        spec_data: None in what is stored.
    """

    id: Id
    revision: int = 0
    spec: ExecutorTaskSpec
    status: ExecutorTaskStatus = ExecutorTaskStatus()
    spec_data: ExecutorTaskSpecData | None = None
