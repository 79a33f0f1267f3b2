"""What each failure prints, word for word: one line for the log, and in detail. `UPDATE_GOLDENS=1` writes them anew."""

import asyncio
import fcntl
import os
import re
import sqlite3
from pathlib import Path

import pytest

import kvstore
import stackerr

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).parent / "golden"


async def expired_lease(store):
    lease = await store.grant(5)
    await lease.revoke()
    await store.put("executors/1", b"", lease=lease)


async def lost_lock(store):
    async with store.lock("checkpoint", ttl=6) as lock:
        await store.backend.revoke((await store.get(lock.key)).lease)
        await asyncio.sleep(20)


async def locked(store):
    async with store.lock("checkpoint"), store.lock("checkpoint", wait=False):
        pass


async def compacted(store):
    old = await store.put("runs/42", b"")
    await store.compact(await store.put("runs/42", b""))
    async with store.watch("runs/", after=old - 1) as batches:
        await anext(batches)


FAILURES = {
    "key not found": lambda store: store.get("runs/42"),
    "key modified": lambda store: store.put_if("runs/42", b"", 7),
    "too large": lambda store: store.put("runs/42", b"x" * 2**21),
    "future revision": lambda store: store.list("runs/", revision=10**9),
    "compacted": compacted,
    "lease expired": expired_lease,
    "lock lost": lost_lock,
    "locked": locked,
}


async def busy(tmp_path):
    async with kvstore.open_store(f"sqlite://{tmp_path}/kv.db?timeout=0.1") as store:
        file = os.open(tmp_path / "kv.db-lock", os.O_RDWR)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            await store.put("runs/42", b"")
        finally:
            os.close(file)


async def in_use_elsewhere(tmp_path):
    async with kvstore.open_store(f"sqlite://{tmp_path}/kv.db?timeout=0.1") as store:
        db = sqlite3.connect(tmp_path / "kv.db")
        db.execute("BEGIN IMMEDIATE")
        try:
            await store.put("runs/42", b"")
        finally:
            db.close()


async def garbage_file(tmp_path):
    (tmp_path / "kv.db").write_bytes(b"garbage" * 1000)
    async with kvstore.open_store(f"sqlite://{tmp_path}/kv.db"):
        pass


async def no_directory(tmp_path):
    async with kvstore.open_store(f"sqlite://{tmp_path}/none/kv.db"):
        pass


async def no_locks(tmp_path):
    def flock(file, operation):
        raise OSError(37, "No locks available")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fcntl, "flock", flock)
        async with kvstore.open_store(f"sqlite://{tmp_path}/kv.db"):
            pass


async def no_server(tmp_path):
    async with kvstore.open_store("etcd://127.0.0.1:1") as store:
        await store.put("runs/42", b"")


async def answer(text):
    async def handle(reader, writer):
        await reader.read(1000)
        writer.write(text)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server, kvstore.open_store("etcd://{}:{}".format(*server.sockets[0].getsockname())) as store:
        await store.put("runs/42", b"")


async def cut_off(tmp_path):
    await answer(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")


async def no_etcd(tmp_path):
    await answer(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


async def no_leader(tmp_path):
    body = '{"code":14,"message":"etcdserver: no leader"}'
    await answer(f"HTTP/1.1 503 No\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


async def bad_url(tmp_path):
    async with kvstore.open_store("redis://127.0.0.1"):
        pass


ALONE = {
    "sqlite busy": busy,
    "sqlite in use elsewhere": in_use_elsewhere,
    "sqlite garbage": garbage_file,
    "sqlite no directory": no_directory,
    "sqlite no locks": no_locks,
    "etcd not sent": no_server,
    "etcd cut off": cut_off,
    "etcd not etcd": no_etcd,
    "etcd no leader": no_leader,
    "bad url": bad_url,
}


async def failure_of(awaitable):
    with pytest.raises(Exception) as caught:
        await awaitable
    return caught.value


DIFFERS = [
    (r"\n    called from(\n      .*)*", ""),  # the stacks of pytest, asyncio and httpx2
    (r"127\.0\.0\.1:\d\d+", "127.0.0.1:PORT"),
    (r"\b[0-9a-f]{12,16}\b|\b[1-9]\d{12,}\b", "LEASE"),
    (r"(revision|oldest|newest|after)(=| is |s? )\d+", r"\1\2N"),
    (r"\b2097\d{3}\b", "SIZE"),
    (r"[^\s\"']*/(?=[^/\s]+/[^/\s]+\.py)", ""),
    (r"\.py:\d+", ".py"),
    (r"( > (?!kvstore)[\w/]+\.py)+\]", " > …]"),  # what lies below in other packages
    (r"([\w/]+\.py)( > \1)+ > …\]", r"\1 > …]"),  # an installed package is below, too
]


def normal(text, tmp_path):
    """Without what differs from run to run and from machine to machine."""
    text = text.replace(str(tmp_path), "/tmp").replace(tmp_path.name + "/", "svc/")
    for pattern, instead in DIFFERS:
        text = re.sub(pattern, instead, text)
    return text


def check(name, err, tmp_path):
    shown = {"txt": stackerr.compact(err), "detailed.txt": stackerr.detailed(err)}
    for ending, text in shown.items():
        path = GOLDEN / f"{name.replace(' ', '_')}.{ending}"
        if os.environ.get("UPDATE_GOLDENS"):
            path.write_text(normal(text, tmp_path) + "\n")
        assert path.read_text() == normal(text, tmp_path) + "\n"


@pytest.mark.parametrize("name", FAILURES)
async def test_failures_of_both_backends(name, store, request, tmp_path):
    """A reader can tell operation, object and cause from the one line."""
    await store.put("first", b"")
    backend = request.node.callspec.params["url"]
    check(f"{backend} {name}", await failure_of(FAILURES[name](store)), tmp_path)


@pytest.mark.parametrize("name", ALONE)
async def test_failures_of_one_backend(name, tmp_path):
    """The same for what only one of them can meet."""
    check(name, await failure_of(ALONE[name](tmp_path)), tmp_path)


def test_every_golden_has_its_failure():
    """None is left over."""
    names = {f"{backend} {name}" for backend in ("sqlite", "etcd") for name in FAILURES} | set(ALONE)
    assert {path.name.split(".")[0] for path in GOLDEN.iterdir()} == {name.replace(" ", "_") for name in names}
