"""One instance of the configstore: in its normal mode or in maintenance, as a key in the store says.

maintenance      there when maintenance is asked for
instances/<id>   what an instance does, for as long as it lives
import/…         a lock: one import at a time
datamanager/…    the log of the data manager
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from apierrors import ErrBadRequest, ErrConflict
from clients import now
from clients.configstore import Instance, InstanceMode, MaintenanceResponse
from datamanager import ErrBadExport, Options, open_data_manager
from kvstore import (
    ErrCompacted,
    ErrFutureRevision,
    ErrKeyModified,
    ErrKeyNotFound,
    ErrLeaseExpired,
    ErrLocked,
)
from serving import ErrMaintenance, ErrUnavailable
from stackerr import mark, wrapping

from .records import TYPES, Records

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from datamanager import DataManager
    from kvstore import Lease, Store
    from objectstorage import ObjectStorage
    from vault import Vault

log = logging.getLogger("configstore")

SWITCH, INSTANCES, IMPORT = "maintenance", "instances/", "import"
_PAUSE = 1.0
_DRAIN = 5.0


class Service:
    """One instance.

    Args:
        store: the key-value store, for the keys of the configstore alone.
        storage: the object storage.
        vault: what seals the values of secrets.
        ttl: how long after its death an instance is still told of, in seconds.
        patience: how long a request waits for the instance to start or to change over, in seconds.
        options: the numbers of the data manager.
    """

    def __init__(
        self,
        store: Store,
        storage: ObjectStorage,
        vault: Vault,
        *,
        ttl: float = 10,
        patience: float = 3,
        options: Options | None = None,
    ) -> None:
        self.id = uuid4().hex[:12]
        self.vault = vault
        self._store = store
        self._storage = storage
        self._ttl = ttl
        self._options = options or Options()
        self._patience = patience
        self._data: DataManager | None = None
        self._ready = asyncio.Event()
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def run(self) -> None:
        """Do what the key says, for ever; what fails is logged and tried again."""
        while True:
            try:
                with wrapping("run instance %s", self.id, instance=self.id):
                    async with self._store.lease(self._ttl) as lease:
                        while True:
                            await self._work(lease)
            except ErrLeaseExpired as err:
                log.warning("the lease was lost; beginning anew", exc_info=err)
            except Exception as err:  # whatever it is, it may pass
                log.error("not serving; trying again in %g s", _PAUSE, exc_info=err)  # noqa: TRY400 - it is in it
            await asyncio.sleep(_PAUSE)

    @asynccontextmanager
    async def records(self) -> AsyncGenerator[Records, None]:
        """The objects, while a block runs.

        Raises:
            ErrMaintenance: nothing but maintenance, export and import is done.
            ErrUnavailable: the instance is about to start, or its store is away.
        """
        data = await self._opened()
        if data.maintenance:
            raise ErrMaintenance
        self._busy += 1
        self._idle.clear()
        try:
            yield Records(data)
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def maintenance(self) -> MaintenanceResponse:
        """Whether maintenance is asked for, what each instance does, and when the last import was."""
        with wrapping("look how far maintenance is"):
            found = await self._store.list(INSTANCES)
            instances = [Instance.model_validate_json(entry.value) for entry in found.entries]
            enabled, _ = await self._switch()
            name = await self._data.imported() if self._data else ""
            imported = datetime.fromisoformat(name) if name else None
            return MaintenanceResponse(is_enabled=enabled, instances=instances, imported=imported)

    async def set_maintenance(self, *, enable: bool) -> None:
        """Ask for maintenance, or for its end.

        Raises:
            ErrBadRequest: that has been asked for already.
        """
        with wrapping("turn maintenance %s", "on" if enable else "off"):
            enabled, revision = await self._switch()
            if enabled is enable:
                word = "on" if enable else "off"
                raise ErrBadRequest(f"maintenance is {word} already", public=f"maintenance is {word} already")
            try:
                await (self._store.put_if(SWITCH, b"", 0) if enable else self._store.delete_if(SWITCH, revision))
            except ErrKeyModified as err:
                raise mark(err, ErrConflict, public="somebody else turned maintenance on or off") from err

    async def export(self) -> AsyncIterator[bytes]:
        """Everything, in pieces; secrets as they are sealed.

        Raises:
            ErrUnavailable: the instance is about to start, or its store is away.
        """
        data = await self._opened()
        with wrapping("export"):
            async for chunk in data.export():
                yield chunk

    async def import_from(self, chunks: AsyncIterator[bytes]) -> None:
        """Replace everything by what was exported; what is no whole export changes nothing.

        Raises:
            ErrBadRequest: an instance is not in maintenance, or it is no whole export.
            ErrConflict: another import is under way.
        """
        data = await self._opened()
        with wrapping("import"):
            state = await self.maintenance()
            if not (data.maintenance and state.is_enabled and state.is_settled):
                text = "import is for maintenance, when every instance is in it"
                raise ErrBadRequest("not every instance is in maintenance", public=text, code="not_in_maintenance")
            try:
                async with self._store.lock(IMPORT, wait=False):
                    await data.import_from(chunks, name=now().isoformat())
            except ErrLocked as err:
                raise mark(err, ErrConflict, public="another import is under way") from err
            except ErrBadExport as err:
                text = "it is no whole export; nothing was changed"
                raise mark(err, ErrBadRequest, public=text, code="bad_export") from err

    async def _opened(self) -> DataManager:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._ready.wait()
        if self._data is None:
            raise ErrUnavailable("the instance has no data yet")
        return self._data

    async def _switch(self) -> tuple[bool, int]:
        """Whether maintenance is asked for, and the revision of that."""
        try:
            return True, (await self._store.get(SWITCH)).revision
        except ErrKeyNotFound:
            with wrapping("ask where to watch from"):
                return False, await self._store.revision()

    async def _work(self, lease: Lease) -> None:
        """Be in the mode that is asked for, until another one is."""
        enabled, revision = await self._switch()
        mode = InstanceMode.MAINTENANCE if enabled else InstanceMode.NORMAL
        with wrapping("work in mode %s", mode, mode=mode):
            async with open_data_manager(
                self._store, self._storage, types=TYPES, maintenance=enabled, options=self._options
            ) as data:
                self._data = data
                self._ready.set()
                try:
                    state = Instance(id=self.id, mode=mode, since=now())
                    await self._store.put(INSTANCES + self.id, state.model_dump_json().encode(), lease=lease)
                    log.info("instance %s is in mode %s", self.id, mode)
                    await self._wait_for_switch(revision, enabled=enabled)
                finally:
                    self._data = None
                    self._ready.clear()
                await self._finish()

    async def _wait_for_switch(self, revision: int, *, enabled: bool) -> None:
        try:
            async with self._store.watch_key(SWITCH, after=revision) as batches:
                async for batch in batches:
                    if batch.events[-1].is_delete is enabled:
                        return
        except (ErrCompacted, ErrFutureRevision):  # history is gone, or all of it: look at the key again
            await asyncio.sleep(0.1)

    async def _finish(self) -> None:
        """Let requests end that have begun."""
        try:
            async with asyncio.timeout(_DRAIN):
                await self._idle.wait()
        except TimeoutError:
            log.warning("%d requests are still under way; changing over all the same", self._busy)
