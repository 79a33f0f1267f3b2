"""Checkpoints: which files are written, which are shared, and that only one of two at once counts."""

import asyncio
import random
import threading

import pytest

import datamanager
import objectstorage
from datamanager import Delete, Put
from datamanager._checkpoint import load_last, write_next
from datamanager._objects import Objects
from stackerr.integrations.logging import Formatter

pytestmark = pytest.mark.anyio


def files_of(dm, type="run"):
    return dm._follower.view.base.files.get(type, [])


async def check(dm, expected):
    """Files are in order and disjoint, the index is exact, and what is listed and read is what was written."""
    ids = [id for file in files_of(dm) for id in file.ids]
    assert ids == sorted(set(ids))
    assert [(entry.id, entry.data) for entry in await dm.list("run")] == sorted(expected.items())
    for id in list(expected)[::7]:
        assert await dm.read("run", id) == expected[id]
    assert dm.status().objects["run"] == len(expected)


async def change(dm, state, actions):
    """Write, checkpoint, and check before and after."""
    await dm.write(actions)
    for action in actions:
        state.pop(action.id, None)
        if isinstance(action, Put):
            state[action.id] = action.data
    await check(dm, state)
    await dm.checkpoint(force=True)
    await check(dm, state)
    assert dm.status().pending == 0


async def test_inserts_deletes_and_ends(local):
    """At both ends, in the middle, of what is absent, of all; with files of a few objects."""
    state = {}
    async with local.open(max_file_bytes=200) as dm:
        await change(dm, state, [Put("run", f"{number:03}", b"x") for number in range(100, 140)])
        assert len(files_of(dm)) > 3
        await change(dm, state, [Put("run", "000", b"first"), Put("run", "999", b"last")])
        await change(dm, state, [Put("run", "1205", b"middle"), Delete("run", "121"), Delete("run", "absent")])
        await change(dm, state, [Delete("run", id) for id in list(state)])
        assert files_of(dm) == []
        await change(dm, state, [Put("run", "1", b"again")])


async def test_many_random_writes(local):
    """In one order or another, over many checkpoints, and after each of some restarts."""
    chance, state = random.Random(3), {}
    for _ in range(3):
        async with local.open(max_file_bytes=1000, keep_wals=1) as dm:
            for _ in range(3):
                ids = [str(chance.randrange(300)) for _ in range(60)]
                await change(
                    dm,
                    state,
                    [Put("run", id, id.encode()) if chance.random() < 0.6 else Delete("run", id) for id in ids],
                )
                await dm.clean()


async def test_two_thousand_reads_over_many_files(local):
    """Each is what was written."""
    async with local.open(max_file_bytes=20_000, cache_bytes=1000) as dm:
        await dm.write([Put("run", f"{number:04}", b"%d" % number) for number in range(2000)])
        await dm.checkpoint(force=True)
        assert len(files_of(dm)) >= 3
        for number in range(2000):
            assert await dm.read("run", f"{number:04}") == b"%d" % number


async def test_files_that_nothing_touched_are_shared(local):
    """Another checkpoint writes the one file that is different, and its index."""
    async with local.open(max_file_bytes=300) as dm:
        await dm.write([Put("run", f"{number:02}", b"x") for number in range(40)])
        await dm.checkpoint(force=True)
        before = [file.name for file in files_of(dm)]
        await dm.write([Put("run", "00", b"y")])
        await dm.checkpoint(force=True)
        after = [file.name for file in files_of(dm)]
        assert len(before) > 3
        assert after[1:] == before[1:]
        assert after[0] != before[0]


async def test_a_checkpoint_is_made_when_it_is_due(local):
    """With so many WALs, and no fewer; one that is forced with any."""
    async with local.open(min_wals=3) as dm:
        for number in range(3):
            first = dm.status().checkpoint
            await dm.checkpoint()
            assert dm.status().checkpoint == first
            await dm.write([Put("run", str(number), b"")])
            await dm.sync()
        await dm.checkpoint()
        second = dm.status().checkpoint
        assert second == first.next()
        await dm.checkpoint(force=True)
        assert dm.status().checkpoint == second
        await dm.write([Put("run", "1", b"")])
        await dm.checkpoint(force=True)
        assert dm.status().checkpoint == second.next()


