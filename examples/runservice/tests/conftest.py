"""Services to test against: on one SQLite store and plain files, with executors that only pretend."""

import asyncio
import base64
import contextlib
import time

import fake
import httpx2
import pytest

import kvstore
from clients.runservice import Depend, RunConfigTask, RunCreateRequest, RunserviceClient, RunStep
from datamanager import Options
from objectstorage import open_storage
from runservice.app import make_app
from runservice.service import open_service
from runservice.settings import Settings
from serving import bind, serving, url_of
from vault import Vault

CLIENT, EXECUTOR = "client-token", "executor-token"
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()  # this module is loaded twice: a random one would be two


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture
def settings():
    """The same as ever, only faster."""
    return Settings(
        client_tokens=(CLIENT,),
        executor_tokens=(EXECUTOR,),
        vault=Vault([KEY], "RUNSERVICE_KEY"),
        schedule_every=0.2,
        fetch_every=0.2,
        clean_every=0.1,
        drain=0.5,
        push_timeout=2,
        data=Options(clean_wals_every=0.5, sync_every=0.5),
    )


@pytest.fixture
async def store(tmp_path):
    async with kvstore.open_store(f"sqlite://{tmp_path}/kv.db") as opened:
        yield opened


@pytest.fixture
def storage(tmp_path):
    with open_storage((tmp_path / "objects").as_uri()) as opened:
        yield opened


@pytest.fixture
async def service(store, storage, settings):
    async with open_service(store, storage, settings) as running:
        yield running


@pytest.fixture
def app(service):
    return make_app(service)


def connect(app, token=CLIENT):
    """A client of an application in this process."""
    return RunserviceClient("http://runservice", token, transport=httpx2.ASGITransport(app=app))


@pytest.fixture
async def client(app):
    async with connect(app) as connected:
        yield connected


@contextlib.asynccontextmanager
async def serve(app):
    """Serve an application on a free port of 127.0.0.1, for as long as a block runs."""
    listening = bind("127.0.0.1", 0)
    async with serving(app, listening, last_answers=1):
        yield url_of(listening)


@pytest.fixture
async def real_client(app):
    """A client over a real server: of an application in this process an answer comes only when it is whole."""
    async with serve(app) as url, RunserviceClient(url, CLIENT) as connected:
        yield connected


@pytest.fixture
async def executor(app):
    """An executor that is known to the service, and does what its `script` says."""
    async with connect(app, EXECUTOR) as runs, fake.run_executor(serve, runs, EXECUTOR) as running:
        yield running


def request_of(*names, group="/project/web", **more):
    """A request for a run of tasks with one step each; `b<a` depends on `a`."""
    tasks = {}
    for text in names:
        name, _, parents = text.partition("<")
        depends = {parent: Depend() for parent in parents.split(",") if parent}
        step = RunStep(command=f"echo {name}")
        tasks[name] = RunConfigTask(id=name, name=name, depends=depends, steps=[step])
    return RunCreateRequest(name="nightly", group=group, run_config_tasks=tasks, **more)


def operations(document):
    """Method, path and definition of each route of an OpenAPI document."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


async def until(ask, wanted=bool, seconds=60):
    """Ask until the answer is as wanted; the answer."""
    give_up = time.monotonic() + seconds
    while True:
        answer = await ask()
        if wanted(answer):
            return answer
        if time.monotonic() > give_up:
            raise TimeoutError(f"still {answer!r}")
        await asyncio.sleep(0.02)


async def run_when(client, run_id, wanted):
    """The run, as soon as it is as wanted."""

    async def ask():
        return (await client.get_run(run_id)).run

    return await until(ask, wanted)
