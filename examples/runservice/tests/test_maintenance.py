"""Maintenance, export and import, with two instances on the same stores."""

import asyncio
import contextlib
import json

import fake
import httpx2
import pytest
from conftest import CLIENT, EXECUTOR, connect, request_of, run_when, serve, until

import kvstore
from apierrors import ErrBadRequest, ErrConflict, RemoteError, is_remote
from clients import bearer
from clients.runservice import InstanceMode, RunPhase, RunResult, RunserviceClient
from objectstorage import open_storage
from runservice.app import make_app
from runservice.service import open_service

pytestmark = pytest.mark.anyio


@pytest.fixture
async def other(store, storage, settings):
    """A client of a second instance."""
    async with open_service(store, storage, settings) as service:
        async with connect(make_app(service)) as connected:
            yield connected


async def change_over(client, *, enable):
    """Ask, and wait until every instance has changed over."""
    await client.set_maintenance(enable=enable)
    return await until(client.get_maintenance, lambda state: state.is_settled and state.is_enabled is enable)


async def export(client):
    async with client.export() as chunks:
        return b"".join([chunk async for chunk in chunks])


async def chunks_of(data, size=1000):
    for n in range(0, len(data), size):
        yield data[n : n + size]


async def make_run(client, group="/project/web", **more):
    created = (await client.create_run(request_of("a", group=group, **more))).run
    return await run_when(client, created.id, lambda run: run.archived)


async def test_every_instance_changes_over_and_back(client, other):
    """After one request to one of them; the state of each is shown by each."""
    assert len((await client.get_maintenance()).instances) == 2
    state = await change_over(client, enable=True)
    assert [instance.mode for instance in state.instances] == [InstanceMode.MAINTENANCE] * 2
    assert await other.get_maintenance() == state
    for each in (client, other):
        with pytest.raises(RemoteError, match="in maintenance") as caught:
            await each.list_runs()
        assert caught.value.status == 503
    with pytest.raises(RemoteError, match="maintenance is on already") as caught:
        await other.set_maintenance(enable=True)
    assert is_remote(caught.value, ErrConflict)
    await change_over(other, enable=False)
    for each in (client, other):
        assert (await each.list_runs()).runs == []
    with pytest.raises(RemoteError, match="maintenance is off already"):
        await client.set_maintenance(enable=False)


async def test_in_maintenance_only_three_handlers_answer(app, client):
    """Every route is asked; import says that what it got is no export, which is an answer."""
    await change_over(client, enable=True)
    answered = []
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://runservice") as http:
        for path, methods in app.openapi()["paths"].items():
            for method, operation in methods.items():
                if (path, method) == ("/api/v1alpha/maintenance", "delete"):
                    continue
                [[scheme]] = [list(security) for security in operation["security"]]
                token = {"client": CLIENT, "executor": EXECUTOR}[scheme]
                url = path.replace("{", "").replace("}", "")
                answer = await http.request(method, url, headers=bearer(token), json={})
                if answer.status_code != 503 and "unknown" not in answer.text:
                    answered.append((method, path.removeprefix("/api/v1alpha"), answer.status_code))
    wrong_shape = [each for each in answered if each[2] == 400 and each[1] != "/import"]
    assert [each for each in answered if each not in wrong_shape] == [
        ("get", "/maintenance", 200), ("put", "/maintenance", 409), ("get", "/export", 200), ("post", "/import", 400),
    ]  # fmt: skip


async def test_an_import_outside_maintenance_is_a_bad_request(client):
    """It says what to do first."""
    with pytest.raises(RemoteError, match="in maintenance only: PUT /api/v1alpha/maintenance first") as caught:
        await client.import_from(chunks_of(b""))
    assert is_remote(caught.value, ErrBadRequest)


