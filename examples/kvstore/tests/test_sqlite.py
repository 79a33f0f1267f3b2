"""The embedded backend alone: several processes, and what is wrong with a file."""

import asyncio
import errno
import fcntl
import os
import sqlite3
import time

import pytest

import kvstore
import stackerr
from kvstore._file import kind_of

pytestmark = pytest.mark.anyio

INCREMENT = """
import asyncio, sys, kvstore
async def main(url, count):
    async with kvstore.open_store(url) as store:
        try:
            await store.put_if("n", b"0", 0)
        except kvstore.ErrKeyModified:
            pass
        for _ in range(int(count)):
            while True:
                entry = await store.get("n")
                try:
                    await store.put_if("n", b"%d" % (int(entry.value) + 1), entry.revision)
                    break
                except kvstore.ErrKeyModified:
                    pass
asyncio.run(main(*sys.argv[1:]))
"""

WRITE = """
import asyncio, sys, kvstore
async def main(url):
    async with kvstore.open_store(url) as store:
        number = 0
        while True:
            number += 1
            await store.commit([], [kvstore.Put("a", b"%d" % number), kvstore.Put("b", b"%d" % number)])
            print(number, flush=True)
asyncio.run(main(*sys.argv[1:]))
"""

TELL_TIME = """
import asyncio, sys, time, kvstore
async def main(url):
    async with kvstore.open_store(url) as store:
        for _ in range(20):
            await store.put("time", repr(time.monotonic()).encode())
            await asyncio.sleep(0.05)
asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
def url(tmp_path):
    return f"sqlite://{tmp_path}/kv.db"


async def finish(process, seconds=60):
    assert await asyncio.to_thread(process.wait, seconds) == 0


async def test_four_processes_lose_no_increment(url, spawn):
    """Each adds one a hundred times to the same key; one of them makes the file."""
    processes = [spawn(INCREMENT, url, 100) for _ in range(4)]
    for process in processes:
        await finish(process)
    async with kvstore.open_store(url) as store:
        entry = await store.get("n")
    assert (entry.value, entry.revision) == (b"400", entry.created + 400)


async def test_changes_of_another_process_are_seen_within_100_ms(url, spawn, take):
    """The median of twenty; the clock is the same for all processes of a machine."""
    async with kvstore.open_store(url) as store, store.watch("time") as batches:
        process = spawn(TELL_TIME, url)
        delays = []
        for _ in range(20):
            (batch,) = await take(batches, 1)
            delays.append(time.monotonic() - float(batch.events[0].value))
        await finish(process)
    assert sorted(delays)[10] < 0.1


async def test_a_killed_writer_leaves_whole_transactions(url, spawn):
    """Ten times `kill -9` in the middle of writing: all that was acknowledged is there, and nothing is half there."""
    for _ in range(10):
        process = spawn(WRITE, url)
        await asyncio.to_thread(process.stdout.readline)
        await asyncio.sleep(0.05)
        process.kill()
        told = [int(line) for line in await asyncio.to_thread(process.stdout.readlines) if line.endswith("\n")]
        async with kvstore.open_store(url) as store:
            a, b = (await store.list()).entries
            assert a.value == b.value
            assert int(a.value) >= max(told, default=1)
    with sqlite3.connect(url.removeprefix("sqlite://")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


async def test_everything_is_there_after_opening_anew(url, take):
    """Keys, revisions, history and leases outlive the process."""
    async with kvstore.open_store(url) as store:
        lease = await store.grant(1)
        at = await store.put("a", b"1", lease=lease)
    async with kvstore.open_store(url) as store:
        assert await store.revision() == at
        async with store.watch("") as batches:
            put, end = await take(batches, 2)
    assert put.revision == at
    assert end.events[0].is_delete


async def test_others_that_write_too_long_are_busy(url, tmp_path):
    """Nothing was done, so it is safe to repeat; reading goes on."""
    async with kvstore.open_store(f"{url}?timeout=0.2") as store:
        await store.put("a", b"1")
        file = os.open(tmp_path / "kv.db-lock", os.O_RDWR)
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(kvstore.ErrNotSent, match=r"others have been writing for 0.2 s") as caught:
            await store.put("a", b"2")
        assert stackerr.hints(caught.value) == ["does a process hang?"]
        assert (await store.get("a")).value == b"1"
        os.close(file)
        await store.put("a", b"3")


async def test_a_tool_that_writes_is_waited_for(url, tmp_path):
    """One that knows SQLite's own locks only, such as the command sqlite3."""
    async with kvstore.open_store(f"{url}?timeout=0.2") as store:
        db = sqlite3.connect(tmp_path / "kv.db")
        db.execute("BEGIN IMMEDIATE")
        with pytest.raises(kvstore.ErrNotSent, match="database is locked") as caught:
            await store.put("a", b"2")
        assert isinstance(caught.value, sqlite3.OperationalError)
        db.close()
        await store.put("a", b"3")


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
async def test_a_file_system_without_locks_is_named(url, tmp_path, monkeypatch, code):
    """The message says what is wrong, the hint what to do, and no file is left behind but the lock's."""

    def flock(file, operation):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(kvstore.ErrCannotLock, match="the file system cannot lock files") as caught:
        async with kvstore.open_store(url):
            pass
    assert stackerr.hints(caught.value) == ["keep the file on a disk of this machine"]
    assert [path.name for path in tmp_path.iterdir()] == ["kv.db-lock"]


