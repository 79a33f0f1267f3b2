"""A gateway in this process, in front of services that only pretend; and processes."""

import asyncio
import os
import subprocess
import sys
import threading
import time

import fake_configstore
import fake_runservice
import fakes
import httpx2
import pytest

from clients.gateway import GatewayClient
from gateway.api import make_app
from gateway.behind import Service, open_behind
from serving import bind, serving, url_of

ADMIN = "token-of-the-admin"


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture
def configstore():
    """The configstore behind it."""
    return fake_configstore.Configstore()


@pytest.fixture
def runservice():
    """The runservice behind it."""
    return fake_runservice.Runservice()


@pytest.fixture
async def app(configstore, runservice):
    """The gateway."""
    store = Service("http://configstore", fakes.CONFIGSTORE, httpx2.ASGITransport(configstore.app))
    runs = Service("http://runservice", fakes.RUNSERVICE, httpx2.ASGITransport(runservice.app))
    async with open_behind(store, runs, [ADMIN]) as behind:
        yield make_app(behind)


@pytest.fixture
def connect(app):
    """A client of the gateway, with the token of somebody."""

    def make(who):
        token = ADMIN if who == "admin" else fakes.USERS.get(who, who)
        return GatewayClient("http://gateway", token, transport=httpx2.ASGITransport(app, raise_app_exceptions=False))

    return make


@pytest.fixture
async def ann(connect):
    async with connect("ann") as client:
        yield client


@pytest.fixture
async def bob(connect):
    async with connect("bob") as client:
        yield client


@pytest.fixture
async def admin(connect):
    async with connect("admin") as client:
        yield client


@pytest.fixture
def behind(configstore, runservice):
    """Both services on ports, in a thread; where they are."""
    ready, ending, urls = threading.Event(), None, []

    async def serve_all():
        nonlocal ending
        ending = asyncio.Event()
        sockets = [bind("127.0.0.1", 0) for _ in range(2)]
        async with serving(configstore.app, sockets[0]), serving(runservice.app, sockets[1]):
            urls.extend(map(url_of, sockets))
            ready.set()
            await ending.wait()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=[serve_all()])
    thread.start()
    assert ready.wait(20)
    yield urls
    loop.call_soon_threadsafe(ending.set)
    thread.join()
    loop.close()


class Process:
    """A process whose lines on standard error are read all the time, so that it never waits for us."""

    def __init__(self, main, arguments, environment, directory):
        self.popen = subprocess.Popen(
            [sys.executable, "-c", f"from {main} import main; main()", *arguments], env={**os.environ, **environment},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=directory,
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

    def output(self):
        return self.popen.stdout.read()

    def close(self):
        self.popen.kill()
        self.wait()
        self.popen.stdout.close()
        self.popen.stderr.close()


@pytest.fixture
def spawn(tmp_path):
    """Start a program as a process; what is left at the end is killed."""
    processes = []

    def run(main, *arguments, **environment):
        process = Process(main, arguments, environment, tmp_path)
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.close()


TOKENS = {
    "GATEWAY_ADMIN_TOKEN": ADMIN,
    "CONFIGSTORE_TOKEN": fakes.CONFIGSTORE,
    "RUNSERVICE_TOKEN": fakes.RUNSERVICE,
}


@pytest.fixture
def serve(spawn, behind):
    """Start `gateway serve` in front of both services."""

    def run(*arguments, listen="127.0.0.1:0", **environment):
        places = ["--configstore", behind[0], "--runservice", behind[1]]
        return spawn("gateway.command", "serve", *places, "--listen", listen, *arguments, **{**TOKENS, **environment})

    return run
