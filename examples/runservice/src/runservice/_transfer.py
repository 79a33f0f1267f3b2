"""Maintenance, export and import."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from clients import now
from clients.runservice import InstanceMode, MaintenanceResponse
from datamanager import ErrBadExport
from kvstore import Delete, DeletePrefix, ErrKeyModified, ErrLocked, Put, absent, present
from stackerr import mark, wrapping

from .errors import ErrBadExportFile, ErrNotInMaintenance, ErrWrongPhase
from .service import MAINTENANCE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable

    from kvstore import Store

    from .service import Service

log = logging.getLogger("runservice")

IMPORTING, LOCK, LIVE = "importing", "locks/import", "scheduler/"


async def maintenance_of(service: Service) -> MaintenanceResponse:
    """Whether maintenance is asked for, where each instance is, and when the last import was."""
    instances = await service.instances.list()
    return MaintenanceResponse(
        is_enabled=await _find(service.store, MAINTENANCE) is not None,
        instances=[kept.value for kept in instances],
        imported=await service.imported(),
    )


async def _find(store: Store, key: str) -> bytes | None:
    with wrapping("look for key %s", key):
        return next((entry.value for entry in (await store.list(key)).entries if entry.key == key), None)


async def enable_maintenance(service: Service) -> None:
    """Ask every instance to go into maintenance.

    Raises:
        ErrWrongPhase: that has been asked for already.
    """
    with wrapping("turn maintenance on"):
        try:
            await service.store.commit([absent(MAINTENANCE)], [Put(MAINTENANCE, b"")])
        except ErrKeyModified as err:
            raise mark(err, ErrWrongPhase, public="maintenance is on already") from err


async def disable_maintenance(service: Service) -> None:
    """Ask every instance to go back to work.

    Raises:
        ErrWrongPhase: there is no maintenance, or an import is under way.
    """
    with wrapping("turn maintenance off"):
        if await _find(service.store, IMPORTING) is not None:
            async with _alone(service):
                await _settle(service)
        try:
            await service.store.commit([present(MAINTENANCE), absent(IMPORTING)], [Delete(MAINTENANCE)])
        except ErrKeyModified as err:
            raise mark(err, ErrWrongPhase, public="maintenance is off already, or an import is under way") from err


@asynccontextmanager
async def _alone(service: Service) -> AsyncGenerator[None, None]:
    """Hold the lock of imports while a block runs; that of a dead instance is free after some seconds.

    Raises:
        ErrWrongPhase: somebody else does.
    """
    try:
        async with service.store.lock(LOCK, wait=False):
            yield
    except ErrLocked as err:
        raise mark(err, ErrWrongPhase, public="another import is under way") from err


async def _settle(service: Service) -> None:
    """Bring an import that was cut off to one end or the other: nothing was replaced, or everything is."""
    cut_off = await _find(service.store, IMPORTING)
    if cut_off is not None:
        with wrapping("see what became of the import of %s", cut_off.decode()):
            is_there = await service.data.fence_imports() == cut_off.decode()
        await _end(service.store, [DeletePrefix(LIVE)] if is_there else [])
        log.warning("an import was cut off: it %s", "has replaced everything" if is_there else "has changed nothing")


async def export(service: Service) -> AsyncGenerator[bytes, None]:
    """All that is archived, and the configs of all runs."""
    with wrapping("send everything"):
        async for chunk in service.data.export():
            yield chunk


async def import_from(service: Service, chunks: AsyncIterable[bytes]) -> None:
    """Replace everything by what was exported, live runs included; what is no whole export changes nothing.

    Raises:
        ErrNotInMaintenance: not every instance is in maintenance.
        ErrBadExportFile: it is no whole export.
        ErrWrongPhase: another import is under way.
    """
    with wrapping("replace everything"):
        if service.mode is not InstanceMode.MAINTENANCE:
            raise ErrNotInMaintenance
        async with _alone(service):
            await _check_settled(service)
            await _settle(service)
            await _import(service, chunks)


async def _check_settled(service: Service) -> None:
    state = await maintenance_of(service)
    if not state.is_settled:
        late = [instance.id for instance in state.instances if instance.mode is not InstanceMode.MAINTENANCE]
        public = "not every instance has changed over to maintenance yet: try again"
        raise ErrWrongPhase(f"instances {', '.join(late)} still work", public=public)


async def _import(service: Service, chunks: AsyncIterable[bytes]) -> None:
    """From the last chunk to the end, a key says that the live runs go when this import is what all stands on."""
    name = now().isoformat()

    async def all_of_them() -> AsyncGenerator[bytes, None]:
        async for chunk in chunks:
            yield chunk
        await _begin(service.store, name)

    try:
        await service.data.import_from(all_of_them(), name=name)
    except ErrBadExport as err:
        await _end(service.store, [])
        raise mark(err, ErrBadExportFile) from err
    await _end(service.store, [DeletePrefix(LIVE)])
    log.info("instance %s has imported everything anew", service.id)


async def _begin(store: Store, name: str) -> None:
    with wrapping("say that an import has begun"):
        try:
            await store.commit([present(MAINTENANCE)], [Put(IMPORTING, name.encode())])
        except ErrKeyModified as err:
            raise mark(err, ErrNotInMaintenance) from err


async def _end(store: Store, changes: list[DeletePrefix]) -> None:
    with wrapping("say that the import has ended"):
        await store.commit([], [*changes, Delete(IMPORTING)])
