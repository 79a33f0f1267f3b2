"""Where secrets are not: in the kv store, in answers to clients, in the log."""

import logging

import pytest
from conftest import request_of, run_when

import stackerr
from clients.runservice import RunCreateRequest
from kvstore import Store

pytestmark = pytest.mark.anyio

SECRETS = {"PASSWORD": "hunter2-in-the-run", "TOKEN": "hunter2-token"}
STATIC = {"REGION": "hunter2-static"}


async def every_key(store):
    """All keys and values, whoever put them there."""
    return (await Store(store.backend, "").list("")).entries


async def test_no_key_ever_holds_a_secret_or_a_step(client, executor, store, caplog):
    """Every key is looked at at every revision from the creation of the run to its archive."""
    caplog.set_level(logging.DEBUG)
    executor.script = {"b": "failed"}
    revision = await store.revision()
    request = request_of("a", "b<a", environment=SECRETS, static_environment=STATIC)
    tasks = dict(request.run_config_tasks)
    tasks["a"] = tasks["a"].model_copy(update={"environment": {"T": "hunter2-task"}})
    created = (await client.create_run(request.model_copy(update={"run_config_tasks": tasks}))).run
    await run_when(client, created.id, lambda run: run.archived)
    end, seen = await store.revision(), 0
    async with store.watch("", after=revision) as batches:
        async for batch in batches:
            for event in batch.events:
                seen += 1
                assert b"hunter2" not in (event.value or b""), event.key
                assert b"echo a" not in (event.value or b""), event.key
                assert b"spec_data" not in (event.value or b""), event.key
            if batch.revision >= end:
                break
    assert seen > 20
    assert not [entry.key for entry in await every_key(store) if b"hunter2" in entry.value]
    for record in caplog.records:
        assert "hunter2" not in record.getMessage()
        if record.exc_info:
            assert "hunter2" not in stackerr.detailed(record.exc_info[1])
    assert executor.taken[created.task("a").id].spec_data.environment["PASSWORD"] == SECRETS["PASSWORD"]


async def test_no_answer_to_a_client_holds_a_secret(client, executor):
    """Neither that of the creation nor any later one; the static environment, which holds none, is shown."""
    answer = await client.create_run(request_of("a", environment=SECRETS, static_environment=STATIC))
    run_id = answer.run.id
    await run_when(client, run_id, lambda run: run.archived)
    again = await client.create_run(RunCreateRequest(run_id=run_id, from_start=True, environment=SECRETS))
    for answered in (answer, await client.get_run(run_id), again):
        assert answered.run_config.static_environment == STATIC
        assert "hunter2-in" not in answered.model_dump_json()
        assert "hunter2-token" not in answered.model_dump_json()
