"""What the gateway answers: its own types, and no value of a secret in any of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict

from .groups import read_group

if TYPE_CHECKING:
    from clients import configstore, runservice

Phase: TypeAlias = Literal["setuperror", "queued", "cancelled", "running", "finished"]
Result: TypeAlias = Literal["unknown", "stopped", "success", "failed"]
Status: TypeAlias = Literal["notstarted", "skipped", "cancelled", "running", "stopped", "success", "failed"]
StepPhase: TypeAlias = Literal["notstarted", "cancelled", "running", "stopped", "success", "failed"]
Condition: TypeAlias = Literal["on_success", "on_failure", "on_skipped"]


class Answer(BaseModel):
    """The base."""

    model_config = ConfigDict(frozen=True)


class User(Answer):
    """A user; of the tokens the names."""

    id: str
    name: str
    admin: bool
    tokens: list[str]

    @classmethod
    def of(cls, user: configstore.User) -> Self:
        """What is told of it."""
        return cls(id=user.id, name=user.name, admin=user.admin, tokens=user.tokens)


class Token(Answer):
    """A new token, told this once."""

    token: str


class Version(Answer):
    """Which gateway it is."""

    version: str


class Place(Answer):
    """A project or a project group."""

    id: str
    name: str
    path: str

    @classmethod
    def of(cls, place: configstore.Project | configstore.ProjectGroup) -> Self:
        """What is told of it."""
        return cls(id=place.id, name=place.name, path=place.path)


class Project(Place):
    """A project."""


class ProjectGroup(Place):
    """A group of projects and groups."""


class Secret(Answer):
    """A secret: its values are never shown. `place` is the id of what it is in."""

    id: str
    name: str
    place: str

    @classmethod
    def of(cls, secret: configstore.Secret) -> Self:
        """What is told of it."""
        return cls(id=secret.id, name=secret.name, place=secret.parent.id)


class When(Answer):
    """For which branches or tags a value is meant, as patterns."""

    branch: list[str] | None = None
    tag: list[str] | None = None


class VariableValue(Answer):
    """One value that a variable may have: an entry of a secret."""

    secret: str
    key: str
    when: When | None = None

    @classmethod
    def of(cls, value: configstore.VariableValue) -> Self:
        """What is told of it."""
        when = value.when and When(
            branch=value.when.branch and value.when.branch.include, tag=value.when.tag and value.when.tag.include
        )
        return cls(secret=value.secret_name, key=value.secret_var, when=when)


class Variable(Answer):
    """A variable of the environment of runs. `place` is the id of what it is in."""

    id: str
    name: str
    place: str
    values: list[VariableValue]

    @classmethod
    def of(cls, variable: configstore.Variable) -> Self:
        """What is told of it."""
        values = [VariableValue.of(value) for value in variable.values]
        return cls(id=variable.id, name=variable.name, place=variable.parent.id, values=values)


class Step(Answer):
    """A step of a task."""

    name: str
    phase: StepPhase
    exit_status: int | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None

    @classmethod
    def of(cls, name: str, step: runservice.RunTaskStep) -> Self:
        """What is told of it."""
        return cls(
            name=name,
            phase=step.phase.value,
            exit_status=step.exit_status,
            start_time=step.start_time,
            end_time=step.end_time,
        )


class TaskDepend(Answer):
    """What a task waits for."""

    task_id: str
    conditions: list[Condition]


class Task(Answer):
    """A task of a run; `fail_error` is one line, `fail_report` the same for `stackerr.from_dict`."""

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
    start_time: datetime | None = None
    end_time: datetime | None = None

    @classmethod
    def of(cls, task: runservice.RunTask, config: runservice.RunConfigTask | None) -> Self:
        """What is told of it."""
        names = [_name(step, number) for number, step in enumerate(config.steps)] if config else []
        names += [f"step {number}" for number in range(len(names), len(task.steps))]
        depends = config.depends if config else {}
        return cls(
            id=task.id,
            name=task.name,
            level=task.level,
            status=task.status.value,
            depends=[
                TaskDepend(task_id=id, conditions=[one.value for one in depend.conditions])
                for id, depend in depends.items()
            ],
            waiting_approval=task.waiting_approval,
            approved=task.approved,
            setup_step=Step.of("setup", task.setup_step),
            steps=[Step.of(name, step) for name, step in zip(names, task.steps, strict=False)],
            fail_error=task.fail_error,
            fail_report=task.fail_report,
            start_time=task.start_time,
            end_time=task.end_time,
        )


def _name(step: runservice.Step, number: int) -> str:
    if step.name:
        return step.name
    return step.command.strip().split("\n")[0][:60] if step.type == "run" else f"{step.type} {number}"


class Run(Answer):
    """A run; in lists without its tasks."""

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
    enqueue_time: datetime | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None

    @classmethod
    def of(cls, run: runservice.Run, config: runservice.RunConfig | None = None) -> Self:
        """What is told of it: with its tasks when its config is known."""
        group = read_group(run.group)
        tasks = sorted(run.tasks.values(), key=lambda task: (task.level, task.name)) if config else []
        return cls(
            id=run.id,
            name=run.name,
            counter=run.counter,
            project_id=group.project_id,
            branch=run.annotations.get("branch", ""),
            tag=run.annotations.get("tag", ""),
            phase=run.phase.value,
            result=run.result.value,
            stopping=run.stop,
            setup_errors=config.setup_errors if config else [],
            tasks=[Task.of(task, config.tasks.get(task.id)) for task in tasks] if config else [],
            can_restart_from_start=run.can_restart_from_start,
            can_restart_from_failed=run.can_restart_from_failed,
            enqueue_time=run.enqueue_time,
            start_time=run.start_time,
            end_time=run.end_time,
        )
