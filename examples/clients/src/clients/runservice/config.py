"""What is to be run: the tasks, their steps, and what each depends on. Immutable, one for each run."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from clients.model import Id, Model, Name, Seconds, Texts

Path: TypeAlias = Annotated[str, StringConstraints(max_length=4096)]
Group: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9][A-Za-z0-9._-]*)+$", max_length=200)]


class DependCondition(StrEnum):
    """When a task runs after the one it depends on."""

    ON_SUCCESS = "on_success"
    ON_FAILURE = "on_failure"
    ON_SKIPPED = "on_skipped"


class Depend(Model):
    """What a task expects of one that it depends on: that one of the conditions is met."""

    conditions: list[Annotated[DependCondition, Field(strict=False)]] = Field(
        default=[DependCondition.ON_SUCCESS], min_length=1, max_length=3
    )


class SaveContent(Model):
    """Which files are kept: paths and patterns below a directory, and where they go in the archive."""

    source_dir: Path = "."
    dest_dir: Path = "."
    paths: list[Path] = Field(default=["**"], max_length=100)


class _Step(Model):
    name: Name = ""
    timeout: Seconds | None = None


class RunStep(_Step):
    """Run a command with the shell."""

    type: Literal["run"] = "run"
    command: Annotated[str, StringConstraints(max_length=100_000)]
    environment: Texts = {}
    working_dir: Path = ""
    shell: Path = ""


class SaveToWorkspaceStep(_Step):
    """Keep files for the tasks that depend on this one."""

    type: Literal["save_to_workspace"]
    contents: list[SaveContent] = Field(min_length=1, max_length=100)


class RestoreWorkspaceStep(_Step):
    """Fetch what all tasks before this one have kept."""

    type: Literal["restore_workspace"]
    dest_dir: Path = "."


class SaveCacheStep(_Step):
    """Keep files for later runs, unless the key is there already."""

    type: Literal["save_cache"]
    key: Name
    contents: list[SaveContent] = Field(min_length=1, max_length=100)


class RestoreCacheStep(_Step):
    """Fetch what an earlier run has kept: the newest one whose key starts with the first of the keys that has any."""

    type: Literal["restore_cache"]
    keys: list[Name] = Field(min_length=1, max_length=20)
    dest_dir: Path = "."


Step: TypeAlias = Annotated[
    RunStep | SaveToWorkspaceStep | RestoreWorkspaceStep | SaveCacheStep | RestoreCacheStep,
    Field(discriminator="type"),
]


class RunConfigTask(Model):
    """One task: its steps, and what it depends on.

    Attributes:
        level: how many tasks come before it on the longest way; the runservice computes it.
        arch: the architecture it wants; empty for any.
        environment: variables of this task alone; no secrets, they are for `RunConfig.environment`.
        timeout: the seconds that all its steps together may take.
        ignore_failure: whether the run may succeed although this task failed.
        needs_approval: whether somebody must approve it before it starts.
        skip: whether it is left out.
    """

    id: Id
    name: Name
    level: Annotated[int, Field(ge=0, lt=10_000)] = 0
    depends: Annotated[dict[Id, Depend], Field(max_length=200)] = {}
    arch: Name = ""
    environment: Texts = {}
    working_dir: Path = ""
    shell: Path = ""
    steps: list[Step] = Field(default=[], max_length=100)
    timeout: Seconds | None = None
    ignore_failure: bool = False
    needs_approval: bool = False
    skip: bool = False


Tasks: TypeAlias = Annotated[dict[Id, RunConfigTask], Field(max_length=500)]


class RunConfig(Model):
    """What a run was made from; it is kept under the id of the run.

    Attributes:
        setup_errors: why it cannot run; a run with any ends at once.
        static_environment: variables that stay when the run is made again. Answers to clients have no environment.
        environment: variables of this run alone, with secrets.
        cache_group: whose caches it shares; empty for the first two parts of its group.
    """

    id: Id
    name: Name
    group: Group
    setup_errors: Annotated[list[str], Field(max_length=100)] = []
    annotations: Texts = {}
    static_environment: Texts = {}
    environment: Texts = {}
    cache_group: Name = ""
    tasks: Tasks = {}
