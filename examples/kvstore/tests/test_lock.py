"""Locks, on every backend: one holder, in order, and none that does not know that it is none any more."""

import asyncio

import pytest

import kvstore
from kvstore import Put

pytestmark = pytest.mark.anyio

HOLD = """
import asyncio, sys, kvstore
async def main(url, prefix):
    async with kvstore.open_store(url, prefix=prefix) as store, store.lock("job", ttl=1):
        print("held", flush=True)
        await asyncio.sleep(60)
asyncio.run(main(*sys.argv[1:]))
"""


async def test_one_holds_at_a_time(store):
    """Twenty tasks enter one after the other."""
    inside, most, entered = 0, 0, 0

    async def enter():
        nonlocal inside, most, entered
        async with store.lock("job"):
            inside, entered = inside + 1, entered + 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*[enter() for _ in range(20)])
    assert (most, entered) == (1, 20)


async def test_first_come_first_served(store):
    """Those who wait come in in the order in which they came, each with a higher revision."""
    order = []

    async def enter(number):
        async with store.lock("job") as lock:
            order.append((number, lock.revision))

    async with store.lock("job"):
        tasks = []
        for number in range(5):
            tasks.append(asyncio.create_task(enter(number)))
            await asyncio.sleep(0.1)
    await asyncio.gather(*tasks)
    assert [number for number, _ in order] == [0, 1, 2, 3, 4]
    assert [revision for _, revision in order] == sorted(revision for _, revision in order)


async def test_not_waiting(store):
    """`ErrLocked` at once, and no place in the queue is left behind."""
    async with store.lock("job"):
        with pytest.raises(kvstore.ErrLocked, match="take lock job: held by job/") as caught:
            async with store.lock("job", wait=False):
                pass
        assert kvstore.is_err_locked(caught.value)
        async with store.lock("another", wait=False):
            pass
    async with store.lock("job", wait=False):
        pass
    assert (await store.list()).entries == ()


async def test_giving_up_leaves_no_place_behind(store):
    """Who is cancelled while waiting is out of the queue."""
    async with store.lock("job"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3), store.lock("job"):
                pass
        assert len((await store.list("job/")).entries) == 1


async def test_a_lock_is_free_again_after_its_holder_is_killed(store, spawn, url):
    """`kill -9`, and within its time to live the next one has it."""
    holder = spawn(HOLD, url, store.prefix)
    assert (await asyncio.to_thread(holder.stdout.readline)).strip() == "held"
    with pytest.raises(kvstore.ErrLocked):
        async with store.lock("job", wait=False):
            pass
    holder.kill()
    async with asyncio.timeout(5), store.lock("job"):
        pass


async def test_a_holder_is_stopped_when_its_lock_is_lost(store):
    """Both by the name of the lock's loss and by that of the lease's."""
    with pytest.raises(kvstore.ErrLockLost, match="hold lock job") as caught:
        async with store.lock("job", ttl=1) as lock:
            await store.backend.revoke((await store.get(lock.key)).lease)
            await asyncio.sleep(10)
    assert kvstore.is_err_lock_lost(caught.value)
    assert kvstore.is_err_lease_expired(caught.value)


async def test_a_guarded_transaction_fails_without_the_lock(store):
    """Whoever has not noticed yet that the lock is lost changes nothing any more."""
    async with store.lock("job", ttl=30) as lock:
        await store.commit([lock.guard], [Put("done", b"1")])
        await store.delete(lock.key)
        with pytest.raises(kvstore.ErrKeyModified):
            await store.commit([lock.guard], [Put("done", b"2")])
    assert (await store.get("done")).value == b"1"


async def test_another_lease_that_ends_is_not_the_lock(store):
    """What the block does with leases of its own is its own affair."""
    lease = await store.grant(5)
    await lease.revoke()
    with pytest.raises(kvstore.ErrLeaseExpired) as caught:
        async with store.lock("job"):
            await store.put("a", b"", lease=lease)
    assert not kvstore.is_err_lock_lost(caught.value)


async def test_a_lock_is_let_go_of_when_the_end_is_cancelled(store):
    """Whoever is cancelled while the lock is given back gives it back all the same."""
    for pause in range(40):

        async def hold():
            async with store.lock("job"):
                pass

        task = asyncio.create_task(hold())
        await asyncio.sleep(pause / 10_000)
        task.cancel()
        await asyncio.wait([task])
        assert not (await store.list("job/")).entries
