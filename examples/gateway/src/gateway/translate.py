"""From what users write to what the runservice takes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from apierrors import ErrBadRequest
from clients import runservice

from . import config

if TYPE_CHECKING:
    from collections.abc import Sequence


def translate(written: config.RunConfig) -> dict[str, runservice.RunConfigTask]:
    """The tasks for the runservice; the name of each is its id there.

    Raises:
        ErrBadRequest: a name occurs twice, or a task depends on one that is not there, or on itself.
    """
    names = Counter(task.name for task in written.tasks)
    for name, count in names.items():
        if count > 1:
            raise _bad(f"there are {count} tasks named {name}")
    for task in written.tasks:
        for depend in task.depends:
            other = _depend(depend).task
            if other not in names:
                raise _bad(f"task {task.name} depends on {other}, and there is no such task")
            if other == task.name:
                raise _bad(f"task {task.name} depends on itself")
    return {task.name: _task(task) for task in written.tasks}


def _bad(text: str) -> ErrBadRequest:
    return ErrBadRequest(text, public=text, code="bad_run_config")


def _depend(depend: str | config.Depend) -> config.Depend:
    return config.Depend(task=depend) if isinstance(depend, str) else depend


def _task(task: config.TaskConfig) -> runservice.RunConfigTask:
    depends = [_depend(depend) for depend in task.depends]
    return runservice.RunConfigTask(
        id=task.name,
        name=task.name,
        depends={
            depend.task: runservice.Depend(
                conditions=[runservice.DependCondition(condition) for condition in depend.conditions]
            )
            for depend in depends
        },
        arch=task.arch,
        environment=task.environment,
        working_dir=task.working_dir,
        shell=task.shell,
        steps=[_step(step) for step in task.steps],
        timeout=task.timeout,
        ignore_failure=task.ignore_failure,
        needs_approval=task.needs_approval,
        skip=task.skip,
    )


def _step(step: config.Step) -> runservice.Step:
    name, timeout = step.name, step.timeout
    if isinstance(step, config.RunStep):
        return runservice.RunStep(
            name=name,
            timeout=timeout,
            command=step.run,
            environment=step.environment,
            working_dir=step.working_dir,
            shell=step.shell,
        )
    if isinstance(step, config.SaveToWorkspaceStep):
        contents = _contents(step.save_to_workspace)
        return runservice.SaveToWorkspaceStep(type="save_to_workspace", name=name, timeout=timeout, contents=contents)
    if isinstance(step, config.RestoreWorkspaceStep):
        dest = step.restore_workspace.dest_dir
        return runservice.RestoreWorkspaceStep(type="restore_workspace", name=name, timeout=timeout, dest_dir=dest)
    if isinstance(step, config.SaveCacheStep):
        key, contents = step.save_cache.key, _contents(step.save_cache.contents)
        return runservice.SaveCacheStep(type="save_cache", name=name, timeout=timeout, key=key, contents=contents)
    keys, dest = step.restore_cache.keys, step.restore_cache.dest_dir
    return runservice.RestoreCacheStep(type="restore_cache", name=name, timeout=timeout, keys=keys, dest_dir=dest)


def _contents(contents: Sequence[config.Content]) -> list[runservice.SaveContent]:
    return [
        runservice.SaveContent(source_dir=one.source_dir, dest_dir=one.dest_dir, paths=one.paths) for one in contents
    ]
