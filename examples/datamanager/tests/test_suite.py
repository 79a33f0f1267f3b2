"""What a data manager promises, on every kind of store and storage."""

import asyncio
import json
from hashlib import sha256

import pytest

import datamanager
from datamanager import Delete, Put

pytestmark = pytest.mark.anyio


async def contents(dm, type="run"):
    return {entry.id: entry.data for entry in await dm.list(type)}


async def test_a_write_is_read(place):
    """At once, by the one that wrote it; puts and deletes of one write are done in their order."""
    async with place.open() as dm:
        await dm.write(
            [Put("run", "1", b"one"), Put("config", "1", b"config"), Put("run", "2", b"two"), Delete("run", "1")]
        )
        assert await dm.read("run", "2") == b"two"
        assert await dm.read("config", "1") == b"config"
        with pytest.raises(datamanager.ErrNotExist):
            await dm.read("run", "1")


async def test_a_delete_is_seen_before_a_checkpoint_and_after_it(place):
    """Also when the object is in a checkpoint already."""
    async with place.open() as dm:
        await dm.write([Put("run", "1", b"one"), Put("run", "2", b"two")])
        await dm.checkpoint(force=True)
        await dm.write([Delete("run", "1")])
        for _ in range(2):
            with pytest.raises(datamanager.ErrNotExist):
                await dm.read("run", "1")
            assert await contents(dm) == {"2": b"two"}
            await dm.checkpoint(force=True)
            await dm.clean()


async def test_what_was_written_is_there_after_a_restart(place):
    """In the same store and storage."""
    async with place.open() as dm:
        await dm.write([Put("run", "1", b"one"), Put("run", "2", b"two")])
        await dm.write([Delete("run", "1")])
    async with place.open() as dm:
        assert await contents(dm) == {"2": b"two"}


async def test_the_object_storage_is_enough(place):
    """Twenty writes, the store is lost: all is there; it is lost again at once: still."""
    async with place.open() as dm:
        for number in range(20):
            await dm.write([Put("run", str(number), b"%d" % number)])
    for _ in range(2):
        await place.lose_store()
        async with place.open() as dm:
            assert await contents(dm) == {str(number): b"%d" % number for number in range(20)}
            await dm.write([Put("run", "0", b"0")])


async def test_a_missing_wal_is_no_start(place):
    """The message says which one, and what to do."""
    async with place.open() as dm:
        for number in range(20):
            await dm.write([Put("run", str(number), b"")])
        await dm.sync()
    keys = place.keys("wals/status/")
    place.delete(keys[10])
    await place.lose_store()
    with pytest.raises(datamanager.ErrMissing, match="WAL .* is missing: ") as caught:
        async with place.open():
            pass
    assert keys[10] in datamanager._errors.ErrMissing.as_err(caught.value).fields["hint"]


@pytest.mark.parametrize("base", ["", "one", "one/two"])
async def test_base_paths(place, base):
    """Everything is under the base path, and nothing elsewhere."""
    async with place.open(base=base) as dm:
        await dm.write([Put("run", "1", b"one")])
        await dm.checkpoint(force=True)
    assert all(key.startswith(base) for key in place.keys())
    await place.lose_store()
    async with place.open(base=base) as dm:
        assert await dm.read("run", "1") == b"one"


async def test_a_stale_token_writes_nothing(place):
    """A write names groups by a token; who took theirs before it, comes too late."""
    async with place.open() as dm:
        mine, theirs = await dm.token("a", "b"), await dm.token("b")
        newer = await dm.write([Put("run", "1", b"mine")], mine)
        with pytest.raises(datamanager.ErrConcurrency):
            await dm.write([Put("run", "1", b"theirs")], theirs)
        assert await dm.read("run", "1") == b"mine"
        await dm.write([Put("run", "1", b"newer")], newer)
        await dm.write([Put("run", "2", b"other")], await dm.token("c"))
        assert await contents(dm) == {"1": b"newer", "2": b"other"}


