"""Maintenance, export and import, with two instances of each service on one etcd."""

import asyncio
import itertools
import json

import pytest
from dags import end, run, start, task, until

import apierrors
import clients
from clients.runservice import InstanceMode, RunPhase
from together import Installation

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def installation(tmp_path_factory, start_etcd):
    with Installation(
        tmp_path_factory.mktemp("upkeep"), kv=start_etcd()[0].url, configstores=2, runservices=2
    ) as running:
        yield running


@pytest.fixture
async def services(installation):
    """Both instances of the runservice."""
    async with installation.runservice(1) as one, installation.runservice(2) as other:
        yield one, other


@pytest.fixture
async def maintained(services):
    """The same, in maintenance while a block runs."""
    await change_over(services[0], enable=True)
    yield services
    await change_over(services[0], enable=False)


async def change_over(client, *, enable):
    """Ask for maintenance or its end, and wait until every instance is there."""
    await client.set_maintenance(enable=enable)
    while not (state := await client.get_maintenance()).is_settled:  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(0.05)
    assert {instance.mode for instance in state.instances} == {
        InstanceMode.MAINTENANCE if enable else InstanceMode.NORMAL
    }
    return state


async def exported(client):
    async with client.export() as chunks:
        return b"".join([chunk async for chunk in chunks])


async def pieces(data):
    for begin in range(0, len(data), 1000):
        yield data[begin : begin + 1000]


async def test_one_word_changes_all_instances_over_and_back(services):
    """`PUT` on one of them; each answers by itself, and the state of each is shown."""
    one, other = services
    state = await change_over(one, enable=True)
    assert len(state.instances) == 2
    for client in services:
        with pytest.raises(apierrors.RemoteError, match="maintenance") as caught:
            await client.list_runs()
        assert caught.value.status == 503
    assert (await other.get_maintenance()).is_enabled
    state = await change_over(other, enable=False)
    assert len(state.instances) == 2
    for client in services:
        await client.list_runs()


async def test_the_configstore_changes_over_too(installation):
    """Apart from the runservice."""
    async with (
        installation.configstore(1) as one,
        installation.configstore(2) as other,
        installation.runservice(1) as run_client,
    ):
        state = await change_over(one, enable=True)
        assert len(state.instances) == 2
        with pytest.raises(apierrors.RemoteError, match="maintenance"):
            await other.list_users()
        await run_client.list_runs()
        await change_over(one, enable=False)
        await other.list_users()


async def test_an_export_during_writes_is_consistent(services):
    """Every run that is in it has its config, and those that had ended before are all there."""
    one, other = services
    before = [(await run(one, task("t", "true"), group=f"/project/e{number}")).id for number in range(3)]
    ending = asyncio.Event()

    async def write():
        for number in itertools.count():
            if ending.is_set():
                return
            await start(other, task("t", "true"), group=f"/project/w{number}")
            await asyncio.sleep(0.05)

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.5)
    lines = (await exported(one)).splitlines()
    ending.set()
    await writing
    objects = [json.loads(line) for line in lines]
    ids = {kind: {one["id"] for one in objects if one.get("type") == kind} for kind in ("run", "runconfig")}
    assert set(before) <= ids["run"] <= ids["runconfig"]
    assert objects[-1]["count"] == len(objects) - 1


BROKEN = {
    "cut off": lambda data: data[:-1000],
    "misspelt": lambda data: data.replace(b'"type"', b'"tipe"', 1),
    "garbage": lambda _: b"garbage",
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("how", BROKEN)
async def test_an_import_of_a_broken_file_changes_nothing(maintained, how):
    """Cut off, misspelt, garbage, or empty: it is refused with a reason, and all is as it was."""
    one, _ = maintained
    before = await exported(one)
    with pytest.raises(apierrors.RemoteError) as caught:
        await one.import_from(pieces(BROKEN[how](before)))
    assert caught.value.status == 400
    assert await exported(one) == before


async def test_an_import_outside_maintenance_is_refused(services):
    """With a word about what to do first."""
    data = await exported(services[0])
    with pytest.raises(apierrors.RemoteError, match="maintenance") as caught:
        await services[0].import_from(pieces(data))
    assert caught.value.status == 400


async def test_an_import_makes_a_used_installation_what_was_exported(services):
    """Later runs are gone, the live one too, and the service runs again, with the next number of each group."""
    one, other = services
    kept = await run(one, task("t", "true"), group="/project/import")
    data = await exported(one)
    lost = await run(one, task("t", "true"), group="/project/import")
    live = await start(one, task("t", "sleep 60"), group="/project/live")
    await until(one, live, lambda run: run.phase is RunPhase.RUNNING)
    await change_over(one, enable=True)
    await other.import_from(pieces(data))
    await change_over(one, enable=False)
    assert (await other.get_run(kept.id)).run == kept
    for gone in (lost.id, live):
        with pytest.raises(apierrors.RemoteError) as caught:
            await one.get_run(gone)
        assert caught.value.status == 404
    again = await run(other, task("t", "true"), group="/project/import")
    assert (again.result, again.counter) == ("success", kept.counter + 1)
    assert await exported(one) != data


async def test_an_import_fills_an_empty_installation(services, tmp_path):
    """What is exported from it is, object for object, what went in."""
    await run(services[0], task("t", "true"), group="/project/move")
    data = await exported(services[0])
    with Installation(tmp_path / "new") as installation:
        async with installation.runservice() as client:
            await change_over(client, enable=True)
            await client.import_from(pieces(data))
            assert sorted((await exported(client)).splitlines()) == sorted(data.splitlines())
            await change_over(client, enable=False)
            assert (await end(client, await start(client, task("t", "true")))).result == "success"


async def test_an_export_that_is_cut_off_is_no_export(services, installation):
    """The service is killed while it sends: the client sees an error, and no short file."""
    large = {f"X{number}": "x" * 200_000 for number in range(6)}
    for number in range(5):  # they wait, since it is their configs that are wanted
        await start(
            services[0], task("t", "true", environment=large, needs_approval=True), group=f"/project/big{number}"
        )
    service = installation.services["runservice-2"]
    try:
        with pytest.raises(clients.ErrUnavailable):  # noqa: PT012 - the killing is part of it
            async with services[1].export() as chunks:
                async for _ in chunks:
                    service.kill()
    finally:
        service.start()
