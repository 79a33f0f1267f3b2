"""A run from end to end: queued, started, run by an executor, fetched, archived."""

import pytest
from conftest import request_of, run_when

from clients.runservice import RunPhase, RunResult

pytestmark = pytest.mark.anyio


async def test_a_run_works_from_end_to_end(client, executor):
    """It is queued, its tasks run in order, logs are fetched, and it ends in the archive."""
    created = (await client.create_run(request_of("build", "test<build"))).run
    assert created.phase is RunPhase.QUEUED
    run = await run_when(client, created.id, lambda run: run.archived)
    assert (run.phase, run.result, run.counter) == (RunPhase.FINISHED, RunResult.SUCCESS, 1)
    assert executor.started == ["build", "test"]
    task = next(task for task in run.tasks.values() if task.name == "test")
    async with client.logs(run.id, task.id, step=0) as chunks:
        assert b"".join([chunk async for chunk in chunks]) == b"step 0 of test\n"