async def test_many_writers_at_once(place):
    """Without a token all get through, of those with the same token one does."""
    async with place.open() as one, place.open() as other:
        await asyncio.gather(*(dm.write([Put("run", f"{i}-{id(dm)}", b"")]) for dm in (one, other) for i in range(10)))
        token = await one.token("group")
        done = await asyncio.gather(
            *(dm.write([Put("config", "1", b"")], token) for dm in (one, other) for _ in range(5)),
            return_exceptions=True,
        )
        assert len(await contents(one)) == 20
        assert [type(each) for each in done].count(datamanager.Token) == 1
        assert sum(datamanager.is_err_concurrency(each) for each in done if isinstance(each, Exception)) == 9


async def test_two_instances_see_each_other(place):
    """What one was told is done is there for the other, at once; also across checkpoints and cleanings."""
    async with place.open(keep_wals=1) as one, place.open(keep_wals=1) as other:
        for number in range(6):
            writer, reader = (one, other) if number % 2 else (other, one)
            await writer.write([Put("run", str(number), b"x"), Delete("run", str(number - 2))])
            assert set(await contents(reader)) == {str(number), str(number - 1)} - {"-1"}
            if number in (2, 3):
                await writer.checkpoint(force=True)
                await writer.clean()


async def test_a_token_is_never_newer_than_what_is_read(place):
    """The other instance reads, after it has taken a token, at least what the token knows of."""
    async with place.open() as one, place.open() as other:
        for number in range(5):
            await one.write([Put("run", "1", b"%d" % number)], await one.token("run-1"))
            token = await other.token("run-1")
            assert await other.read("run", "1") == b"%d" % number
            await other.write([Put("run", "2", b"%d" % number)], token)


async def test_lists(place):
    """Prefix, strictly after, limit, byte order, merged from the checkpoint and what came since."""
    ids = ["a", "a/1", "a/2", "aé", "b", "é", "\U0001f600"]
    async with place.open() as dm:
        await dm.write([Put("run", id, id.encode()) for id in ids[::2]])
        await dm.checkpoint(force=True)
        await dm.write([Put("run", id, id.encode()) for id in ids[1::2]])
        await dm.write([Delete("run", "b"), Put("config", "z", b"")])
        left = [id for id in ids if id != "b"]
        assert [(entry.type, entry.id, entry.data) for entry in await dm.list("run")] == [
            ("run", id, id.encode()) for id in left
        ]
        assert [entry.id for entry in await dm.list("run", prefix="a/")] == ["a/1", "a/2"]
        assert [entry.id for entry in await dm.list("run", prefix="a", after="a/1")] == ["a/2", "aé"]
        assert [entry.id for entry in await dm.list("run", after="a", limit=2)] == ["a/1", "a/2"]
        assert [entry.id for entry in await dm.list("run", prefix="a/", after="é")] == []
        assert await dm.list("config", prefix="a") == []


async def test_the_cleaner_leaves_so_many_wals(place):
    """Of those that are in a checkpoint, and no fewer."""
    async with place.open(keep_wals=5, min_wals=1) as dm:
        for number in range(20):
            await dm.write([Put("run", str(number), b"")])
        await dm.clean()
        assert len(await dm._context.journal.headers()) == 20
        await dm.checkpoint(force=True)
        await dm.clean()
        assert len(await dm._context.journal.headers()) == 5
        assert len(await contents(dm)) == 20


async def test_cleaning_keeps_three_checkpoints(place):
    """With their files and no others, and the WALs since the oldest of them."""
    async with place.open(keep_wals=1) as dm:
        for number in range(6):
            await dm.write([Put("run", "1", b"%d" % number)])
            await dm.checkpoint(force=True)
        await dm.clean()
        assert sum(key.endswith(".status") for key in place.keys("data/")) == 3
        assert sum(key.endswith(".data") for key in place.keys("data/run/")) == 3
        assert len(place.keys("wals/status/")) == len(place.keys("wals/data/")) == 3
        await dm.clean()
        assert await dm.read("run", "1") == b"5"
    await place.lose_store()
    async with place.open() as dm:
        assert await dm.read("run", "1") == b"5"


async def test_an_instance_that_slept_finds_its_way(place):
    """Its files and WALs are cleaned away under it."""
    async with place.open(keep_wals=1, keep_checkpoints=1) as awake, place.open() as asleep:
        await awake.write([Put("run", str(number), b"old") for number in range(10)])
        await awake.checkpoint(force=True)
        assert await asleep.checkpoint() is None
        assert await asleep.read("run", "1") == b"old"
        for number in range(5):
            await awake.write([Put("run", str(number), b"new")])
            await awake.checkpoint(force=True)
            await awake.clean()
        assert await asleep.read("run", "9") == b"old"
        assert await asleep.read("run", "1") == b"new"
        assert await contents(asleep) == await contents(awake)


