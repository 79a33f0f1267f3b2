"""Runs as they are known to the tests of what happens next."""

from clients import now
from clients.runservice import FetchPhase, RunConfig, RunPhase, RunTaskStatus
from runservice._create import make_run, rename_tasks

AT = now()


def run_of(tasks, **statuses):
    """A run that runs, with its config; `a="failed"` sets the status of a task."""
    config = RunConfig(id="r1", name="n", group="/p/w", tasks=rename_tasks(tasks, {}))
    run = make_run(config, {}).model_copy(update={"phase": RunPhase.RUNNING})
    for name, status in statuses.items():
        run = with_task(run, name, status=RunTaskStatus(status), archive_phases=[FetchPhase.FINISHED])
    return run, config


def with_task(run, task_id, **changes):
    task = run.tasks[task_id]
    if "archive_phases" in changes:
        changes["archive_phases"] = changes["archive_phases"] * len(task.archive_steps)
    return run.model_copy(update={"tasks": {**run.tasks, task_id: task.model_copy(update=changes)}})


def statuses(run):
    return {task.id: task.status.value for task in run.tasks.values()}
