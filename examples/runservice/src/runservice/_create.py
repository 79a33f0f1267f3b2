"""Making runs: first what it is made from, for good; then the run itself, among those that live."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING
from uuid import uuid4

from clients import now
from clients.runservice import (
    FetchPhase,
    Run,
    RunConfig,
    RunPhase,
    RunTask,
    RunTaskStatus,
    RunTaskStep,
    SaveToWorkspaceStep,
)
from datamanager import ErrConcurrency, ErrNotExist, Put
from stackerr import mark, wrapping

from ._graph import find_descendants, find_faults, find_levels
from ._ids import next_run_id
from ._live import put_run, read_token
from ._sealing import seal_config
from ._spec import root_group
from .errors import ErrBadRun, ErrOutOfDate, ErrWrongPhase

if TYPE_CHECKING:
    from clients.runservice import RunConfigTask, RunCreateRequest

    from ._core import Core
    from ._sealing import SealedConfig

_ATTEMPTS = 20


async def create_run(core: Core, request: RunCreateRequest) -> tuple[Run, RunConfig]:
    """Make a run of new tasks, or make one again; what it is made from comes back without any environment.

    Raises:
        ErrBadRun: what was sent does not fit together.
        ErrRunNotExist: there is no run to make again.
        ErrWrongPhase: the run cannot be made again, or not like that.
        ErrOutOfDate: what the request rests on is no longer so.
        vault.ErrSealed: none of our keys opens what the old one was made from.
    """
    compares = read_token(request.change_groups_update_token)
    await core.archived.ready.wait()
    run_id = await next_run_id(core.store, core.archived.newest)
    if request.run_id:
        run, config = await _make_again(core, request, request.run_id, run_id)
    else:
        run, config = _make_new(request, run_id)
    with wrapping("create run %s", run_id, run_id=run_id):
        sealed = seal_config(core.settings.vault, config)
        counter = await _write_config(core, sealed)
        run = run.model_copy(update={"counter": counter, "enqueue_time": now()})
        await put_run(core, run, None, compares=compares)
    return run, sealed.config


def _make_new(request: RunCreateRequest, run_id: str) -> tuple[Run, RunConfig]:
    if request.group is None or not request.name:
        raise ErrBadRun("no name or group", public="a run needs a name and a group, or the run_id of one to make again")
    given = request.run_config_tasks
    faults = [*request.setup_errors, *(find_faults(given) if given else ["there are no tasks"])]
    tasks = {} if faults else rename_tasks(given, {task_id: uuid4().hex for task_id in given})
    config = RunConfig(
        id=run_id,
        name=request.name,
        group=request.group,
        setup_errors=faults[:100],
        annotations=request.annotations,
        static_environment=request.static_environment,
        environment=request.environment,
        cache_group=request.cache_group,
        tasks=tasks,
    )
    return make_run(config, {}), config


def rename_tasks(tasks: dict[str, RunConfigTask], ids: dict[str, str]) -> dict[str, RunConfigTask]:
    """The tasks under new ids, with their levels; ids that are not named stay as they are."""
    levels = find_levels(tasks)
    renamed = [
        task.model_copy(
            update={
                "id": ids.get(task.id, task.id),
                "level": levels[task.id],
                "depends": {ids.get(parent, parent): depend for parent, depend in task.depends.items()},
            }
        )
        for task in tasks.values()
    ]
    return {task.id: task for task in renamed}


def make_run(config: RunConfig, kept: dict[str, RunTask]) -> Run:
    """The run of a config, queued; the tasks that are kept are done already."""
    return Run(
        id=config.id,
        name=config.name,
        group=config.group,
        annotations=config.annotations,
        phase=RunPhase.SETUP_ERROR if config.setup_errors else RunPhase.QUEUED,
        tasks={task.id: kept.get(task.id) or _make_task(task) for task in config.tasks.values()},
    )


def _make_task(task: RunConfigTask) -> RunTask:
    archives = [number for number, step in enumerate(task.steps) if isinstance(step, SaveToWorkspaceStep)]
    return RunTask(
        id=task.id,
        name=task.name,
        level=task.level,
        skip=task.skip,
        steps=[RunTaskStep() for _ in task.steps],
        archive_steps=archives,
        archive_phases=[FetchPhase.NOT_STARTED for _ in archives],
    )


async def _make_again(core: Core, request: RunCreateRequest, old_id: str, run_id: str) -> tuple[Run, RunConfig]:
    old = await core.run(old_id)
    _check_again(old, from_start=request.from_start)
    config = await core.open_config(old_id)
    undone = {task.id for task in old.tasks.values() if task.status is not RunTaskStatus.SUCCESS}
    reset = set(old.tasks) if request.from_start else find_descendants(config.tasks, undone)
    again = config.model_copy(
        update={
            "id": run_id,
            "annotations": {**config.annotations, **request.annotations},
            "environment": request.environment,
            "tasks": rename_tasks(config.tasks, {task_id: uuid4().hex for task_id in reset}),
        }
    )
    return make_run(again, {task_id: task for task_id, task in old.tasks.items() if task_id not in reset}), again


def _check_again(run: Run, *, from_start: bool) -> None:
    if run.phase is RunPhase.SETUP_ERROR:
        raise ErrWrongPhase(f"run {run.id} has a setup error", public="a run with a setup error cannot be made again")
    if not run.phase.is_finished:
        raise ErrWrongPhase(f"run {run.id} is {run.phase}", public="the run has not ended yet")
    if not from_start and not run.can_restart_from_failed:
        public = "there is nothing to make again but from the start, or what succeeded is not archived yet"
        raise ErrWrongPhase(f"run {run.id} is {run.phase} with {run.result}", public=public)


async def _write_config(core: Core, sealed: SealedConfig) -> int:
    """Keep what the run is made from, and count it; how many-th of its group it is."""
    config = sealed.config
    group = root_group(config.group)
    counter_id = hashlib.sha256(group.encode()).hexdigest()
    for _ in range(_ATTEMPTS):
        try:
            with wrapping("keep the config of run %s", config.id):
                token = await core.data.token(f"counter-{counter_id}")
                count = await _count(core, counter_id) + 1
                value = json.dumps({"group": group, "value": count}).encode()
                config_put = Put("runconfig", config.id, sealed.model_dump_json().encode())
                await core.data.write([Put("runcounter", counter_id, value), config_put], token)
        except ErrConcurrency as err:
            last = err
            continue
        return count
    raise mark(last, ErrOutOfDate, f"count the runs of {group}") from last


async def _count(core: Core, counter_id: str) -> int:
    with wrapping("read counter %s", counter_id):
        try:
            return int(json.loads(await core.data.read("runcounter", counter_id))["value"])
        except ErrNotExist:
            return 0
