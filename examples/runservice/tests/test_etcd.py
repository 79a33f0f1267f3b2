"""The same on etcd: two instances share the work, change over, and start anew when the server was killed."""

import asyncio
import socket
import subprocess
import urllib.request

import fake
import pytest
from conftest import EXECUTOR, connect, request_of, run_when, serve, until

import kvstore
from clients.runservice import RunResult
from objectstorage import open_storage
from runservice.app import make_app
from runservice.service import open_service

pytestmark = pytest.mark.anyio


class Etcd:
    """One server, on free ports of 127.0.0.1."""

    def __init__(self, directory):
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        client, peer = [f"http://127.0.0.1:{each.getsockname()[1]}" for each in sockets]
        for each in sockets:
            each.close()
        self.health, self.url, self.process = f"{client}/health", client.replace("http", "etcd"), None
        self.command = [
            "etcd", "--name=n", f"--data-dir={directory}", "--heartbeat-interval=20", "--election-timeout=200",
            f"--listen-client-urls={client}", f"--advertise-client-urls={client}", f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=n={peer}",
        ]  # fmt: skip

    async def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: ASYNC220 - it returns at once
        await until(lambda: asyncio.to_thread(self.is_healthy))

    def is_healthy(self):
        try:
            with urllib.request.urlopen(self.health, timeout=1) as answer:
                return b"true" in answer.read()
        except OSError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
async def etcd(tmp_path):
    server = Etcd(tmp_path / "etcd")
    await server.start()
    yield server
    server.kill()


async def test_on_etcd(etcd, tmp_path, settings):
    """Runs through both instances, a kill of the server in their middle, maintenance and back: nothing is lost."""
    with open_storage((tmp_path / "objects").as_uri()) as storage:
        async with (
            kvstore.open_store(etcd.url, prefix="runservice/") as store,
            kvstore.open_store(etcd.url, prefix="runservice/") as other_store,
            open_service(store, storage, settings) as service,
            open_service(other_store, storage, settings) as other,
        ):
            app = make_app(service)
            async with (
                connect(app) as client, connect(make_app(other)) as second, connect(app, EXECUTOR) as runs,
                fake.run_executor(serve, runs, EXECUTOR) as executor,
            ):  # fmt: skip
                ids = []
                for n in range(4):
                    created = await (client, second)[n % 2].create_run(request_of("a", "b<a", group=f"/g/{n}"))
                    ids.append(created.run.id)
                etcd.kill()
                await etcd.start()
                for run_id in ids:
                    run = await run_when_patient(client, run_id)
                    assert run.result is RunResult.SUCCESS
                assert sorted(executor.started) == ["a"] * 4 + ["b"] * 4
                await client.set_maintenance(enable=True)
                await until(second.get_maintenance, lambda state: state.is_settled)
                await second.set_maintenance(enable=False)
                await until(client.get_maintenance, lambda state: state.is_settled)
                assert sorted(run.id for run in (await second.list_runs()).runs) == sorted(ids)


async def run_when_patient(client, run_id):
    """As `run_when`, also while the service has no answer."""
    for _ in range(20):
        try:
            return await run_when(client, run_id, lambda run: run.archived)
        except Exception:
            await asyncio.sleep(0.5)
    raise TimeoutError
