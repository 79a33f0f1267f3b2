"""Forgetting old revisions: one does it for all."""

import asyncio

import pytest

import kvstore

pytestmark = pytest.mark.anyio


async def test_old_revisions_go_and_young_ones_stay(store):
    """Three run it on one store; history goes after a while, and the keys stay."""
    old = await store.put("a", b"1")
    await store.put("a", b"2")
    compactors = [asyncio.create_task(kvstore.keep_compacting(store, every=0.2)) for _ in range(3)]
    async with asyncio.timeout(10):
        with pytest.raises(kvstore.ErrCompacted):
            while True:
                await store.get("a", revision=old)
                await asyncio.sleep(0.05)
    assert (await store.get("a")).value == b"2"
    assert not any(compactor.done() for compactor in compactors)
    for compactor in compactors:
        compactor.cancel()
    await asyncio.wait(compactors)


async def test_one_compacts_for_all(store, monkeypatch):
    """In each round one is elected, however many run."""
    compacted = []

    async def compact(revision):
        compacted.append(revision)

    monkeypatch.setattr(store, "compact", compact)
    compactors = [asyncio.create_task(kvstore.keep_compacting(store, every=0.3)) for _ in range(4)]
    await asyncio.sleep(2.2)
    for compactor in compactors:
        compactor.cancel()
    await asyncio.wait(compactors)
    assert 2 <= len(compacted) <= 7
    assert len(set(compacted)) == len(compacted)
