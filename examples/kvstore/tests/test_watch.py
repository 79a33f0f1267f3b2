"""Watching, on every backend: nothing missed, nothing repeated, in order."""

import asyncio
import time

import pytest

import kvstore
from kvstore import Delete, Put

pytestmark = pytest.mark.anyio


async def test_history_first_then_the_present(store, take):
    """A watch begins after the revision it is given and goes on with what comes."""
    known = await store.put("a", b"0")
    revisions = [await store.put("a", b"1"), await store.delete("a")]
    async with store.watch("", after=known) as batches:
        past = await take(batches, 2)
        revisions.append(await store.put("b", b"2"))
        (present,) = await take(batches, 1)
    assert [batch.revision for batch in [*past, present]] == revisions
    assert past[0].events == (kvstore.Event("a", b"1", revisions[0], known),)
    assert past[1].events[0].is_delete
    assert present.events[0].key == "b"


async def test_a_transaction_is_one_batch(store, take):
    """Its events come together, whatever their number."""
    before = await store.revision()
    await store.commit([], [Put(f"k{i:03}", b"x" * 5000) for i in range(128)])
    await store.commit([], [Put("a", b""), Delete("k000")])
    async with store.watch("", after=before) as batches:
        first, second = await take(batches, 2)
    assert len(first.events) == 128
    assert {(event.key, event.is_delete) for event in second.events} == {("a", False), ("k000", True)}


async def test_deleting_a_prefix_is_one_batch(store, take):
    """However many keys go with it."""
    for _ in range(4):
        at = await store.commit([], [Put(f"k{_}-{i}", b"") for i in range(128)])
    gone = await store.delete_prefix("k")
    async with store.watch("", after=at) as batches:
        (batch,) = await take(batches, 1)
    assert (batch.revision, len(batch.events)) == (gone, 512)


async def test_only_what_is_watched(store, take):
    """Neither other prefixes nor, for a key, longer keys."""
    before = await store.revision()
    for key in ("a/1", "b/1", "a", "a/2"):
        await store.put(key, b"")
    async with store.watch("a/", after=before) as batches:
        assert [batch.events[0].key for batch in await take(batches, 2)] == ["a/1", "a/2"]
    async with store.watch_key("a", after=before) as batches:
        assert [batch.events[0].key for batch in await take(batches, 1)] == ["a"]


async def test_a_long_history(store, take):
    """More than fits into one answer comes whole and in order."""
    before = await store.revision()
    for i in range(700):
        await store.put(f"k{i % 7}", b"%d" % i)
    async with store.watch("", after=before) as batches:
        taken = await take(batches, 700)
    assert [int(batch.events[0].value) for batch in taken] == list(range(700))


async def test_many_watch_at_once(store, take):
    """Each sees everything while others write."""
    before = await store.revision()

    async def watch():
        async with store.watch("", after=before) as batches:
            return [batch.revision for batch in await take(batches, 50)]

    async def write():
        return [await store.put(f"k{i}", b"") for i in range(50)]

    written, *seen = await asyncio.gather(write(), *[watch() for _ in range(5)])
    assert seen == [written] * 5


async def test_compacted_history_is_an_error(store, take):
    """Who knows the compacted revision goes on without a gap; who knows an older one must read anew."""
    await store.put("a", b"")
    old = await store.delete("a")
    at = await store.put("b", b"")
    await store.compact(at)
    with pytest.raises(kvstore.ErrCompacted, match="watch"):
        async with store.watch("", after=old) as batches:
            await take(batches, 1)
    async with store.watch("", after=at) as batches:
        new = await store.put("c", b"")
        assert [batch.revision for batch in await take(batches, 1)] == [new]


async def test_a_future_revision_is_an_error(store, take):
    """The store cannot be the one that the revision is from."""
    with pytest.raises(kvstore.ErrFutureRevision):
        async with store.watch("", after=await store.revision() + 1000) as batches:
            await take(batches, 1)


async def test_latency(store, take):
    """The median of twenty changes is seen within 100 ms."""
    delays = []
    async with store.watch("", after=await store.revision()) as batches:
        for _ in range(20):
            await store.put("a", b"")
            done = time.perf_counter()
            await take(batches, 1)
            delays.append(time.perf_counter() - done)
            await asyncio.sleep(0.013)
    assert sorted(delays)[10] < 0.1


async def test_leaving_a_watch_ends_it(store):
    """Also when nothing ever came; the store is usable after."""
    async with asyncio.timeout(5):
        async with store.watch("", after=await store.revision()):
            pass
        with pytest.raises(TimeoutError):
            async with store.watch("", after=await store.revision()) as batches, asyncio.timeout(0.1):
                await anext(batches)
        await store.put("a", b"")
