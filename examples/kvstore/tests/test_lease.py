"""Leases, on every backend: keys end with whoever put them."""

import asyncio
import logging

import pytest

import kvstore
from kvstore import Put

pytestmark = pytest.mark.anyio


async def test_keys_end_with_their_lease(store, take):
    """A lease that nobody renews ends, its keys go, and watches see it as a deletion."""
    lease = await store.grant(1)
    at = await store.put("mine", b"", lease=lease)
    await store.put("yours", b"")
    assert (await store.get("mine")).lease == lease.id
    async with store.watch_key("mine", after=at) as batches:
        (batch,) = await take(batches, 1)
    assert batch.events[0].is_delete
    with pytest.raises(kvstore.ErrKeyNotFound):
        await store.get("mine")
    assert (await store.get("yours")).value == b""
    with pytest.raises(kvstore.ErrLeaseExpired):
        await lease.keep_alive()


async def test_a_lease_that_is_renewed_lives(store):
    """By hand, beyond its time."""
    lease = await store.grant(1)
    await store.put("mine", b"", lease=lease)
    for _ in range(6):
        await asyncio.sleep(0.4)
        assert await lease.keep_alive() >= 1
    await store.get("mine")


async def test_a_lease_is_kept_while_a_block_runs(store):
    """And revoked at its end, at once."""
    async with store.lease(1) as lease:
        await store.put("mine", b"", lease=lease)
        await asyncio.sleep(2.5)
        await store.get("mine")
    with pytest.raises(kvstore.ErrKeyNotFound):
        await store.get("mine")


async def test_a_block_stops_when_its_lease_is_gone(store, caplog):
    """By a cancellation inside and `ErrLeaseExpired` outside, which says why."""
    stopped = False
    with pytest.raises(kvstore.ErrLeaseExpired, match="could not be kept") as caught:
        async with store.lease(1) as lease:
            await lease.revoke()
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                stopped = True
                raise
    assert stopped
    assert kvstore.is_err_lease_expired(caught.value)
    assert "has expired" in str(caught.value.__cause__)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_errors_of_the_block_leave_it_as_they_are(store):
    """Also a `TimeoutError`, which a deadline is inside."""
    for error in (TimeoutError("mine"), KeyError("mine")):
        with pytest.raises(type(error), match="mine"):
            async with store.lease(1):
                raise error


async def test_a_cancelled_block_is_cancelled(store):
    """A cancellation from outside is none of the lease's, and the lease is revoked all the same."""

    async def hold():
        async with store.lease(30) as lease:
            await store.put("mine", b"", lease=lease)
            await asyncio.sleep(60)

    task = asyncio.create_task(hold())
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(kvstore.ErrKeyNotFound):
        await store.get("mine")


async def test_nothing_can_be_put_with_a_lease_that_is_gone(store):
    """The transaction changes nothing at all."""
    lease = await store.grant(5)
    await lease.revoke()
    await lease.revoke()
    with pytest.raises(kvstore.ErrLeaseExpired):
        await store.commit([], [Put("a", b""), Put("b", b"", lease.id)])
    assert (await store.list()).entries == ()


async def test_a_new_put_takes_a_key_out_of_its_lease(store):
    """It belongs to the lease it was put with last, or to none."""
    lease = await store.grant(5)
    await store.put("a", b"1", lease=lease)
    await store.put("a", b"2")
    await lease.revoke()
    assert (await store.get("a")).value == b"2"


async def test_times_are_seconds(store):
    """Rounded up; none and less are mistakes."""
    assert (await store.grant(0.2)).ttl == 1
    assert (await store.grant(4.1)).ttl == 5
    with pytest.raises(ValueError, match="some seconds"):
        await store.grant(0)
