"""SIGKILL at a random moment of an import: afterwards everything is replaced, or nothing is, and the service says which."""

import asyncio
import json
import random
import secrets
import time

import pytest
from dags import start, task

import apierrors
import clients
from clients.configstore import ConfigstoreClient
from clients.runservice import InstanceMode, RunserviceClient
from together import Service
from vault import new_key

PATIENCE = 60
LARGE = 2000  # so many objects take long enough to be killed in the middle
TOKENS = {
    name: secrets.token_hex(16) for name in ("CONFIGSTORE_TOKEN", "RUNSERVICE_TOKEN", "RUNSERVICE_EXECUTOR_TOKEN")
}
pytestmark = pytest.mark.anyio


class Runservice:
    """One with a live run, which goes with everything else when it is replaced."""

    def __init__(self, url):
        self.client = RunserviceClient(url, TOKENS["RUNSERVICE_TOKEN"], timeout=30)

    async def write(self):
        self.live = await start(self.client, task("t", "true"), group=f"/project/{secrets.token_hex(8)}")

    async def check(self, *, is_new):
        """The live run is there as long as its config is."""
        runs = {run.id for run in (await self.client.list_runs()).runs}
        assert (self.live in runs) is not is_new

    type = "runconfig"


class Configstore:
    """One with a user that it has not exported."""

    def __init__(self, url):
        self.client = ConfigstoreClient(url, TOKENS["CONFIGSTORE_TOKEN"])

    async def write(self):
        self.user = f"u{secrets.token_hex(8)}"
        await self.client.create_user(self.user)

    async def check(self, *, is_new):
        users = {user.name for user in await self.client.list_users()}
        assert (self.user in users) is not is_new

    type = "user"


async def exported(client):
    async with client.export() as chunks:
        return b"".join([chunk async for chunk in chunks])


def enlarged(data, type):
    """An export with so many more objects of a type."""
    *lines, _ = [json.loads(line) for line in data.splitlines()]
    model = next(line for line in lines if line["type"] == type)
    lines += [{**model, "id": f"zz{number:06}"} for number in range(LARGE)]
    lines.sort(key=lambda line: (line["type"], line["id"]))
    return b"".join(json.dumps(line).encode() + b"\n" for line in [*lines, {"end": True, "count": len(lines)}])


async def pieces(data):
    for begin in range(0, len(data), 50_000):
        yield data[begin : begin + 50_000]


async def insist(call):
    """Do it until it is answered with success: what a dead instance holds is free after some seconds."""
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            return await call()
        except (apierrors.RemoteError, clients.ErrUnavailable):
            if time.monotonic() > give_up:
                raise
            await asyncio.sleep(0.2)


async def change_over(client, *, enable):
    await insist(lambda: client.set_maintenance(enable=enable))
    wanted = InstanceMode.MAINTENANCE if enable else InstanceMode.NORMAL
    while True:
        state = await insist(client.get_maintenance)
        if any(instance.mode is wanted for instance in state.instances) and state.is_settled:
            return state
        await asyncio.sleep(0.05)


def objects_of(data):
    """All but the last line, which says how many they are, and which."""
    return sorted(json.dumps(json.loads(line), sort_keys=True) for line in data.splitlines()[:-1])


async def replace_and_kill(service, part, data, seconds):
    """Whether the import that the killing has cut off went through, as the service says; and it is exactly so."""
    client = part.client
    await part.write()
    before = await change_over(client, enable=True)
    old = await exported(client)
    importing = asyncio.create_task(client.import_from(pieces(data)))
    await asyncio.sleep(seconds)
    await asyncio.to_thread(service.kill)
    answered = not isinstance((await asyncio.gather(importing, return_exceptions=True))[0], clients.ErrUnavailable)
    await asyncio.to_thread(service.start)
    while not (state := await insist(client.get_maintenance)).imported:  # it has not opened its data yet
        await asyncio.sleep(0.05)
    assert state.is_enabled
    is_new = state.imported != before.imported
    assert is_new or not answered
    assert objects_of(await insist(lambda: exported(client))) == objects_of(data if is_new else old)
    await change_over(client, enable=False)
    await part.check(is_new=is_new)
    return is_new


async def replace(part, data):
    await part.write()
    await change_over(part.client, enable=True)
    begin = time.monotonic()
    await insist(lambda: part.client.import_from(pieces(data)))
    took = time.monotonic() - begin
    await change_over(part.client, enable=False)
    await part.check(is_new=True)
    return took


async def kill_often(make, kv, directory, kills):
    """How often an import went through that was killed."""
    directory.mkdir()
    name = make.__name__.lower()
    arguments = ["serve", "--kv", kv or f"sqlite://{directory}/kv.db", "--storage", f"file://{directory}/objects"]
    environment = {**TOKENS, "CONFIGSTORE_KEY": new_key(), "RUNSERVICE_KEY": new_key()}
    service = Service(name, [name, *arguments], environment, directory)
    await asyncio.to_thread(service.start)
    part = make(service.url)
    try:
        async with part.client:
            await part.write()
            data = enlarged(await exported(part.client), part.type)
            took = await replace(part, data)
            news = [await replace_and_kill(service, part, data, random.uniform(0, took * 1.2)) for _ in range(kills)]
            await replace(part, data)
            await part.write()
    finally:
        await asyncio.to_thread(service.stop)
    return sum(news)


QUICK = [(Runservice, "etcd"), (Configstore, "sqlite")]
ALL = [(make, kv) for make in (Runservice, Configstore) for kv in ("etcd", "sqlite")]
KILLS = [pytest.param(QUICK, 1, id="quick"), pytest.param(ALL, 25, id="often", marks=pytest.mark.long)]


@pytest.mark.parametrize(("cases", "kills"), KILLS)
async def test_a_killed_import_has_replaced_everything_or_nothing(cases, kills, etcd, tmp_path):
    """Of either service, on either store: the next import goes through, and the service runs."""
    urls = {"etcd": etcd.url, "sqlite": ""}
    news = await asyncio.gather(
        *(kill_often(make, urls[kv], tmp_path / f"{make.__name__}-{kv}", kills) for make, kv in cases)
    )
    print({f"{make.__name__} on {kv}": f"{new} of {kills}" for (make, kv), new in zip(cases, news, strict=True)})
