"""What users write down to have it run: the gateway's own types, checked here and translated for the runservice."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

Text: TypeAlias = Annotated[str, StringConstraints(max_length=256)]
TaskName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
Branch: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=80)]
Path: TypeAlias = Annotated[str, StringConstraints(max_length=4096)]
EnvironmentName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=128)]
Environment: TypeAlias = Annotated[
    dict[EnvironmentName, Annotated[str, StringConstraints(max_length=32_768)]],
    Field(max_length=200, json_schema_extra={"additionalProperties": False}),
]
Seconds: TypeAlias = Annotated[float, Field(gt=0, le=604_800)]
Condition: TypeAlias = Literal["on_success", "on_failure", "on_skipped"]


class Written(BaseModel):
    """The base: what is not known is a mistake, and nothing is guessed."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class Content(Written):
    """Files to keep: patterns below a directory."""

    source_dir: Path = "."
    dest_dir: Path = "."
    paths: Annotated[list[Path], Field(min_length=1, max_length=100)] = ["**"]


Contents: TypeAlias = Annotated[list[Content], Field(min_length=1, max_length=100)]


class _Step(Written):
    name: Text = ""
    timeout: Seconds | None = None


class RunStep(_Step):
    """Run a command with the shell."""

    run: Annotated[str, StringConstraints(min_length=1, max_length=100_000)]
    environment: Environment = {}
    working_dir: Path = ""
    shell: Path = ""


class SaveToWorkspaceStep(_Step):
    """Keep files for the tasks that depend on this one."""

    save_to_workspace: Contents


class Restore(Written):
    """Where to put what is restored."""

    dest_dir: Path = "."


class RestoreWorkspaceStep(_Step):
    """Fetch what the tasks before have kept."""

    restore_workspace: Restore


class Cache(Written):
    """Files to keep for later runs."""

    key: Text
    contents: Contents


class SaveCacheStep(_Step):
    """Keep files for later runs."""

    save_cache: Cache


class RestoreCache(Restore):
    """Which cache to fetch: the newest whose key starts with one of these."""

    keys: Annotated[list[Text], Field(min_length=1, max_length=20)]


class RestoreCacheStep(_Step):
    """Fetch what an earlier run has kept."""

    restore_cache: RestoreCache


def _kind(step: object) -> str:
    """Which step it is: the one key that says so."""
    kinds = ("save_to_workspace", "restore_workspace", "save_cache", "restore_cache")
    return next((kind for kind in kinds if (kind in step if isinstance(step, dict) else hasattr(step, kind))), "run")


Step: TypeAlias = Annotated[
    Annotated[RunStep, Tag("run")]
    | Annotated[SaveToWorkspaceStep, Tag("save_to_workspace")]
    | Annotated[RestoreWorkspaceStep, Tag("restore_workspace")]
    | Annotated[SaveCacheStep, Tag("save_cache")]
    | Annotated[RestoreCacheStep, Tag("restore_cache")],
    Discriminator(_kind),
]


class Depend(Written):
    """Another task that comes first, and how it must have ended."""

    task: TaskName
    conditions: Annotated[list[Condition], Field(min_length=1, max_length=3)] = ["on_success"]


class TaskConfig(Written):
    """One task. `depends` has names of tasks, or tasks with conditions."""

    name: TaskName
    steps: Annotated[list[Step], Field(max_length=100)] = []
    depends: Annotated[list[TaskName | Depend], Field(max_length=100)] = []
    environment: Environment = {}
    arch: Text = ""
    working_dir: Path = ""
    shell: Path = ""
    timeout: Seconds | None = None
    ignore_failure: bool = False
    needs_approval: bool = False
    skip: bool = False


class RunConfig(Written):
    """A run: its name and its tasks."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    tasks: Annotated[list[TaskConfig], Field(min_length=1, max_length=200)]
