"""What the gateway shows: types of this client's own, none shared with the gateway or with the services behind it."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import Field

from clients.model import Model, Time

Phase: TypeAlias = Literal["setuperror", "queued", "cancelled", "running", "finished"]
Result: TypeAlias = Literal["unknown", "stopped", "success", "failed"]
Status: TypeAlias = Literal["notstarted", "skipped", "cancelled", "running", "stopped", "success", "failed"]
StepPhase: TypeAlias = Literal["notstarted", "cancelled", "running", "stopped", "success", "failed"]
Condition: TypeAlias = Literal["on_success", "on_failure", "on_skipped"]


class User(Model):
    """A user; of the tokens the names."""

    id: str
    name: str
    admin: bool
    tokens: list[str]


class ProjectGroup(Model):
    """A group of projects and groups."""

    id: str
    name: str
    path: str


class Project(Model):
    """A project."""

    id: str
    name: str
    path: str


class Secret(Model):
    """A secret: its values are never shown."""

    id: str
    name: str
    place: str


class When(Model):
    """For which branches or tags a value is meant, as patterns."""

    branch: list[str] | None = None
    tag: list[str] | None = None


class VariableValue(Model):
    """One value that a variable may have: an entry of a secret."""

    secret: str
    key: str
    when: When | None = None


class Variable(Model):
    """A variable of the environment of runs."""

    id: str
    name: str
    place: str
    values: list[VariableValue]


class Step(Model):
    """A step of a task."""

    name: str
    phase: StepPhase
    exit_status: int | None = None
    start_time: Time | None = None
    end_time: Time | None = None


class TaskDepend(Model):
    """What a task waits for."""

    task_id: str
    conditions: list[Condition]


class Task(Model):
    """A task of a run.

    Attributes:
        fail_error: why it failed, on one line.
        fail_report: the same for `stackerr.from_dict`.
    """

    id: str
    name: str
    level: int
    status: Status
    depends: list[TaskDepend]
    waiting_approval: bool
    approved: bool
    setup_step: Step
    steps: list[Step]
    fail_error: str
    fail_report: dict[str, Any] | None = None
    start_time: Time | None = None
    end_time: Time | None = None


class Run(Model):
    """A run.

    Attributes:
        counter: the how many-th of its project it is.
        setup_errors: why it cannot run.
        tasks: in the order of their levels; empty in lists.
    """

    id: str
    name: str
    counter: int
    project_id: str
    branch: str
    tag: str
    phase: Phase
    result: Result
    stopping: bool
    setup_errors: list[str] = []
    tasks: list[Task] = []
    can_restart_from_start: bool
    can_restart_from_failed: bool
    enqueue_time: Time | None = None
    start_time: Time | None = None
    end_time: Time | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more happens."""
        return self.phase in {"setuperror", "cancelled", "finished"}

    @property
    def has_succeeded(self) -> bool:
        """Whether it ended well."""
        return self.phase == "finished" and self.result == "success"


class Token(Model):
    """A new token, told this once."""

    token: str = Field(repr=False)


class Version(Model):
    """Which gateway it is."""

    version: str
