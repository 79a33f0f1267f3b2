"""What is to be run, in few words, and waiting for it."""

import asyncio
import time

from clients.runservice import (
    Depend,
    RestoreCacheStep,
    RestoreWorkspaceStep,
    RunConfigTask,
    RunCreateRequest,
    RunPhase,
    RunStep,
    SaveCacheStep,
    SaveContent,
    SaveToWorkspaceStep,
)

PATIENCE = 60
LOOK_EVERY = 0.1  # each look costs as much processor time as a step of the run


def task(name, *steps, after=(), **options):
    """A task of commands and other steps; `after` names tasks, or maps names to conditions."""
    conditions = after if isinstance(after, dict) else dict.fromkeys(after, ["on_success"])
    depends = {other: Depend(conditions=given) for other, given in conditions.items()}
    made = [RunStep(command=step) if isinstance(step, str) else step for step in steps]
    return RunConfigTask(id=name, name=name, steps=made, depends=depends, **options)


def keep(*patterns):
    return SaveToWorkspaceStep(type="save_to_workspace", contents=[SaveContent(paths=list(patterns))])


def fetch():
    return RestoreWorkspaceStep(type="restore_workspace")


def save_cache(key, *patterns):
    return SaveCacheStep(type="save_cache", key=key, contents=[SaveContent(paths=list(patterns))])


def restore_cache(*keys):
    return RestoreCacheStep(type="restore_cache", keys=list(keys))


def request(*tasks, group="/project/web", **options):
    return RunCreateRequest(name="test", group=group, run_config_tasks={one.id: one for one in tasks}, **options)


async def start(client, *tasks, **options):
    """The id of a new run."""
    return (await client.create_run(request(*tasks, **options))).run.id


async def until(client, run_id, is_reached, patience=PATIENCE):
    """The run, when something is true of it."""
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up:
        run = (await client.get_run(run_id)).run
        if is_reached(run):
            return run
        await asyncio.sleep(LOOK_EVERY)
    raise TimeoutError(f"not after {patience} s: {run!r}")


async def end(client, run_id, patience=PATIENCE):
    """The run, when it has ended and is archived."""
    return await until(client, run_id, lambda run: run.archived, patience)


async def run(client, *tasks, **options):
    """The run of these tasks, from start to end."""
    return await end(client, await start(client, *tasks, **options))


async def log(client, run, name, step=0, *, follow=False):
    """The log of a step."""
    async with client.logs(run.id, run.task(name).id, step=step, follow=follow) as chunks:
        return b"".join([chunk async for chunk in chunks]).decode()


def statuses(run):
    return {task.name: task.status.value for task in run.tasks.values()}


def is_running(run):
    return run.phase is RunPhase.RUNNING
