"""Instances to test against, in this process and as processes of their own."""

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
import time

import httpx2
import pytest

import kvstore
import objectstorage
from clients.configstore import ConfigstoreClient, InstanceMode
from configstore.api import make_app
from configstore.service import Service
from datamanager import Options
from vault import Vault, new_key

TOKEN = "t0ken-of-the-tests"
FAST = Options(sync_every=0.2, checkpoint_every=0.5, lock_ttl=2)


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture
def key():
    """A key for secrets."""
    return new_key()


@pytest.fixture
def start(tmp_path, key):
    """A context manager over an instance in this process, and a client that calls it without a network."""

    @contextlib.asynccontextmanager
    async def start_instance(name="", *, keys=None, token=TOKEN, wait=True, client_type=ConfigstoreClient):
        async with kvstore.open_store(f"sqlite://{tmp_path}/kv{name}.db", prefix="configstore/") as store:
            storage = objectstorage.open_storage(f"file://{tmp_path}/objects{name}")
            service = Service(store, storage, Vault(keys or [key], "CONFIGSTORE_KEY"), ttl=2, options=FAST)
            app = make_app(service, [TOKEN])
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


class Process:
    """A process whose lines on standard error are read all the time, so that it never waits for us."""

    def __init__(self, arguments, environment, directory):
        self.popen = subprocess.Popen(
            [sys.executable, "-c", "from configstore.command import main; main()", *arguments],
            env={**os.environ, "CONFIGSTORE_TOKEN": TOKEN, **environment},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=directory,
        )  # fmt: skip
        self.lines = []
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def _read(self):
        for line in self.popen.stderr:
            self.lines.append(line.rstrip("\n"))

    def line_with(self, text, seconds=60):
        """The first line that holds a text."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            for line in self.lines:
                if text in line:
                    return line
            time.sleep(0.02)
        raise AssertionError(f"no line with {text!r} in {self.lines}")

    @property
    def url(self):
        """Where it says that it listens."""
        return self.line_with("listening on ").split("listening on ")[1].split('"')[0]

    def wait(self, seconds=60):
        """Its exit code, when all that it said is there."""
        code = self.popen.wait(seconds)
        self._reading.join()
        return code

    def terminate(self):
        self.popen.terminate()

    def output(self):
        return self.popen.stdout.read()

    def close(self):
        self.popen.kill()
        self.wait()
        self.popen.stdout.close()
        self.popen.stderr.close()


@pytest.fixture
def spawn(tmp_path, key):
    """Start `configstore …` as a process; what is left at the end is killed."""
    processes = []

    def run(*arguments, **environment):
        process = Process(arguments, {"CONFIGSTORE_KEY": key, **environment}, tmp_path)
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.close()


@pytest.fixture
def serve(spawn, tmp_path):
    """Start `configstore serve` on the store of the test."""

    def run(*arguments, listen="127.0.0.1:0", **environment):
        places = ["--kv", f"sqlite://{tmp_path}/kv.db", "--storage", f"file://{tmp_path}/objects"]
        return spawn("serve", *places, "--listen", listen, *arguments, **environment)

    return run