async def test_of_two_checkpoints_on_one_base_one_counts(local):
    """The one that was faster: whoever lost the lock without knowing it cannot put an old state in the place of a new one."""
    async with local.open() as dm:
        await dm.write([Put("run", "1", b"one")])
        with local.open_storage() as storage:
            objects = Objects(storage)
            base = load_last(objects)
            await dm.checkpoint(force=True)
            with pytest.raises(datamanager.ErrConcurrency):
                write_next(objects, base, {}, base.wal, 1000)
        assert await dm.read("run", "1") == b"one"


async def test_the_checkpoint_of_another_is_older_than_what_one_knows(local):
    """Whoever stands on it keeps the changes since, and forgets those that are in it."""
    async with local.open() as one, local.open() as other:
        await one.write([Put("run", "1", b"one"), Put("run", "2", b"two")])
        await other.checkpoint(force=True)
        await one.write([Put("run", "1", b"newer"), Delete("run", "2"), Put("run", "3", b"three")])
        assert one.status().pending == 3
        await one.checkpoint()
        assert one.status().checkpoint == other.status().checkpoint
        assert one.status().pending == 3
        await check(one, {"1": b"newer", "3": b"three"})
        await check(other, {"1": b"newer", "3": b"three"})


async def test_a_checkpoint_that_was_not_finished_is_cleaned_away(local):
    """Its files have the number of the next one; they go when that is there, and not before."""
    async with local.open() as dm:
        await dm.write([Put("run", "1", b"one")])
        await dm.checkpoint(force=True)
        number = dm.status().checkpoint.next()
        left = f"data/run/{number}-abandoned.data"
        local.put(left, b"")
        await dm.clean()
        assert left in local.keys("data/")
        await dm.write([Put("run", "1", b"two")])
        await dm.checkpoint(force=True)
        await dm.clean()
        assert left not in local.keys("data/")
        assert await dm.read("run", "1") == b"two"


async def test_the_loops_do_it_all_by_themselves(local):
    """Sync, checkpoint, and cleaning, without being asked."""
    often = dict.fromkeys(
        ["sync_every", "checkpoint_every", "clean_wals_every", "clean_storage_every", "ping_every"], 0.02
    )
    async with local.open(**often, min_wals=2, keep_wals=1, keep_checkpoints=1) as dm:
        async with asyncio.timeout(20):
            while True:
                await dm.write([Put("run", "1", b"x")])
                statuses = [key for key in local.keys("data/") if key.endswith(".status")]
                if dm.status().checkpoint.counter > 3 and len(statuses) < 4 and len(local.keys("wals/status/")) < 10:
                    break
                await asyncio.sleep(0.01)


async def test_nothing_is_done_in_maintenance(local):
    """But to read, to export and to import."""
    async with local.open() as dm:
        await dm.write([Put("run", "1", b"one")])
    before = local.keys()
    async with local.open(maintenance=True, sync_every=0.01, checkpoint_every=0.01, min_wals=0) as dm:
        assert dm.status() == datamanager.Status(maintenance=True)
        await asyncio.sleep(0.2)
        assert local.keys() == before
        assert await dm.read("run", "1") == b"one"
        with pytest.raises(datamanager.ErrInMaintenance):
            await dm.write([Put("run", "1", b"")])
    async with local.open(maintenance=True) as dm:
        with pytest.raises(datamanager.ErrInMaintenance):
            dm.watch()


async def test_work_that_fails_is_logged_in_one_line_and_done_later(local, monkeypatch, caplog):
    """The loop goes on: what could not be synced is synced the next time."""
    write, errors, done = (
        datamanager._jobs._write_headers,
        [objectstorage.ErrUnavailable("try later")],
        threading.Event(),
    )

    def fail_once(objects, headers):
        if errors:
            raise errors.pop()
        write(objects, headers)
        done.set()

    monkeypatch.setattr(datamanager._jobs, "_write_headers", fail_once)
    async with local.open(sync_every=0.05) as dm:
        await dm.write([Put("run", "1", b"one")])
        assert await asyncio.to_thread(done.wait, 10)
        assert len(local.keys("wals/status/")) == 1
    [record] = [record for record in caplog.records if record.name == "datamanager"]
    line = Formatter("%(message)s").format(record)
    assert line.startswith("not done this time: sync: sync WALs: try later [")
    assert "\n" not in line