async def test_groups_are_forgotten_and_old_tokens_with_them(place):
    """A token from before what is forgotten is too old, though its group is not there now as it was not then."""
    async with place.open(group_window=10) as dm:
        old = await dm.token("group")
        await dm.write([Put("run", "1", b"")], old)
        for number in range(30):
            await dm.write([Put("run", "2", b"%d" % number)])
        await dm.clean()
        assert (await dm.token("group")).groups == {"group": 0}
        with pytest.raises(datamanager.ErrConcurrency):
            await dm.write([Put("run", "1", b"stale")], old)
        await dm.write([Put("run", "1", b"")], await dm.token("group"))


async def test_a_token_of_a_lost_store_is_refused(place):
    """Although no group was changed since in the new one."""
    async with place.open() as dm:
        token = await dm.token("group")
        await dm.write([Put("run", "1", b"")])
    await place.lose_store()
    async with place.open() as dm:
        with pytest.raises(datamanager.ErrConcurrency, match="replaced"):
            await dm.write([Put("run", "1", b"stale")], token)


async def test_export_and_import(place, new_place, kind):
    """Into an empty place, restart, write more; and what was there is gone."""
    async with place.open(max_file_bytes=300) as dm:
        await dm.write([Put("run", f"{number:02}", b"%d" % number) for number in range(20)])
        await dm.write([Put("config", "é", b"\0\xff"), Delete("run", "03")])
        expected = await contents(dm), await contents(dm, "config")
        chunks = [chunk async for chunk in dm.export()]
    *lines, last = b"".join(chunks).splitlines(keepends=True)
    assert json.loads(last) == {"end": True, "count": 20, "sha256": sha256(b"".join(lines)).hexdigest()}
    other = new_place(kind)
    async with other.open() as dm:
        await dm.write([Put("run", "gone", b"")])
    async with other.open(maintenance=True) as dm:
        await dm.import_from(stream(chunks))
        assert (await contents(dm), await contents(dm, "config")) == expected
    for _ in range(2):
        async with other.open() as dm:
            assert (await contents(dm), await contents(dm, "config")) == expected
            await dm.write([Put("run", "new", b"")])
            await dm.write([Delete("run", "new")])
        await other.lose_store()


async def stream(chunks):
    for chunk in chunks:
        yield chunk


async def test_watch(place):
    """What either instance writes, in order, from the call on."""
    async with place.open() as one, place.open() as other:
        await one.write([Put("run", "0", b"before")])
        changes = one.watch()
        await one.write([Put("run", "1", b"one"), Delete("run", "0")])
        await other.write([Put("run", "2", b"two")])
        async with asyncio.timeout(10):
            first, second = await anext(changes), await anext(changes)
        assert first.actions == (Put("run", "1", b"one"), Delete("run", "0"))
        assert second.actions == (Put("run", "2", b"two"),)
        assert first.sequence.next() == second.sequence
        await changes.aclose()


async def test_watch_after_a_token(place):
    """Nothing is missed between a list and the watch."""
    async with place.open() as dm:
        token = await dm.token()
        await dm.write([Put("run", "1", b"")])
        assert len(await dm.list("run")) == 1
        changes = dm.watch(token)
        async with asyncio.timeout(10):
            assert (await anext(changes)).actions == (Put("run", "1", b""),)
        await changes.aclose()


async def test_a_watch_ends_when_all_is_replaced(place):
    """By an import, here; the watcher is to read all anew."""
    async with place.open() as dm, place.open(maintenance=True) as importer:
        await dm.write([Put("run", "1", b"")])
        changes = dm.watch()
        chunks = [chunk async for chunk in importer.export()]
        await importer.import_from(stream(chunks))
        with pytest.raises(datamanager.ErrCompacted):
            async with asyncio.timeout(10):
                await anext(changes)
        await dm.write([Put("run", "2", b"")])
        assert set(await contents(dm)) == set(await contents(importer)) == {"1", "2"}