async def test_an_import_waits_for_the_last_instance(client, service):
    """One that has not changed over yet might still write."""
    await change_over(client, enable=True)
    data = await export(client)
    late = (await service.instances.list())[0].value
    put = service.instances.put(late.model_copy(update={"id": "late", "mode": InstanceMode.NORMAL}))
    await service.store.put(put.key, put.value)
    with pytest.raises(RemoteError, match="not every instance has changed over"):
        await client.import_from(chunks_of(data))
    await service.store.delete(put.key)
    await client.import_from(chunks_of(data))


async def test_an_import_into_an_empty_installation(client, executor, settings, tmp_path):
    """The archived runs are there, with their configs and counters, and new ones are made after them."""
    first, second = await make_run(client), await make_run(client, "/project/api")
    data = await export(client)
    async with second_installation(tmp_path, settings) as (app, fresh):
        await change_over(fresh, enable=True)
        await fresh.import_from(chunks_of(data))
        await change_over(fresh, enable=False)
        assert (await fresh.list_runs()).runs == [second, first]
        assert (await fresh.get_run(first.id)).run_config == (await client.get_run(first.id)).run_config
        async with connect(app, EXECUTOR) as runs, fake.run_executor(serve, runs, EXECUTOR):
            third = await make_run(fresh)
        assert (third.counter, third.result) == (2, RunResult.SUCCESS)
        assert third.id > second.id
        assert await export(fresh) != data


@contextlib.asynccontextmanager
async def second_installation(tmp_path, settings):
    with open_storage((tmp_path / "second").as_uri()) as storage:
        async with kvstore.open_store(f"sqlite://{tmp_path}/second.db") as store:
            async with open_service(store, storage, settings) as service:
                app = make_app(service)
                async with connect(app) as fresh:
                    yield app, fresh


async def test_an_import_into_a_used_installation(client, other, executor, store):
    """Exactly the exported state: later runs are gone, live ones too, and both instances work again."""
    old = await make_run(client)
    data = await export(client)
    await make_run(client)
    executor.script = {"a": "hang"}
    live = (await client.create_run(request_of("a", group="/live"))).run
    await run_when(client, live.id, lambda run: run.task("a").status.value == "running")
    await change_over(client, enable=True)
    await other.import_from(chunks_of(data, 7))
    assert [entry.key for entry in (await store.list("scheduler/")).entries] == []
    assert await export(client) == data
    await change_over(client, enable=False)
    for each in (client, other):
        assert (await each.list_runs()).runs == [old]
        with pytest.raises(RemoteError, match="no such run"):
            await each.get_run(live.id)
    executor.script = {}
    again = await make_run(other)
    assert (again.counter, again.result) == (2, RunResult.SUCCESS)


