"""What is lost with the kv store and what is not, and what the service does without its stores."""

import logging

import pytest
from conftest import connect, request_of, run_when, until

import kvstore
import stackerr
from clients.runservice import RunPhase, RunResult
from runservice._ids import Sequence
from runservice.app import make_app
from runservice.service import open_service

pytestmark = pytest.mark.anyio


async def test_archived_runs_outlive_the_kv_store(tmp_path, storage, settings, client, executor):
    """With an empty store they are all there, and new ids come after the old ones."""
    old = (await client.create_run(request_of("a"))).run
    old = await run_when(client, old.id, lambda run: run.archived)
    live = (await client.create_run(request_of("a", group="/live"))).run
    async with (
        kvstore.open_store(f"sqlite://{tmp_path}/new.db") as store,
        open_service(store, storage, settings) as service,
    ):
        async with connect(make_app(service)) as fresh:
            runs = (await fresh.list_runs()).runs
            assert old in runs
            new = (await fresh.create_run(request_of("a"))).run
            assert new.id > max(run.id for run in runs)
            assert (new.counter, live.id != new.id) == (2, True)


async def test_a_live_run_without_its_config_comes_to_an_end(client, service, store):
    """As when half of everything was lost: it says so, and does not go on for ever."""
    run = (await client.create_run(request_of("a"))).run
    await run_when(client, run.id, lambda run: run.phase is RunPhase.RUNNING)
    orphan = run.model_copy(update={"id": "zzz-orphan", "group": "/orphans"})
    put = service.core.runs.put(orphan)
    await store.put(put.key, put.value)

    async def found():
        return await service.core.run("zzz-orphan")

    run = await until(found, lambda run: run.phase is RunPhase.SETUP_ERROR)
    assert run.end_time is not None


async def test_a_run_whose_storage_fails_is_archived_later(client, executor, storage, monkeypatch, caplog):
    """Each failure is one line that says what could not be done; then it is done."""
    write, failures = type(storage).write, []

    def full(self, key, *arguments, **options):
        if len(failures) < 3 and key.startswith("logs/"):
            failures.append(key)
            raise OSError(28, "No space left on device")
        return write(self, key, *arguments, **options)

    monkeypatch.setattr(type(storage), "write", full)
    with caplog.at_level(logging.ERROR, "runservice"):
        run = (await client.create_run(request_of("a"))).run
        run = await run_when(client, run.id, lambda run: run.archived)
    assert (run.result, len(failures)) == (RunResult.SUCCESS, 3)
    lines = [stackerr.compact(record.exc_info[1]) for record in caplog.records if record.exc_info]
    assert len(lines) == 3
    assert all(line.startswith(f"fetch what task a of run {run.id} has left: store logs/") for line in lines)
    assert not any("\n" in line for line in lines)


async def test_a_loop_that_fails_goes_on(client, executor, service, monkeypatch, caplog):
    """The kv store fails for a moment: one line, and the run goes on."""
    run = (await client.create_run(request_of("a"))).run
    count = 0
    list_ = service.core.executors.list

    async def failing():
        nonlocal count
        count += 1
        if count < 3:
            raise kvstore.ErrUnavailable("no answer")
        return await list_()

    monkeypatch.setattr(service.core.executors, "list", failing)
    with caplog.at_level(logging.ERROR, "runservice"):
        run = await run_when(client, run.id, lambda run: run.archived)
    assert run.result is RunResult.SUCCESS
    assert {record.getMessage().split(",")[0] for record in caplog.records} <= {"failed"}


async def test_an_instance_that_loses_its_lease_starts_anew(client, service, store):
    """As after an outage of the kv store: it announces itself again, and answers."""
    [before] = (await client.get_maintenance()).instances
    [entry] = (await store.list("instances/")).entries
    await store.backend.revoke(entry.lease)
    await until(client.get_maintenance, lambda state: state.instances and state.instances[0].since > before.since, 30)

    async def answers():
        return service.mode is not None

    await until(answers)
    assert (await client.list_runs()).runs == []


def test_ids_sort_by_age():
    """Across epochs, and whatever the number of digits."""
    ids = [Sequence(1, 1), Sequence(1, 31), Sequence(1, 32), Sequence(1, 10**12), Sequence(2, 1), Sequence(10**9, 1)]
    assert sorted(map(str, ids)) == list(map(str, ids))
    assert [Sequence.parse(str(id)) for id in ids] == ids
