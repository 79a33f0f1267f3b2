"""Exports and imports: what is complete is put in the place of all there is, and what is broken changes nothing."""

import asyncio
import json
import threading
from base64 import b64encode
from hashlib import sha256

import pytest

import datamanager
from datamanager import Delete, Put, _import
from datamanager._checkpoint import commit

pytestmark = pytest.mark.anyio


def line(type="run", id="1", data=b"one", **more):
    return json.dumps({"type": type, "id": id, "data": b64encode(data).decode(), **more}).encode() + b"\n"


def end(count, **more):
    return json.dumps({"end": True, "count": count, **more}).encode() + b"\n"


def sealed(lines):
    """An export as it is made: its last line says how many lines and which."""
    return lines + end(lines.count(b"\n"), sha256=sha256(lines).hexdigest())


async def stream(raw, size=7):
    for start in range(0, len(raw), size):
        yield raw[start : start + size]


BROKEN = {
    "nothing": (b"", "cut off after 0 objects"),
    "no end": (line(), "cut off after 1 objects"),
    "half a line": (line() + line(id="2")[:-9], "line 2: the line is cut off"),
    "wrong count": (line() + end(2), "line 2: it counts 2 objects, and there are 1"),
    "count is text": (line() + b'{"end":true,"count":"1"}\n', "counts '1'"),
    "changed on the way": (
        sealed(line()).replace(b"b25l", b"b25m"),
        "line 2: the lines are not those that were exported",
    ),
    "another word in the last line": (line() + end(1, sha265="0"), "line 2: the last line has 'sha265'"),
    "more after the end": (line() + end(1) + line(id="2"), "something comes after the last line"),
    "no json": (b"garbage\n", "line 1: no JSON"),
    "no object": (b"[1]\n", "line 1: no JSON object"),
    "no id": (b'{"type":"run","data":""}\n', "line 1: no object: 'id'"),
    "empty id": (line(id="") + end(1), "line 1: no object: the id '' has 0 bytes"),
    "no base64": (b'{"type":"run","id":"1","data":"*"}\n', "line 1: no object"),
    "data are no text": (b'{"type":"run","id":"1","data":1}\n', "line 1: no object"),
    "unknown type": (line() + line(type="users") + end(2), "line 2: no object: there is no type 'users'"),
    "twice the same": (line() + line() + end(2), "line 2: run 1 comes after run 1"),
    "wrong order of ids": (line(id="2") + line(id="1") + end(2), "line 2: run 1 comes after run 2"),
    "wrong order of types": (line() + line(type="config") + end(2), "line 2: config 1 comes after run 1"),
    "not unicode": (b'{"type":"run","id":"\xff","data":""}\n', "line 1: no JSON"),
    "lone surrogate": (b'{"type":"run","id":"\\ud800","data":""}\n', "cannot be written in UTF-8"),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_export_changes_nothing(local, name):
    """The error says which line and why; not one object of the storage is another one."""
    raw, message = BROKEN[name]
    async with local.open() as dm:
        await dm.write([Put("run", "0", b"before")])
    before = local.keys()
    async with local.open(maintenance=True) as dm:
        with pytest.raises(datamanager.ErrBadExport) as caught:
            await dm.import_from(stream(raw))
        assert message in str(caught.value)
        assert local.keys() == before
        assert await dm.read("run", "0") == b"before"


async def test_a_stream_that_breaks_changes_nothing(local):
    """Its error comes out as it is."""

    async def broken():
        yield line()
        raise ConnectionResetError("the client is gone")

    async with local.open(maintenance=True) as dm:
        with pytest.raises(ConnectionResetError):
            await dm.import_from(broken())
        assert local.keys() == []


async def test_an_empty_export(local):
    """Is one, and after its import there is nothing."""
    async with local.open() as dm:
        chunks = [chunk async for chunk in dm.export()]
        assert json.loads(b"".join(chunks)) == json.loads(sealed(b""))
        await dm.write([Put("run", "1", b"one")])
    async with local.open(maintenance=True) as dm:
        await dm.import_from(stream(b"".join(chunks)))
    async with local.open() as dm:
        assert await dm.list("run") == []


async def test_not_outside_of_maintenance(local):
    """Others may be writing."""
    async with local.open() as dm:
        with pytest.raises(datamanager.ErrNotInMaintenance):
            await dm.import_from(stream(end(0)))


async def test_old_wals_do_not_come_back(local):
    """Neither those in the store nor those in the object storage, which are cleaned away."""
    async with local.open(min_wals=1, keep_wals=1) as dm:
        for number in range(5):
            await dm.write([Put("run", f"old{number}", b"")])
        await dm.sync()
    async with local.open(maintenance=True) as dm:
        await dm.import_from(stream(line() + end(1)))
    for lost in (False, True):
        if lost:
            await local.lose_store()
        async with local.open(keep_checkpoints=1, keep_wals=1) as dm:
            assert [entry.id for entry in await dm.list("run")] == ["1"]
            await dm.write([Delete("run", "2")])
            await dm.checkpoint(force=True)
            await dm.clean()
            assert len(local.keys("wals/status/")) == 1


async def test_an_import_heals_what_is_damaged(local):
    """Checkpoint, WALs and store: whatever is there, it is replaced."""
    async with local.open() as dm:
        await dm.write([Put("run", "1", b"lost")])
        await dm.checkpoint(force=True)
        await dm.write([Put("run", "2", b"lost")])
    for key in local.keys():
        local.put(key, b"garbage")
    with pytest.raises(datamanager.ErrCorrupt):
        async with local.open():
            pass
    async with local.open(maintenance=True) as dm:
        await dm.import_from(stream(line() + end(1)))
    async with local.open() as dm:
        assert {entry.id: entry.data for entry in await dm.list("run")} == {"1": b"one"}


async def test_a_kill_between_the_commit_and_the_new_log(local, monkeypatch):
    """The import counts: the next start finds the log older than the checkpoint, and begins it anew."""
    async with local.open() as dm:
        await dm.write([Put("run", "old", b"")])

    async def killed(*_):
        raise KeyboardInterrupt

    async with local.open(maintenance=True) as dm:
        with monkeypatch.context() as patch:
            patch.setattr(datamanager._follower.Follower, "restart", killed)
            with pytest.raises(KeyboardInterrupt):
                await dm.import_from(stream(line() + end(1)))
    async with local.open() as dm:
        assert [entry.id for entry in await dm.list("run")] == ["1"]
        await dm.write([Put("run", "2", b"")])
    async with local.open() as dm:
        assert [entry.id for entry in await dm.list("run")] == ["1", "2"]


async def test_spool_directory(local, tmp_path):
    """It is emptied again; and one that is not there is named."""
    async with local.open(maintenance=True) as dm:
        await dm.import_from(stream(line() + end(1)), str(tmp_path))
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(FileNotFoundError, match="open a spool in /no/such"):
            await dm.import_from(stream(end(0)), "/no/such")


async def test_an_export_in_maintenance_with_a_lost_store(local):
    """All that was synced is in it, since the object storage is enough."""
    async with local.open() as dm:
        await dm.write([Put("run", "1", b"one")])
    await local.lose_store()
    async with local.open(maintenance=True) as dm:
        exported = b"".join([chunk async for chunk in dm.export()])
    first = line().replace(b": ", b":").replace(b", ", b",")
    assert exported == sealed(first).replace(b": ", b":").replace(b", ", b",")


async def test_an_export_while_others_write(local):
    """Is the state of one moment, and imports; checkpoints and cleanings go on meanwhile."""
    async with local.open(max_file_bytes=100, keep_checkpoints=3) as dm:
        await dm.write([Put("run", f"{number:02}", b"same") for number in range(30)])
        chunks = []
        async for chunk in dm.export():
            chunks.append(chunk)
            await dm.write([Put("run", f"{len(chunks):02}", b"other")])
            if len(chunks) in (2, 3):
                await dm.checkpoint(force=True)
                await dm.clean()
    async with local.open(maintenance=True) as dm:
        await dm.import_from(stream(b"".join(chunks)))
        assert {entry.data for entry in await dm.list("run")} == {b"same"}


async def test_the_name_of_an_import_is_known_from_the_swap_on(local):
    """To every instance, and to the checkpoints that come after it; an import that fails has none."""
    async with local.open(maintenance=True) as dm:
        assert await dm.imported() == ""
        with pytest.raises(datamanager.ErrBadExport):
            await dm.import_from(stream(b"garbage"), name="first")
        assert await dm.imported() == ""
        await dm.import_from(stream(line() + end(1)), name="second")
        assert await dm.imported() == "second"
    async with local.open() as dm:
        await dm.write([Put("run", "2", b"two")])
        await dm.checkpoint(force=True)
        assert await dm.imported() == "second"
    async with local.open(maintenance=True) as dm:
        assert await dm.imported() == "second"


async def test_behind_a_fence_no_import_goes_through_that_hung(local, monkeypatch):
    """It has written its files, and finds the number taken; all is as it was."""
    async with local.open() as dm:
        await dm.write([Put("run", "0", b"before")])
    async with local.open(maintenance=True) as dm, local.open(maintenance=True) as other:
        going_on, hangs = threading.Event(), threading.Event()

        def hang(objects, checkpoint):
            hangs.set()
            going_on.wait(10)
            return commit(objects, checkpoint)

        monkeypatch.setattr(_import, "commit", hang)
        importing = asyncio.create_task(dm.import_from(stream(line() + end(1)), name="late"))
        await asyncio.to_thread(hangs.wait, 10)
        assert await other.fence_imports() == ""
        going_on.set()
        with pytest.raises(datamanager.ErrConcurrency):
            await importing
        assert await other.imported() == ""
        assert await other.read("run", "0") == b"before"