async def test_a_broken_import_changes_nothing(client, executor, store):
    """Cut off, damaged, something else, nothing at all."""
    run = await make_run(client)
    data = await export(client)
    await change_over(client, enable=True)
    before = await store.list("scheduler/")
    lines = data.splitlines(keepends=True)
    broken = [
        b"",
        b"garbage",
        data[: len(data) // 2],
        b"".join(lines[:-1]),
        data + lines[0],
        b"".join(reversed(lines)),
        data[:-3],
    ]
    for upload in broken:
        with pytest.raises(RemoteError, match="no whole export: nothing was changed") as caught:
            await client.import_from(chunks_of(upload))
        assert is_remote(caught.value, ErrBadRequest)
    assert (await store.list("scheduler/")).entries == before.entries
    assert await export(client) == data
    await change_over(client, enable=False)
    assert (await client.list_runs()).runs == [run]


async def test_an_upload_that_breaks_off_changes_nothing(app, client, executor):
    """The connection is lost in the middle, over a real server."""
    await make_run(client)
    data = await export(client)
    await change_over(client, enable=True)

    async def torn():
        yield data[:100]
        raise ConnectionResetError

    async with serve(app) as url, httpx2.AsyncClient(headers=bearer(CLIENT)) as http:
        with pytest.raises(ConnectionResetError):
            await http.post(f"{url}/api/v1alpha/import", content=torn())
        await asyncio.sleep(0.1)
    assert await export(client) == data
    await until(lambda: leave(client))


async def leave(client):
    try:
        await change_over(client, enable=False)
    except RemoteError:
        return False
    return True


@pytest.fixture
async def live(client, executor):
    """A run that is under way."""
    executor.script = {"a": "hang"}
    run = (await client.create_run(request_of("a", group="/project/live"))).run
    return await run_when(client, run.id, lambda run: run.phase is RunPhase.RUNNING)


async def test_an_import_that_was_killed_before_the_swap_has_changed_nothing(client, store, live):
    """Neither the archived runs nor the live ones: maintenance can be left as if it had not begun."""
    await change_over(client, enable=True)
    await store.put("importing", b"2026-01-01T00:00:00+00:00")
    with pytest.raises(RemoteError, match="no whole export"):
        await client.import_from(chunks_of(b"garbage"))
    await store.put("importing", b"2026-01-01T00:00:00+00:00")
    state = await change_over(client, enable=False)
    assert state.imported is None
    assert (await client.get_run(live.id)).run.id == live.id


async def test_an_import_that_was_killed_after_the_swap_is_brought_to_its_end(client, service, store, live):
    """What was imported counts, and the live runs, which it does not know, go before anybody works again."""
    data = await export(client)
    await change_over(client, enable=True)
    await service.data.import_from(chunks_of(data), name="2026-01-01T00:00:00+00:00")
    await store.put("importing", b"2026-01-01T00:00:00+00:00")
    state = await change_over(client, enable=False)
    assert state.imported.year == 2026
    with pytest.raises(RemoteError, match="no such run"):
        await client.get_run(live.id)


async def test_maintenance_is_not_left_during_an_import(client, store):
    """Whoever holds its lock may have replaced half of it."""
    await change_over(client, enable=True)
    async with store.lock("locks/import"):
        await store.put("importing", b"2026-01-01T00:00:00+00:00")
        with pytest.raises(RemoteError, match="another import is under way"):
            await client.set_maintenance(enable=False)
    await change_over(client, enable=False)


async def test_an_export_while_runs_are_made_is_of_one_moment(client, executor):
    """Every archived run in it has its config; and the last line says how many lines there are."""
    exports = []

    async def export_often():
        for _ in range(5):
            exports.append(await export(client))  # noqa: PERF401 - one after the other

    await asyncio.gather(export_often(), *[make_run(client, f"/g/{n}") for n in range(5)])
    for data in exports:
        *lines, last = [json.loads(line) for line in data.splitlines()]
        assert last["count"] == len(lines)
        ids = {kind: {line["id"] for line in lines if line["type"] == kind} for kind in ("run", "runconfig")}
        assert ids["run"] <= ids["runconfig"]


async def test_an_export_that_fails_midway_is_cut_off(app, service, executor, client):
    """Whoever saves it learns that it is none."""
    await make_run(client)

    class Failing:
        async def export(self):
            yield b'{"type": "run"}\n'
            raise OSError(5, "Input/output error")

    service._data = Failing()
    async with serve(app) as url, httpx2.AsyncClient(headers=bearer(CLIENT)) as http:
        with pytest.raises(httpx2.RemoteProtocolError):
            await http.get(f"{url}/api/v1alpha/export")


async def test_an_instance_that_is_gone_is_not_waited_for(client, store, storage, settings):
    """Its key goes with it."""
    async with open_service(store, storage, settings):
        assert len((await client.get_maintenance()).instances) == 2
    await until(client.get_maintenance, lambda state: len(state.instances) == 1)
    await change_over(client, enable=True)


async def test_a_large_import_that_is_refused_learns_why(app, client):
    """The answer comes before the upload has ended, over a real server."""
    async with serve(app) as url, RunserviceClient(url, CLIENT) as real:
        for _ in range(3):
            with pytest.raises(RemoteError, match="in maintenance only"):
                await real.import_from(chunks_of(b"x" * 20_000_000, 100_000))
