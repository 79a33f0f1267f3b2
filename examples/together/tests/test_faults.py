"""Whatever is killed, cut off or filled up in the middle of a run: nothing that was acknowledged is lost.

Each round starts a run and breaks something at a random moment, while up to three earlier runs are still under way; when a run
has ended, what must be true is looked at. All is on etcd; half of the rounds are on plain files, and half on a real S3 behind a
proxy that fails. `ROUNDS=1000` makes it a longer test, and `SEED=…` one that was seen before.
"""

import asyncio
import os
import random
import time
from contextlib import suppress

import pytest
from dags import end, log, start, task
from faults import FAULTS, HARMLESS, ON_S3, Faults
from looks import leftovers, lines_that_are_no_record, processes
from proxy import Proxy

import apierrors
import clients
from together import Installation

ROUNDS = int(os.environ.get("ROUNDS", "50"))
SEED = int(os.environ.get("SEED", str(time.time_ns())))
PATIENCE = 90
AT_ONCE = 3
SYNCED = 1.0  # what was written in the last moment is in the store alone
pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", params=["files", "S3"])
def place(request):
    return request.param


@pytest.fixture(scope="module")
def etcd(place, start_etcd):
    """One for each place, since all installations have the same keys."""
    (server,) = start_etcd()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def proxies(place):
    made = []
    yield made
    for proxy in made:
        proxy.close()


@pytest.fixture(scope="module")
def storage(place, request):
    """The network to S3."""
    if place == "files":
        yield None
        return
    proxy = Proxy(request.getfixturevalue("seaweedfs"))
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def installation(tmp_path_factory, etcd, proxies, storage, storage_at):
    def through(url):
        proxies.append(Proxy(url))
        return proxies[-1].url

    directory = tmp_path_factory.mktemp("faults")
    places = {"kv": etcd.url, "storage": storage_at(storage.url) if storage else ""}
    with Installation(directory, **places, runservices=2, executors=2, limit=8, through=through) as running:
        yield running


class Patient:
    """A client that goes to the other runservice, and again, when one gives no answer."""

    def __init__(self, *clients):
        self.clients = list(clients)

    async def get_run(self, run_id):
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                return await self.clients[0].get_run(run_id)
            except (clients.ErrUnavailable, apierrors.RemoteError):
                if time.monotonic() > give_up:
                    raise
                self.clients.append(self.clients.pop(0))
                await asyncio.sleep(0.1)

    async def create_run(self, request):
        return await self.clients[0].create_run(request)


class Round:
    """One run, and what broke while it was under way.

    The marker is an argument of one of its steps, which tells its processes from others, and the name of the file in which each task
    writes that it runs.
    """

    def __init__(self, number, place):
        self.number = number
        self.place = place
        self.met = set()
        self.run_id = self.ending = None

    async def start(self, client):
        """Start the run; what may have been done or not is tried again, as another run."""
        for attempt in range(PATIENCE):
            self.marker = f"0.3{self.number:05}{attempt:03}{os.getpid()}"
            try:
                self.run_id = await start(client, *self.tasks(), group=f"/project/p{self.number % 3}")
            except (clients.ErrUnavailable, apierrors.RemoteError):
                await asyncio.sleep(0.5)
            else:
                return
        raise TimeoutError(f"run {self.number} cannot be started after {self.met}")

    def tasks(self):
        say = f"echo $ME | tee -a {self.place}/{self.marker}"
        return [
            task("a", say, "sleep 0.2", environment={"ME": "a"}),
            task("b", say, f"sleep {self.marker}", environment={"ME": "b"}),
            task("c", say, "sleep 0.1", environment={"ME": "c"}, after=["a", "b"]),
            task("d", say, environment={"ME": "d"}, after={"b": ["on_success", "on_failure"]}),
        ]

    def check(self, run):
        """What must be true of a run that has ended."""
        assert run.phase == "finished"
        assert all(one.status.is_finished for one in run.tasks.values())
        file = self.place / self.marker
        ran = file.read_text().split() if file.exists() else []
        assert len(ran) == len(set(ran)), f"with {self.met} a task ran twice: {ran}"
        succeeded = {name for name in "abcd" if run.task(name).status == "success"}
        assert succeeded <= set(ran), f"with {self.met} a task has succeeded without running"
        assert run.result == "success" or not self.met <= HARMLESS, f"{self.met} have made a task fail: {run!r}"
        assert processes(self.marker) == [], f"with {self.met} a step lives on"
        return run

    async def check_logs(self, client, run):
        """What a task has said can be read, unless the disk was full."""
        for name in "abcd":
            if run.task(name).status == "success" and "disk_full" not in self.met:
                assert await log(client, run, name) == f"{name}\n", f"with {self.met} a log is lost"


@pytest.fixture
async def client(installation):
    async with installation.runservice(1) as one, installation.runservice(2) as other:
        one.timeout = other.timeout = 5
        yield Patient(one, other)


async def test_nothing_is_lost_whatever_breaks(installation, etcd, proxies, storage, client, tmp_path):
    """Round after round: every run ends, no task runs twice, no process and no key is left, and the logs can be read."""
    print(f"SEED={SEED}")
    tmp_path.chmod(0o777)
    faults = Faults(installation, etcd, proxies, storage, random.Random(SEED))
    kinds = [name for name in FAULTS if storage or name not in ON_S3]
    rounds = []
    for number in range(ROUNDS // 2):
        while len(under_way := [one for one in rounds if not (one.ending and one.ending.done())]) > AT_ONCE:
            await asyncio.wait([one.ending for one in under_way], return_when=asyncio.FIRST_COMPLETED)
        rounds.append(Round(number, tmp_path))
        await rounds[-1].start(client)
        rounds[-1].ending = asyncio.create_task(end(client, rounds[-1].run_id, PATIENCE))
        await asyncio.sleep(faults.chance.uniform(0, 0.8))
        fault = faults.chance.choice(kinds)
        print(f"round {number}: {fault}", flush=True)
        for one in rounds:
            if not one.ending.done():
                one.met.add(fault)
        with getattr(faults, fault)():
            await asyncio.sleep(faults.chance.uniform(0, 1))
    seen = {one.run_id: one.check(await one.ending) for one in rounds}
    for run_id, run in seen.items():
        assert (await client.get_run(run_id)).run == run
    for one in rounds:
        await one.check_logs(client.clients[0], seen[one.run_id])
    assert await leftovers(installation) == []
    assert [line for one in installation.services.values() for line in lines_that_are_no_record(one.read_log())] == []


async def test_a_lost_store_comes_back_from_the_object_storage(installation, etcd, client):
    """The etcd is emptied: every archived run is there again, and new ones run."""
    run_id = await start(client, task("t", "true"), group="/project/wipe")
    before = await end(client, run_id)
    await asyncio.sleep(SYNCED)
    etcd.kill()
    etcd.wipe()
    etcd.restart()
    await asyncio.sleep(1)
    after = None
    give_up = time.monotonic() + PATIENCE
    while after is None and time.monotonic() < give_up:
        with suppress(clients.ErrUnavailable, apierrors.RemoteError):
            after = (await client.get_run(run_id)).run
        await asyncio.sleep(0.1)
    assert after == before
    while True:
        with suppress(clients.ErrUnavailable, apierrors.RemoteError):
            new = await start(client, task("t", "true"), group="/project/wipe")
            break
        await asyncio.sleep(0.2)
    run = await end(client, new)
    assert (run.result, run.counter) == ("success", before.counter + 1)
