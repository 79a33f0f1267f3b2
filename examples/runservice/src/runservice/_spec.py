"""What an executor needs to run a task, made anew each time it is sent: it holds secrets, and is never stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.runservice import ExecutorTaskPhase, ExecutorTaskSpecData, WorkspaceOperation

from ._graph import find_ancestors

if TYPE_CHECKING:
    from clients.runservice import ExecutorTask, Run, RunConfig


def with_spec_data(task: ExecutorTask, run: Run, config: RunConfig, revision: int) -> ExecutorTask:
    """The task as it is sent.

    Args:
        task: as it is stored.
        run: its run.
        config: what the run was made from.
        revision: the revision at which it was stored.
    """
    return task.model_copy(update={"revision": revision, "spec_data": make_spec_data(run, config, task.id)})


def make_spec_data(run: Run, config: RunConfig, task_id: str) -> ExecutorTaskSpecData:
    """What a task needs: what the config says of it, and what the tasks before it have left."""
    task = config.tasks[task_id]
    return ExecutorTaskSpecData(
        task_name=task.name,
        arch=task.arch,
        working_dir=task.working_dir,
        shell=task.shell,
        environment={**task.environment, **config.static_environment, **config.environment},
        steps=task.steps,
        cache_prefix=config.cache_group or root_group(config.group),
        workspace_operations=_workspace_operations(run, config, task_id),
        timeout=task.timeout,
    )


def root_group(group: str) -> str:
    """What a group belongs to: its first two parts.

    >>> root_group("/project/web/branch/main")
    '/project/web'
    """
    return "/".join(group.split("/")[:3])


def _workspace_operations(run: Run, config: RunConfig, task_id: str) -> list[WorkspaceOperation]:
    before = [run.tasks[ancestor] for ancestor in find_ancestors(config.tasks)[task_id]]
    return [
        WorkspaceOperation(task_id=task.id, step=number)
        for task in sorted(before, key=lambda task: (task.level, task.name))
        for number in task.archive_steps
        if task.steps[number].phase is ExecutorTaskPhase.SUCCESS
    ]
