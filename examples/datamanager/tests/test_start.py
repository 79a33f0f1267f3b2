"""Starting, when something was lost, set back, or is being done by somebody else."""

import asyncio
import time

import pytest

import datamanager
import kvstore
from datamanager import Put, Sequence

pytestmark = pytest.mark.anyio


def test_sequences_are_in_order_as_texts():
    """And begin above all that are known, whatever the clock says."""
    sequences = [Sequence(epoch, counter) for epoch in (0, 31, 32, 1 << 40) for counter in (0, 31, 32, 1023, 1024)]
    assert sorted(map(str, sequences)) == [str(one) for one in sequences]
    assert [Sequence.parse(str(one)) for one in sequences] == sequences
    assert Sequence.begin(Sequence(1 << 40, 5)) == Sequence((1 << 40) + 1, 0)
    assert abs(Sequence.begin().epoch - time.time()) < 60


@pytest.mark.parametrize("text", ["", "0-0", "A" * 13 + "-" + "0" * 13, "0" * 13 + "-" + "0" * 13 + "\n", "ü" * 27])
def test_other_texts_are_no_sequences(text):
    """Not even nearly."""
    with pytest.raises(ValueError, match="no sequence"):
        Sequence.parse(text)


async def test_the_clock_is_set_back_and_the_store_lost(local, monkeypatch):
    """Epochs go up all the same, so new WALs come after the old ones."""
    epochs = []
    for day in (3, 2, 1):
        monkeypatch.setattr(time, "time", lambda day=day: day * 86_400.0)
        async with local.open() as dm:
            await dm.write([Put("run", str(day), b"")])
            epochs.append(dm.status().applied.epoch)
        await local.lose_store()
    async with local.open() as dm:
        assert [entry.id for entry in await dm.list("run")] == ["1", "2", "3"]
    assert epochs == [3 * 86_400, 3 * 86_400 + 1, 3 * 86_400 + 2]


async def test_etcd_is_wiped_under_a_running_instance(etcd, new_place):
    """It begins a new log by itself, and loses nothing that was synced; those who watch are told."""
    place = new_place("sqlite-posix")
    place.store_url = etcd.url + "?timeout=10"
    async with place.open() as dm:
        await dm.write([Put("run", "1", b"one")])
        await dm.sync()
        token, changes = await dm.token("group"), dm.watch()
        watcher = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0.1)
        etcd.kill()
        etcd.wipe()
        etcd.start()
        etcd.wait()
        assert await dm.read("run", "1") == b"one"
        await dm.write([Put("run", "2", b"two")])
        assert len(await dm.list("run")) == 2
        with pytest.raises(datamanager.ErrConcurrency):
            await dm.write([Put("run", "3", b"")], token)
        with pytest.raises(datamanager.ErrCompacted):
            async with asyncio.timeout(15):
                await watcher


async def test_many_start_at_once(place):
    """With nothing there, and with a lost store: one begins the log, and all use it."""
    for turn in range(2):
        async with place.open() as one, place.open() as other:
            assert one.status().applied.epoch == other.status().applied.epoch
        await place.lose_store()
        dms = [place.open() for _ in range(4)]
        opened = await asyncio.gather(*(dm.__aenter__() for dm in dms))
        await asyncio.gather(*(dm.write([Put("run", f"{turn}-{number}", b"")]) for number, dm in enumerate(opened)))
        assert {len(await dm.list("run")) for dm in opened} == {4 * (turn + 1)}
        for dm in dms:
            await dm.__aexit__(None, None, None)


async def test_another_object_storage_is_no_start(local, new_place):
    """An empty one, by mistake: the log in the store is not thrown away."""
    async with local.open() as dm:
        await dm.write([Put("run", "1", b"one")])
    right, local.storage_url = local.storage_url, new_place("sqlite-posix").storage_url
    with pytest.raises(datamanager.ErrNoDataStatus, match="the store has a log"):
        async with local.open():
            pass
    local.storage_url = right
    async with local.open() as dm:
        assert await dm.read("run", "1") == b"one"


async def test_wals_without_a_checkpoint_are_no_start(local):
    """They would be taken for all there is."""
    async with local.open() as dm:
        await dm.write([Put("run", "1", b"one")])
    for key in local.keys("data/"):
        local.delete(key)
    await local.lose_store()
    with pytest.raises(datamanager.ErrNoDataStatus, match="1 WALs and no checkpoint"):
        async with local.open():
            pass


class Forgetful:
    """A backend whose answers to writes get lost, so many times.

    They are done then, or not (`never`), or only when the write is tried again (`late`).
    """

    def __init__(self, backend, times, *, done):
        self.backend, self.times, self.done = backend, times, done
        self.late = []

    def __getattr__(self, name):
        return getattr(self.backend, name)

    async def commit(self, compares, changes):
        if any(getattr(change, "key", "").endswith("walsdata") for change in changes) and self.times:
            self.times -= 1
            if self.done == "then":
                await self.backend.commit(compares, changes)
            if self.done == "late":
                self.late.append((compares, changes))
            raise kvstore.ErrUnavailable("the answer got lost")
        while self.late:
            await self.backend.commit(*self.late.pop())
        return await self.backend.commit(compares, changes)


@pytest.mark.parametrize("done", ["then", "never", "late"])
@pytest.mark.parametrize("groups", [[], ["group"]])
async def test_an_answer_gets_lost(local, done, groups):
    """The write is done once, and acknowledged; whether it was done at the first time or not."""
    async with local.open() as dm:
        token = await dm.token(*groups)
        store = dm._context.store
        store.backend = Forgetful(store.backend, 1, done=done)
        await dm.write([Put("run", "1", b"one")], token)
        await dm.write([Put("run", "2", b"two")])
        sequences = [header.sequence for header in await dm._context.journal.headers()]
        assert len(sequences) == 2
        assert {entry.id for entry in await dm.list("run")} == {"1", "2"}
        if groups:
            with pytest.raises(datamanager.ErrConcurrency):
                await dm.write([Put("run", "1", b"")], token)


async def test_all_answers_get_lost(local):
    """Then nobody knows, and the error says so; the next write goes on as if nothing had been."""
    async with local.open() as dm:
        store = dm._context.store
        store.backend = Forgetful(store.backend, 3, done="never")
        with pytest.raises(kvstore.ErrUnavailable) as caught:
            await dm.write([Put("run", "1", b"one")])
        assert not isinstance(caught.value, kvstore.ErrNotSent)
        await dm.write([Put("run", "2", b"two")])
        assert {entry.id for entry in await dm.list("run")} == {"2"}
