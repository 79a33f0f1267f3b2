"""Where secrets are not: in the kv store, in the object storage, in exports, in answers to clients, in the log."""

import base64
import logging
import re

import pytest
from conftest import request_of, run_when

import stackerr
from clients.runservice import RunCreateRequest
from kvstore import Store

pytestmark = pytest.mark.anyio

SECRETS = {"PASSWORD": "hunter2-in-the-run", "TOKEN": "hunter2-token"}
STATIC = {"REGION": "hunter2-static"}
BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
SECRET = re.compile(rb"hunter2|PASSWORD")


async def every_key(store):
    """All keys and values, whoever put them there."""
    return (await Store(store.backend, "").list("")).entries


def with_environments(request):
    """The request with an environment for task `a` and for its step, too."""
    tasks = dict(request.run_config_tasks)
    step = tasks["a"].steps[0].model_copy(update={"environment": {"S": "hunter2-step"}})
    tasks["a"] = tasks["a"].model_copy(update={"environment": {"T": "hunter2-task"}, "steps": [step]})
    return request.model_copy(update={"run_config_tasks": tasks})


def plain(contents):
    """The contents, and behind them whatever is in them as base64."""
    return {
        name: content + b" ".join(base64.b64decode(found[: len(found) // 4 * 4]) for found in BASE64.findall(content))
        for name, content in contents.items()
    }


def stored(storage):
    """All objects, by key."""
    objects = {}
    for info in storage.list():
        with storage.read(info.key) as stream:
            objects[info.key] = stream.read()
    return objects


async def test_no_key_ever_holds_a_secret_or_a_step(client, executor, store, caplog):
    """Every key is looked at at every revision from the creation of the run to its archive."""
    caplog.set_level(logging.DEBUG)
    executor.script = {"b": "failed"}
    revision = await store.revision()
    request = request_of("a", "b<a", environment=SECRETS, static_environment=STATIC)
    created = (await client.create_run(with_environments(request))).run
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
    spec = executor.taken[created.task("a").id].spec_data
    assert spec.environment == {"T": "hunter2-task", **STATIC, **SECRETS}
    assert spec.steps[0].environment == {"S": "hunter2-step"}


async def test_nothing_at_rest_holds_a_secret(client, executor, service, store, tmp_path):
    """Neither an object of the storage, nor a key, nor a file below either, nor an export; before and after a checkpoint."""
    executor.script = {"b": "failed"}
    request = with_environments(request_of("a", "b<a", environment=SECRETS, static_environment=STATIC))
    created = (await client.create_run(request)).run
    await run_when(client, created.id, lambda run: run.archived)
    await client.create_run(RunCreateRequest(run_id=created.id, environment=SECRETS))
    before = plain(stored(service.storage))
    async with client.export() as chunks:  # which begins with a checkpoint
        exported = plain({"export": b"".join([chunk async for chunk in chunks])})
    after = plain(stored(service.storage))
    keys = plain({entry.key: entry.value for entry in await every_key(store)})
    files = plain({str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()})
    for contents in (before, after, exported, files):
        assert any(b'"sealed":"gAAAA' in content for content in contents.values())
    for contents in (before, after, exported, files, keys):
        assert contents
        assert not [name for name, content in contents.items() if SECRET.search(content)]


async def test_no_answer_to_a_client_holds_a_secret(client, executor):
    """Neither that of the creation nor any later one: all environments are left out."""
    answer = await client.create_run(with_environments(request_of("a", environment=SECRETS, static_environment=STATIC)))
    run_id = answer.run.id
    await run_when(client, run_id, lambda run: run.archived)
    again = await client.create_run(RunCreateRequest(run_id=run_id, from_start=True, environment=SECRETS))
    for answered in (answer, await client.get_run(run_id), again):
        assert answered.run_config.tasks[next(iter(answered.run.tasks))].steps[0].command == "echo a"
        assert not SECRET.search(answered.model_dump_json().encode())
