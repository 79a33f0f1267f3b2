"""Locks: first come, first served; held by a lease, so that they outlive no holder."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stackerr import mark, wrapping

from ._changes import Compare, Put, absent, unchanged
from ._errors import ErrLeaseExpired, ErrLocked, ErrLockLost

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ._lease import Lease
    from ._store import Store


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that is held.

    Attributes:
        name: its name.
        key: the holder's own key, which ends with its lease.
        revision: when the holder came; grows from holder to holder, so it can fence what the store does not know of.
    """

    name: str
    key: str
    revision: int

    @property
    def guard(self) -> Compare:
        """The condition that the lock is still held: put it into the transactions that the lock is for."""
        return unchanged(self.key, self.revision)


@asynccontextmanager
async def hold(store: Store, name: str, ttl: float, *, wait: bool) -> AsyncGenerator[Lock, None]:
    """Hold a lock while a block runs, and stop the block when it is lost."""
    lost = False
    try:
        async with store.lease(ttl) as lease:
            with wrapping("take lock %s", name, lock=name):
                lock = await _take(store, name, lease, wait=wait)
            try:
                yield lock
            except asyncio.CancelledError:
                lost = True
                raise
    except ErrLeaseExpired as err:
        if not lost:
            raise
        raise mark(err, ErrLockLost, f"hold lock {name}", lock=name) from err


async def _take(store: Store, name: str, lease: Lease, *, wait: bool) -> Lock:
    key = f"{name}/{lease.id:016x}"
    revision = await store.commit([absent(key)], [Put(key, b"", lease.id)])
    while True:
        page = await store.list(f"{name}/")
        queue = sorted(page.entries, key=lambda entry: entry.created)
        ahead = [entry.key for entry in queue if entry.created < revision]
        if not any(entry.key == key for entry in queue):
            raise ErrLeaseExpired(f"lease {lease.id:x} ended while it waited for the lock", lease=lease.id)
        if not ahead:
            return Lock(name, key, revision)
        if not wait:
            raise ErrLocked(f"held by {ahead[0]}, {len(ahead)} before us", holder=ahead[0])
        await _await_delete(store, ahead[-1], page.revision)


async def _await_delete(store: Store, key: str, after: int) -> None:
    async with store.watch_key(key, after=after) as batches:
        async for batch in batches:
            if any(event.is_delete for event in batch.events):
                return
