"""Instances to test against, in this process and as processes of their own."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time

import httpx2
import pytest

import configstore
import kvstore
import objectstorage
from clients.configstore import ConfigstoreClient, InstanceMode
from datamanager import Options

TOKEN = "t0ken-of-the-tests"
FAST = Options(sync_every=0.2, checkpoint_every=0.5, lock_ttl=2)


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture
def key():
    """A key for secrets."""
    return configstore.new_key()


@pytest.fixture
def start(tmp_path, key):
    """A context manager over an instance in this process, and a client that calls it without a network."""

    @contextlib.asynccontextmanager
    async def start_instance(name="", *, keys=None, token=TOKEN, wait=True, client_type=ConfigstoreClient):
        async with kvstore.open_store(f"sqlite://{tmp_path}/kv{name}.db", prefix="configstore/") as store:
            storage = objectstorage.open_storage(f"file://{tmp_path}/objects{name}")
            service = configstore.Service(store, storage, configstore.Vault(keys or [key]), ttl=2, options=FAST)
            app = configstore.make_app(service, [TOKEN])
            working = asyncio.create_task(service.run())
            try:
                transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
                async with client_type("http://configstore", token, transport=transport) as client:
                    client.instance, client.app = service, app
                    if wait:
                        await settle(client, InstanceMode.NORMAL)
                    yield client
            finally:
                working.cancel()
                await asyncio.wait([working])

    return start_instance


@pytest.fixture
async def client(start):
    """A client of an instance."""
    async with start() as started:
        yield started


async def settle(client, mode, count=1):
    """Wait until so many instances are in a mode, this one included."""
    async with asyncio.timeout(15):
        while True:
            state = await client.get_maintenance()
            there = [instance.mode for instance in state.instances]
            if state.is_settled and there == [mode] * count and client.instance._data is not None:
                return state
            await asyncio.sleep(0.02)


@pytest.fixture
def spawn(tmp_path, key):
    """Start `configstore …` as a process; what is left at the end is killed."""
    processes = []

    def run(*arguments, **environment):
        process = subprocess.Popen(
            [sys.executable, "-c", "from configstore.command import main; main()", *arguments],
            env={**os.environ, "CONFIGSTORE_TOKEN": TOKEN, "CONFIGSTORE_KEY": key, **environment},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        )  # fmt: skip
        processes.append(process)
        return process

    yield run
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.fixture
def serve(spawn, tmp_path):
    """Start `configstore serve` on the store of the test; the process, and its URL."""

    def run(*arguments, listen="127.0.0.1:0", name="", **environment):
        places = ["--kv", f"sqlite://{tmp_path}/kv{name}.db", "--storage", f"file://{tmp_path}/objects{name}"]
        process = spawn("serve", *places, "--listen", listen, *arguments, **environment)
        return process, url_of(process)

    return run


def url_of(process, seconds=20):
    """Where a process says that it listens."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        line = process.stderr.readline()
        if "listening on" in line:
            return line.split("listening on ")[1].split('"')[0].strip()
        if not line:
            break
    raise AssertionError("it does not listen")
