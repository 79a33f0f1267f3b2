"""Leases: keys that end with whoever put them."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from stackerr import wrapping

from ._errors import ErrLeaseExpired, ErrUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ._backend import Backend

log = logging.getLogger("kvstore")


@dataclass(frozen=True, slots=True)
class Lease:
    """A promise to be alive; the keys put with it are deleted when it is not renewed in time.

    Attributes:
        id: what to put keys with.
        ttl: how long it lives without being renewed, in seconds.
    """

    id: int
    ttl: int
    backend: Backend

    async def keep_alive(self) -> int:
        """Renew it once; the seconds it has from now.

        Raises:
            ErrLeaseExpired: it is gone.
        """
        with wrapping("keep lease %x alive", self.id, lease=self.id):
            return await self.backend.keep_alive(self.id)

    async def revoke(self) -> None:
        """End it now, and delete its keys."""
        with wrapping("revoke lease %x", self.id, lease=self.id):
            await self.backend.revoke(self.id)


async def grant(backend: Backend, ttl: float) -> Lease:
    """Make a lease that nobody renews; its time is rounded up to whole seconds."""
    if ttl <= 0:
        raise ValueError(f"a lease lives for some seconds, not for {ttl}")
    with wrapping("grant a lease of %s s", ttl, ttl=ttl):
        return Lease(await backend.grant(ceil(ttl)), ceil(ttl), backend)


@asynccontextmanager
async def keep(backend: Backend, ttl: float) -> AsyncGenerator[Lease, None]:
    """Hold a lease while a block runs, and stop the block when it cannot be held."""
    clock = asyncio.get_running_loop().time
    asked = clock()
    lease = await grant(backend, ttl)
    deadline = asyncio.timeout_at(asked + lease.ttl)
    failures: list[Exception] = []
    try:
        async with deadline:
            keeper = asyncio.create_task(_keep_alive(lease, deadline, failures))
            try:
                yield lease
            finally:
                await _stop(keeper)
    except TimeoutError as err:
        if not deadline.expired():
            raise
        reason = failures[-1] if failures else err
        raise ErrLeaseExpired(f"lease {lease.id:x} could not be kept", lease=lease.id) from reason
    finally:
        await _let_go(lease)


async def _keep_alive(lease: Lease, deadline: asyncio.Timeout, failures: list[Exception]) -> None:
    """Move the deadline on as long as the store says that the lease lives.

    It counts from before the question, so it never passes later here than there.
    """
    clock = asyncio.get_running_loop().time
    pause = lease.ttl / 3
    while not deadline.expired():
        await asyncio.sleep(pause)
        asked = clock()
        try:
            until = asked + await lease.keep_alive()
            pause = lease.ttl / 3
            failures.clear()
        except ErrLeaseExpired as err:
            failures.append(err)
            until = clock()
        except Exception as err:
            log.warning("lease %x is not renewed", lease.id, exc_info=err)
            failures.append(err)
            pause = lease.ttl / 10
            continue
        if not deadline.expired():
            deadline.reschedule(until)


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def _let_go(lease: Lease) -> None:
    """Revoke it, also when we are cancelled meanwhile; where that fails it ends by itself."""
    revoking = asyncio.ensure_future(lease.revoke())
    try:
        with suppress(ErrUnavailable, ErrLeaseExpired):
            await asyncio.shield(revoking)
    finally:
        await asyncio.gather(revoking, return_exceptions=True)
