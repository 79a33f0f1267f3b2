"""Maintenance, export and import, with two instances on one store."""

import asyncio

import pytest
from conftest import settle

from apierrors import ErrBadRequest, RemoteError, is_remote
from clients.configstore import InstanceMode, Parent, ParentType
from vault import is_err_sealed, new_key

pytestmark = pytest.mark.anyio

WEB = Parent(type=ParentType.PROJECT, id="user/ann/web")
NORMAL, MAINTENANCE = InstanceMode.NORMAL, InstanceMode.MAINTENANCE


@pytest.fixture
async def two(start):
    """Two instances on one store."""
    async with start() as first, start(wait=False) as second:
        for client in (first, second):
            await settle(client, NORMAL, 2)
        yield first, second


async def fill(client):
    await client.create_user("ann")
    await client.create_project("web", "user/ann")
    await client.create_secret(WEB, "registry", {"PASSWORD": "hunter2"})
    return await client.create_token("user/ann", "laptop")


async def export(client):
    async with client.export() as chunks:
        return b"".join([chunk async for chunk in chunks])


async def pieces(raw, size=1000):
    for start in range(0, len(raw), size):
        yield raw[start : start + size]


async def test_two_instances_share_the_work(two):
    """What one wrote the other reads at once."""
    first, second = two
    for number in range(5):
        await first.create_user(f"user{number}")
        assert (await second.get_user(f"user/user{number}")).name == f"user{number}"
    answers = await asyncio.gather(*(client.create_user("ann") for client in two * 3), return_exceptions=True)
    assert sum(isinstance(one, RemoteError) for one in answers) == 5


async def test_every_instance_changes_over_and_back(two):
    """After one request to one of them; the state of each is shown."""
    first, second = two
    await first.set_maintenance(enable=True)
    for client in two:
        state = await settle(client, MAINTENANCE, 2)
        assert state.is_enabled
        with pytest.raises(RemoteError) as caught:
            await client.list_users()
        assert (caught.value.status, caught.value.code) == (503, "maintenance")
    await second.set_maintenance(enable=False)
    for client in two:
        assert not (await settle(client, NORMAL, 2)).is_enabled
        assert await client.list_users() == []


async def test_what_is_so_already_cannot_be_asked_for(client):
    """Neither on nor off."""
    for enable in (False, True):
        if enable:
            await client.set_maintenance(enable=True)
        with pytest.raises(RemoteError) as caught:
            await client.set_maintenance(enable=enable)
        assert is_remote(caught.value, ErrBadRequest)


async def test_an_instance_that_died_is_forgotten(start):
    """As soon as its lease has ended."""
    async with start() as first:
        async with start(wait=False):
            await settle(first, NORMAL, 2)
        await settle(first, NORMAL, 1)


async def test_an_import_gives_what_was_exported(start):
    """Into an empty installation and into a used one; users, paths, tokens and secrets are as they were."""
    async with start() as source:
        token = await fill(source)
        exported = await export(source)
    for name in ("-empty", "-used"):
        async with start(name) as target:
            if name == "-used":
                await target.create_user("bob")
            await target.set_maintenance(enable=True)
            await settle(target, MAINTENANCE)
            await target.import_from(pieces(exported))
            await target.set_maintenance(enable=False)
            await settle(target, NORMAL)
            assert [user.name for user in await target.list_users()] == ["ann"]
            assert (await target.authenticate(token)).name == "ann"
            assert (await target.list_secrets(WEB, reveal=True))[0].data == {"PASSWORD": "hunter2"}
            assert await target.create_user("cid")
            assert sorted((await export(target)).splitlines()) != sorted(exported.splitlines())


async def test_an_export_is_possible_in_maintenance(client):
    """It holds the same."""
    await fill(client)
    before = await export(client)
    await client.set_maintenance(enable=True)
    await settle(client, MAINTENANCE)
    assert await export(client) == before


async def test_an_export_during_writes_is_whole(start):
    """It can be imported, and has what was there when it began."""
    async with start() as client:
        await fill(client)

        async def write():
            for number in range(20):
                await client.create_user(f"user{number}")

        writing = asyncio.create_task(write())
        exported = await export(client)
        await writing
        await client.set_maintenance(enable=True)
        await settle(client, MAINTENANCE)
        await client.import_from(pieces(exported))
        await client.set_maintenance(enable=False)
        await settle(client, NORMAL)
        users = await client.list_users()
        assert "ann" in {user.name for user in users}
        for user in users:
            assert (await client.get_project_group(user.root_id)).owner_id == user.id


async def test_an_import_wants_maintenance(client):
    """And says so."""
    exported = await export(client)
    with pytest.raises(RemoteError) as caught:
        await client.import_from(pieces(exported))
    assert (caught.value.status, caught.value.code) == (400, "not_in_maintenance")


BROKEN = {
    "cut": lambda raw: raw[:-40],
    "led by something": lambda raw: b"{}\n" + raw,
    "empty": lambda _: b"",
    "garbage": lambda _: b"\xff",
}


@pytest.mark.parametrize("break_it", BROKEN.values(), ids=BROKEN)
async def test_a_broken_import_changes_nothing(client, break_it):
    """Cut off, with something before it, empty, garbage."""
    await fill(client)
    exported = await export(client)
    await client.set_maintenance(enable=True)
    await settle(client, MAINTENANCE)
    with pytest.raises(RemoteError) as caught:
        await client.import_from(pieces(break_it(exported)))
    assert (caught.value.status, caught.value.code) == (400, "bad_export")
    assert await export(client) == exported
    await client.set_maintenance(enable=False)
    await settle(client, NORMAL)
    assert (await client.get_project("user/ann/web")).name == "web"


async def test_two_imports_at_once_are_one(client):
    """The second is told that the first is under way."""
    await fill(client)
    exported = await export(client)
    await client.set_maintenance(enable=True)
    await settle(client, MAINTENANCE)
    begun = asyncio.Event()
    going_on = asyncio.Event()

    async def slowly():
        yield exported[:10]
        begun.set()
        await going_on.wait()
        yield exported[10:]

    first = asyncio.create_task(client.import_from(slowly()))
    try:
        async with client.instance._store.lock("import", wait=True):
            with pytest.raises(RemoteError, match="another import is under way"):
                await client.import_from(pieces(exported))
    finally:
        going_on.set()
        await asyncio.wait([first])


async def test_secrets_imported_without_their_key_say_so(start, caplog):
    """The values cannot be told; everything else works, and the secret can be set anew."""
    async with start() as source:
        await fill(source)
        exported = await export(source)
    async with start("-other", keys=[new_key()]) as target:
        await target.set_maintenance(enable=True)
        await settle(target, MAINTENANCE)
        await target.import_from(pieces(exported))
        await target.set_maintenance(enable=False)
        await settle(target, NORMAL)
        with pytest.raises(RemoteError) as caught:
            await target.list_secrets(WEB, reveal=True)
        assert caught.value.status == 500
        assert is_err_sealed(caplog.records[-1].exc_info[1])
        assert [one.name for one in await target.list_secrets(WEB)] == ["registry"]
        await target.update_secret(WEB, "registry", {"PASSWORD": "new"})
        assert (await target.list_secrets(WEB, reveal=True))[0].data == {"PASSWORD": "new"}
