"""What is sent to the runservice and what it answers, where that is no run, executor or task itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from clients.model import Id, Model, Name, Texts, Time

from .config import Group, RunConfig, Tasks
from .run import AnyRunPhase, AnyRunResult, Run

Token = Annotated[str, StringConstraints(max_length=20_000)]


class RunCreateRequest(Model):
    """Make a run: of new tasks, or, with `run_id`, of those of an earlier run.

    Attributes:
        run_config_tasks: the tasks; their ids are names that `depends` refers to. In the run they get ids of their own:
            find them by `Run.task(name)`.
        group: what it belongs to; one run of a group runs at a time.
        setup_errors: why it cannot run; it is kept all the same, so that people can see it.
        static_environment: variables that stay when the run is made again.
        environment: variables of this run alone, secrets among them.
        run_id: the run to make again.
        from_start: whether all tasks run again, or only those that did not succeed and what comes after them.
        change_groups_update_token: the state of things that the caller has seen: 409 when it is out of date.
    """

    run_config_tasks: Tasks = {}
    name: Name = ""
    group: Group | None = None
    setup_errors: Annotated[list[str], Field(max_length=100)] = []
    static_environment: Texts = {}
    cache_group: Name = ""
    run_id: Id | None = None
    from_start: bool = False
    environment: Texts = {}
    annotations: Texts = {}
    change_groups_update_token: Token | None = None


class RunResponse(Model):
    """A run, and what it was made from, without any environment: it may hold secrets."""

    run: Run
    run_config: RunConfig
    change_groups_update_token: str


class RunsResponse(Model):
    """Runs, in the order asked for."""

    runs: list[Run]
    change_groups_update_token: str


class RunActionType(StrEnum):
    """What can be done to a run: move a queued one to running or cancelled, or stop one that runs."""

    CHANGE_PHASE = "changephase"
    STOP = "stop"


class RunActionRequest(Model):
    """Do something to a run; `phase` is for CHANGE_PHASE."""

    action_type: Annotated[RunActionType, Field(strict=False)]
    phase: AnyRunPhase | None = None
    change_groups_update_token: Token | None = None


class TaskActionType(StrEnum):
    """What can be done to a task: set its annotations, or approve it."""

    SET_ANNOTATIONS = "setannotations"
    APPROVE = "approve"


class TaskActionRequest(Model):
    """Do something to a task; `annotations` is for SET_ANNOTATIONS."""

    action_type: Annotated[TaskActionType, Field(strict=False)]
    annotations: Texts = {}
    change_groups_update_token: Token | None = None


class RunEvent(Model):
    """A run came to be, or its phase or result changed."""

    sequence: int
    run_id: Id
    phase: AnyRunPhase
    result: AnyRunResult


class ChangeGroupsResponse(Model):
    """The state of some change groups, to be sent along with a change that rests on it."""

    change_groups_update_token: str


class InstanceMode(StrEnum):
    """What an instance of the service does."""

    NORMAL = "normal"
    MAINTENANCE = "maintenance"


class Instance(Model):
    """One running instance of the service."""

    id: Id
    mode: Annotated[InstanceMode, Field(strict=False)]
    since: Time


class MaintenanceResponse(Model):
    """Whether maintenance is asked for, which instances have changed over, and when the last import began.

    Only of an import that went through; an instance that is changing over does not say.
    """

    is_enabled: bool
    instances: list[Instance] = []
    imported: Time | None = None

    @property
    def is_settled(self) -> bool:
        """Whether every instance does what is asked for."""
        wanted = InstanceMode.MAINTENANCE if self.is_enabled else InstanceMode.NORMAL
        return bool(self.instances) and all(instance.mode is wanted for instance in self.instances)
