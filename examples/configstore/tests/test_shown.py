"""What the log and the caller get to read, word for word. `UPDATE_GOLDENS=1` writes the goldens anew."""

import asyncio
import contextlib
import logging
import os
import re
import shutil
import socket
from pathlib import Path

import httpx2
import pytest
from conftest import FAST, TOKEN, settle

import kvstore
import objectstorage
from clients.configstore import InstanceMode, Parent, ParentType
from clients.query import API
from configstore.service import Service
from stackerr.integrations.logging import Formatter
from vault import Vault, new_key

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).parent / "golden"
WEB = Parent(type=ParentType.PROJECT, id="user/ann/web")
LINE = re.compile(r"\.py:\d+")
DIFFERS = [
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"\b[0-9a-f]{32}\b", "ID"),
    (r"instance [0-9a-f]{12}", "instance ID"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ", ""),
    (r"WAL [0-9a-z-]+", "WAL N"),
    (r"after revision \d+", "after revision N"),
    (r"( > (?!configstore|datamanager|clients|kvstore|objectstorage)[\w/<>]+\.py:\d+)+\]", " > …]"),
    (r"\.py:\d+", ".py:N"),
    (r"([\w/]+\.py:N)( > \1)+ > …\]", r"\1 > …]"),  # an installed package is below, too
]


def normal(text, tmp_path):
    """Without what differs from run to run and from machine to machine."""
    text = text.replace(str(tmp_path), "/srv")
    for pattern, instead in DIFFERS:
        text = re.sub(pattern, instead, text)
    return text


def check(name, text, tmp_path):
    text = normal(text, tmp_path)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text)
    assert text == path.read_text()


@pytest.fixture
def logged(caplog):
    """The lines that were logged of errors."""
    formatter = Formatter("%(levelname)s %(name)s: %(message)s")
    caplog.set_level(logging.INFO)
    return lambda: [formatter.format(record) for record in caplog.records if record.exc_info]


async def ask(app, method, path, **options):
    headers = {"authorization": f"Bearer {options.pop('token', TOKEN)}"}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://c", headers=headers) as http:
        answer = await http.request(method, API + path, **options)
        return f"{answer.status_code} {answer.text}"


async def name_taken(client, tmp_path):
    await client.create_user("ann")
    return await ask(client.app, "POST", "/users", json={"name": "ann"})


async def no_such_project(client, tmp_path):
    return await ask(client.app, "GET", "/projects/user%2Fann%2Fweb/secrets?tree=true")


async def bad_token(client, tmp_path):
    return await ask(client.app, "GET", "/users", token="guess")


async def bad_body(client, tmp_path):
    return await ask(client.app, "POST", "/users", json={"name": "ann", "admin": "hunter2"})


async def maintenance(client, tmp_path):
    await client.set_maintenance(enable=True)
    await settle(client, InstanceMode.MAINTENANCE)
    return await ask(client.app, "GET", "/users")


async def import_refused(client, tmp_path):
    await client.set_maintenance(enable=True)
    await settle(client, InstanceMode.MAINTENANCE)
    return await ask(client.app, "POST", "/import", content=b'{"type":"user","id":"x","data":""}\n')


async def import_outside_maintenance(client, tmp_path):
    return await ask(client.app, "POST", "/import", content=b"{}")


async def storage_gone(client, tmp_path):
    shutil.rmtree(tmp_path / "objects")
    (tmp_path / "objects").write_text("in the way")
    return await ask(client.app, "POST", "/users", json={"name": "ann"})


async def store_lost(client, tmp_path):
    class Away:
        async def range(self, *_, **__):
            raise kvstore.ErrNotSent("no connection to 10.0.0.1:2379")

    client.instance._data._context.store.backend.range = Away().range
    return await ask(client.app, "GET", "/users")


async def wrong_key(client, tmp_path):
    await client.create_user("ann")
    await client.create_project("web", "user/ann")
    await client.create_secret(WEB, "registry", {"PASSWORD": "hunter2"})
    client.instance.vault = Vault([new_key()], "CONFIGSTORE_KEY")
    return await ask(client.app, "GET", "/projects/user%2Fann%2Fweb/secrets?reveal=true")


FAILURES = [
    name_taken, no_such_project, bad_token, bad_body, maintenance, import_refused, import_outside_maintenance,
    storage_gone, store_lost, wrong_key,
]  # fmt: skip


@pytest.mark.parametrize("fail", FAILURES, ids=lambda fail: fail.__name__)
async def test_what_is_shown(client, tmp_path, logged, fail):
    """One line in the log, with operation and cause; to the caller, what was meant for him."""
    said = await fail(client, tmp_path)
    (line,) = [line for line in logged() if "is answered" in line]
    check(fail.__name__, f"# in the log\n{line}\n\n# to the caller\n{said}\n", tmp_path)


async def test_what_is_logged_when_the_store_cannot_be_reached(tmp_path, key, logged):
    """The instance goes on trying, and says why."""
    async with kvstore.open_store("etcd://127.0.0.1:9?timeout=1", prefix="configstore/") as store:
        storage = objectstorage.open_storage(f"file://{tmp_path}/objects")
        service = Service(store, storage, Vault([key], "CONFIGSTORE_KEY"), options=FAST)
        running = asyncio.create_task(service.run())
        async with asyncio.timeout(20):
            while not logged():  # noqa: ASYNC110 - logging has no event for it
                await asyncio.sleep(0.05)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
    check("store_away", logged()[0] + "\n", tmp_path)


def test_what_the_command_prints(spawn, tmp_path):
    """For the mistakes that everybody makes once."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        places = ["--kv", f"sqlite://{tmp_path}/kv.db", "--storage", f"file://{tmp_path}/objects"]
        processes = {
            "port taken": spawn("serve", *places, "--listen", f"127.0.0.1:{port}"),
            "no key": spawn("serve", *places, "--listen", "127.0.0.1:0", CONFIGSTORE_KEY=""),
            "bad key": spawn("serve", *places, "--listen", "127.0.0.1:0", CONFIGSTORE_KEY="short"),
            "bad store": spawn("serve", "--kv", "redis://x", *places[2:], "--listen", "127.0.0.1:0"),
            "nobody there": spawn("maintenance", "on", "--url", "http://127.0.0.1:9"),
        }
        shown = []
        for name, process in processes.items():
            process.wait()
            shown.append(f"# {name}\n{process.lines[-1]}\n")
    check("command", "\n".join(shown), tmp_path)


def test_every_golden_has_its_failure():
    """None is left over."""
    assert {path.stem for path in GOLDEN.iterdir()} == {
        "store_away",
        "command",
        *(fail.__name__ for fail in FAILURES),
    }
