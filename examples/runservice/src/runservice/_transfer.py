"""Maintenance, export and import."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from clients.runservice import InstanceMode, MaintenanceResponse
from datamanager import ErrBadExport
from kvstore import Delete, DeletePrefix, ErrKeyModified, ErrLocked, Put, absent, present
from stackerr import mark, wrapping

from ._service import MAINTENANCE
from .errors import ErrBadExportFile, ErrNotInMaintenance, ErrWrongPhase

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable

    from kvstore import Store

    from ._service import Service

log = logging.getLogger("runservice")

IMPORTING, LOCK, LIVE = "importing", "locks/import", "scheduler/"


async def maintenance_of(service: Service) -> MaintenanceResponse:
    """Whether maintenance is asked for, and where each instance is."""
    instances = await service.instances.list()
    return MaintenanceResponse(
        is_enabled=await _is_there(service.store, MAINTENANCE), instances=[kept.value for kept in instances]
    )


async def _is_there(store: Store, key: str) -> bool:
    with wrapping("look for key %s", key):
        return any(entry.key == key for entry in (await store.list(key)).entries)


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
        ErrWrongPhase: there is no maintenance, or an import has not come to its end.
    """
    with wrapping("turn maintenance off"):
        if await _is_there(service.store, IMPORTING):
            public = "an import is under way, or was cut off: import again, and to the end"
            raise ErrWrongPhase("an import has not come to its end", public=public)
        try:
            await service.store.commit([present(MAINTENANCE), absent(IMPORTING)], [Delete(MAINTENANCE)])
        except ErrKeyModified as err:
            raise mark(err, ErrWrongPhase, public="maintenance is off already, or an import is under way") from err


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
        try:
            async with service.store.lock(LOCK, wait=False):
                await _check_settled(service)
                await _import(service, chunks)
        except ErrLocked as err:
            raise mark(err, ErrWrongPhase, public="another import is under way") from err


async def _check_settled(service: Service) -> None:
    state = await maintenance_of(service)
    if not state.is_settled:
        late = [instance.id for instance in state.instances if instance.mode is not InstanceMode.MAINTENANCE]
        public = "not every instance has changed over to maintenance yet: try again"
        raise ErrWrongPhase(f"instances {', '.join(late)} still work", public=public)


async def _import(service: Service, chunks: AsyncIterable[bytes]) -> None:
    """From the last chunk to the end, a key forbids going back to work: half of an import is worse than none."""
    was_cut_off = await _is_there(service.store, IMPORTING)

    async def all_of_them() -> AsyncGenerator[bytes, None]:
        async for chunk in chunks:
            yield chunk
        await _begin(service.store)

    try:
        await service.data.import_from(all_of_them())
    except ErrBadExport as err:
        if not was_cut_off:
            await _end(service.store, [])
        raise mark(err, ErrBadExportFile) from err
    await _end(service.store, [DeletePrefix(LIVE)])
    log.info("instance %s has imported everything anew", service.id)


async def _begin(store: Store) -> None:
    with wrapping("say that an import has begun"):
        try:
            await store.commit([present(MAINTENANCE)], [Put(IMPORTING, b"")])
        except ErrKeyModified as err:
            raise mark(err, ErrNotInMaintenance) from err


async def _end(store: Store, changes: list[DeletePrefix]) -> None:
    with wrapping("say that the import has ended"):
        await store.commit([], [*changes, Delete(IMPORTING)])
