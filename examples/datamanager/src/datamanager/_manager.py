"""The data manager: what users call. Each call says what it was doing when it fails."""

from __future__ import annotations

from contextlib import aclosing, asynccontextmanager, suppress
from typing import TYPE_CHECKING
from uuid import uuid4

import objectstorage
from kvstore import Store
from stackerr import wrapping

from . import _jobs
from ._actions import Entry, check_actions, check_id, check_type, describe, encode_actions
from ._checkpoint import load_imported, load_last
from ._cleaners import clean_groups, clean_storage, clean_wals
from ._context import Context, Known
from ._errors import ErrConcurrency, ErrInMaintenance, ErrNotExist, ErrNotInMaintenance
from ._export import export
from ._follower import Follower
from ._import import fence_off, import_chunks
from ._loops import Loops
from ._objects import WAL_DATA, Objects, in_thread
from ._options import Options
from ._reader import Reader
from ._status import Status
from ._token import GROUPS, Token, check_groups
from ._wal import Journal, NotInitialisedError
from ._watch import follow

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterable, Sequence

    from ._actions import Action
    from ._reader import Chosen
    from ._view import View
    from ._wal import Header
    from ._watch import Change

_ATTEMPTS = 5


class DataManager:
    """Objects by type and id; use `open_data_manager`.

    Args:
        context: where everything is.
        maintenance: whether nothing but export and import is done.
    """

    def __init__(self, context: Context, *, maintenance: bool = False) -> None:
        self.maintenance = maintenance
        self._context = context
        self._follower = Follower(context)
        self._known = Known()
        self._reader = Reader(context.objects, self._follower, context.options.cache_bytes)
        self._loops = Loops(context, self._follower, self._known)

    async def start(self) -> None:
        """See to it that there is a log, and begin with the work behind the writes."""
        await self._follower.fresh()
        self._loops.start()

    async def close(self) -> None:
        """Stop the work."""
        await self._loops.stop()

    async def write(self, actions: Iterable[Action], token: Token | None = None) -> Token:
        """Write objects and delete others, all or nothing.

        Args:
            actions: what to do, in order.
            token: what must not have changed since; its groups are changed by this.

        Returns:
            A token with the same groups, as they are now.

        Raises:
            ErrConcurrency: a group was changed since the token was taken; nothing was written.
            ErrInMaintenance: nothing is written in maintenance.
            ErrTooLarge: an object has more than 32 MiB.
            ValueError: there is nothing to write, or a type or an id is none.
            kvstore.ErrNotSent: the store was not reached; nothing was written.
            kvstore.ErrUnavailable: otherwise, the store gave no answer: it may have been written.
        """
        checked = check_actions(actions, self._context.types)
        with wrapping("write %s", describe(checked)):
            if self.maintenance:
                raise ErrInMaintenance("this instance is in maintenance: only export and import are done")
            if token:
                check_groups(token.groups)
            return await self._write(checked, token)

    async def _write(self, actions: Sequence[Action], token: Token | None) -> Token:
        raw, data_id = encode_actions(actions), uuid4().hex
        await in_thread(self._context.objects.put, WAL_DATA + data_id, raw)
        try:
            header, revision = await self._commit(data_id, raw, token)
        except ErrConcurrency:
            with suppress(objectstorage.ErrStorage):  # what nobody refers to only takes room
                await in_thread(self._context.objects.delete, WAL_DATA + data_id)
            raise
        self._follower.apply(header, actions, revision)
        self._loops.wake()
        return Token(revision, header.sequence.epoch, dict.fromkeys(token.groups if token else (), revision))

    async def read(self, type: str, id: str) -> bytes:
        """The data of an object, with all that was acknowledged before this call.

        Raises:
            ErrNotExist: there is none.
            ErrCorrupt: what is stored is damaged.
        """
        with wrapping("read %s %s", type, id, type=type, id=id):
            check_type(type, self._context.types)
            check_id(id)

            def find(view: View) -> Chosen:
                found = view.find(type, id)
                if found is None:
                    raise ErrNotExist
                return [(id, found)]

            [(_, data)] = await self._reader.fetch(find)
            return data

    async def list(self, type: str, *, prefix: str = "", after: str = "", limit: int = 0) -> list[Entry]:
        """Objects of a type in the byte order of their ids, with all that was acknowledged before this call.

        Args:
            type: their type.
            prefix: what their ids begin with.
            after: only ids strictly after this one.
            limit: how many at most; 0 is all.

        Raises:
            ErrCorrupt: what is stored is damaged.
        """
        with wrapping("list %s %s*", type, prefix, type=type):
            check_type(type, self._context.types)
            found = await self._reader.fetch(lambda view: view.select(type, prefix, after, limit))
            return [Entry(type, id, data) for id, data in found]

    async def token(self, *groups: str) -> Token:
        """The state of change groups. What is read from then on is at least as new.

        Args:
            groups: their names, up to 100; of up to 256 printable characters without slash.
        """
        check_groups(groups)
        with wrapping("take a token of %s", ", ".join(groups) or "no groups"):
            view = await self._follower.fresh()
            revisions = {name: await self._revision(name) for name in groups}
            return Token(self._follower.revision, view.applied.epoch, revisions)

    async def _revision(self, group: str) -> int:
        entry = await self._context.journal.find(GROUPS + group)
        return entry.revision if entry else 0

    def watch(self, after: Token | None = None) -> AsyncGenerator[Change, None]:
        """Follow what is written by all instances, in the order in which it was.

        Args:
            after: the moment from which on; None is now. With a token that was taken before a list, what is in the list
                may come again, and nothing is missed.

        Raises:
            ErrCompacted: from the iterator: changes are gone, or all data was replaced: read all anew.
        """
        view = self._follower.view
        if after is None and view:
            return follow(self._context, self._follower.revision, view.applied, view.applied.epoch)
        if after is None:
            raise ErrInMaintenance("without a log there is no now: read something first, or give a token")
        return follow(self._context, after.revision, None, after.epoch)

    async def export(self) -> AsyncGenerator[bytes, None]:
        """All objects, as lines of JSON; the last line says how many there are, so that a cut export is recognised.

        Raises:
            ErrCorrupt: what is stored is damaged.
        """
        with wrapping("export"):
            await self._follower.fresh()
            await _jobs.checkpoint(self._context, self._known, force=True)
            newest = await in_thread(load_last, self._context.objects, self._known.checkpoint)
            async with aclosing(export(self._context.objects, newest)) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def import_from(self, chunks: AsyncIterator[bytes], spool_dir: str | None = None, *, name: str = "") -> None:
        """Put an export in the place of all there is, in maintenance only.

        Args:
            chunks: what `export` gave, in whatever pieces.
            spool_dir: where to keep it until it is validated; None is the directory for temporary files.
            name: what it is called from the moment on at which it is in that place, see `imported`.

        Raises:
            ErrNotInMaintenance: it is not in maintenance.
            ErrBadExport: the export is broken or cut off; nothing was changed.
            ErrConcurrency: somebody else imported at the same time.
        """
        with wrapping("import"):
            if not self.maintenance:
                raise ErrNotInMaintenance("this instance is not in maintenance, and an import replaces all there is")
            await import_chunks(self._context, chunks, spool_dir, name)
            await self._follower.restart()

    async def imported(self) -> str:
        """What the last import was called that went through, or empty."""
        with wrapping("look for the last import"):
            view = None if self.maintenance else self._follower.view
            return view.base.imported if view else await in_thread(load_imported, self._context.objects)

    async def fence_imports(self) -> str:
        """Let no import go through that hangs in another process; what the last was called that did, or empty."""
        with wrapping("fence off imports"):
            return await in_thread(fence_off, self._context)

    def status(self) -> Status:
        """What this instance knows, as it is."""
        view = self._follower.view
        if view is None:
            return Status(self.maintenance)
        counts = {type: view.count(type) for type in self._context.types}
        return Status(self.maintenance, view.applied, view.base.sequence, view.base.wal, counts, view.pending())

    async def sync(self) -> None:
        """Bring all that was written to where it outlives the loss of the store; this goes on by itself, too."""
        with wrapping("sync"):
            await self._follower.fresh()
            await _jobs.sync(self._context, wait=True)

    async def checkpoint(self, *, force: bool = False) -> None:
        """Make a checkpoint, if one is due or it is forced; this goes on by itself, too.

        Raises:
            kvstore.ErrLocked: another instance does, and it is not forced.
        """
        with wrapping("checkpoint"):
            await self._follower.fresh()
            await _jobs.checkpoint(self._context, self._known, force=force)
            await self._follower.rebase()

    async def clean(self) -> None:
        """Delete what is not needed any more; this goes on by itself, too.

        Raises:
            kvstore.ErrLocked: another instance does.
        """
        with wrapping("clean"):
            await self._follower.fresh()
            for clean in (clean_wals, clean_storage, clean_groups):
                await clean(self._context)

    async def _commit(self, data_id: str, raw: bytes, token: Token | None) -> tuple[Header, int]:
        for _ in range(_ATTEMPTS):
            try:
                return await self._context.journal.commit(data_id, raw, token)
            except NotInitialisedError:
                await self._follower.fresh()
        raise ErrConcurrency(f"the store was emptied {_ATTEMPTS} times")


@asynccontextmanager
async def open_data_manager(
    store: Store,
    storage: objectstorage.ObjectStorage,
    *,
    types: Collection[str],
    base: str = "",
    maintenance: bool = False,
    options: Options = Options(),  # noqa: B008 - it is frozen
) -> AsyncGenerator[DataManager, None]:
    """Open a data manager for as long as a block runs; several may be open on one store and storage.

    Args:
        store: where the log is; keys begin with `datamanager/`.
        storage: where everything is.
        types: the types of objects.
        base: what comes before the keys in the storage, as a path.
        maintenance: only export and import.
        options: the numbers.

    Raises:
        ErrNoDataStatus: the storage has WALs and no checkpoint.
        ErrMissing: a WAL is missing.
        ErrCorrupt: something is damaged.
    """
    with wrapping("open data manager on %s", storage.url):
        own = Store(store.backend, f"{store.prefix}datamanager/")
        context = Context(own, Journal(own, options.group_window), Objects(storage, base), tuple(types), options)
        manager = DataManager(context, maintenance=maintenance)
        if not maintenance:
            await manager.start()
    try:
        yield manager
    finally:
        await manager.close()