async def test_locks_that_keep_nobody_out_are_noticed(url, monkeypatch):
    """As on file systems that say yes to every lock."""
    monkeypatch.setattr(fcntl, "flock", lambda file, operation: None)
    with pytest.raises(kvstore.ErrCannotLock, match="two locked the same file"):
        async with kvstore.open_store(url):
            pass


async def test_a_file_system_without_shared_memory_is_named(url, monkeypatch):
    """SQLite's own `unix-dotfile` has none: there it offers another journal mode."""
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda path, **more: connect(f"file:{path}?vfs=unix-dotfile", uri=True, **more)
    )
    with pytest.raises(kvstore.ErrCannotLock, match="journal mode delete here, not WAL"):
        async with kvstore.open_store(url):
            pass


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 4096])
async def test_a_file_of_garbage(url, tmp_path, content):
    """It is refused and stays as it is."""
    (tmp_path / "kv.db").write_bytes(content)
    with pytest.raises(kvstore.ErrCorrupt) as caught:
        async with kvstore.open_store(url):
            pass
    assert kvstore.is_err_refused(caught.value)
    assert (tmp_path / "kv.db").read_bytes() == content


async def test_somebody_elses_database(url, tmp_path):
    """A real database with other tables is none of ours."""
    with sqlite3.connect(tmp_path / "kv.db") as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()
    with pytest.raises(kvstore.ErrCorrupt, match="some other database"):
        async with kvstore.open_store(url):
            pass


async def test_no_directory(tmp_path):
    """The system's own error, which names the file."""
    with pytest.raises(FileNotFoundError, match=r"open store .*No such file or directory"):
        async with kvstore.open_store(f"sqlite://{tmp_path}/none/kv.db"):
            pass


async def test_a_file_that_is_replaced_is_used_no_more(url, tmp_path, caplog):
    """What is written to a file without a name would be lost, and what is read from it is old; a watch says so too."""
    async with kvstore.open_store(url) as store:
        at = await store.put("a", b"1")
        (tmp_path / "kv.db").rename(tmp_path / "old.db")
        with pytest.raises(kvstore.ErrNotSent, match="removed or replaced"):
            await store.put("a", b"2")
        with pytest.raises(kvstore.ErrNotSent, match="removed or replaced"):
            await store.get("a")
        async with store.watch("", after=at) as batches:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await anext(batches)
    assert any("watch of * is interrupted" in record.getMessage() for record in caplog.records)


async def test_a_full_disk_changes_nothing(url):
    """`ErrNoSpace`, and what was there stays readable."""
    async with kvstore.open_store(url) as store:
        await store.put("a", b"1")

        def limit(db):
            (pages,) = db.execute("PRAGMA page_count").fetchone()
            db.execute(f"PRAGMA max_page_count = {pages + 4}")

        await store.backend._writer.read(limit)
        with pytest.raises(kvstore.ErrNoSpace, match=r"put key b.*full"):
            await store.put("b", b"x" * 100_000)
        assert [entry.key for entry in (await store.list()).entries] == ["a"]


async def test_a_lease_from_before_a_restart_of_the_machine_ends(url, take):
    """Its time counts from the start of the machine, so it seems to have far too much."""
    async with kvstore.open_store(url) as store:
        lease = await store.grant(1000)
        at = await store.put("a", b"", lease=lease)

        def as_before(db):
            db.execute("UPDATE leases SET expires = expires + 1e9")

        await store.backend._writer.write(as_before)
        async with store.watch("a", after=at) as batches:
            (batch,) = await take(batches, 1)
    assert batch.events[0].is_delete


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_BUSY", kvstore.ErrNotSent),
        ("SQLITE_BUSY_SNAPSHOT", kvstore.ErrNotSent),
        ("SQLITE_IOERR_SHMMAP", kvstore.ErrCannotLock),
        ("SQLITE_READONLY_DBMOVED", kvstore.ErrRefused),
        ("SQLITE_IOERR_FSYNC", kvstore.ErrUnavailable),
        ("", kvstore.ErrUnavailable),
    ],
    ids=str,
)
def test_what_an_error_of_sqlite_means(name, kind):
    """A lock that was not had is safe to repeat; a failed fsync leaves everything open."""
    err = sqlite3.OperationalError("x")
    if name:
        err.sqlite_errorname = name
    assert kind_of(err) is kind
