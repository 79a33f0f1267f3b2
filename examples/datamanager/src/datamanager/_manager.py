"""The data manager: what users call. Each call says what it was doing when it fails."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from uuid import uuid4

import objectstorage
from kvstore import Store
from stackerr import wrapping

from . import _jobs
from ._actions import Entry, check_actions, check_id, check_type, encode_actions
from ._cache import Cache
from ._context import Context, Known
from ._datafile import Place
from ._errors import ErrConcurrency, ErrInMaintenance, ErrMissing, ErrNotExist
from ._follower import Follower
from ._loops import Loops
from ._objects import WAL_DATA, Objects, in_thread
from ._options import Options
from ._reader import read_places
from ._token import GROUPS, Token, check_groups
from ._wal import Journal, NotInitialisedError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Sequence
    from typing import TypeAlias

    from ._actions import Action
    from ._view import Found, View
    from ._wal import Header

    Chosen: TypeAlias = list[tuple[str, Found]]
    Filled: TypeAlias = list[tuple[str, bytes]]

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
        self._cache = Cache(context.options.cache_bytes)
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
        with wrapping("write %s actions", len(checked)):
            if self.maintenance:
                raise ErrInMaintenance("nothing is written in maintenance")
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

            [(_, data)] = await self._fetch(find)
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
            found = await self._fetch(lambda view: view.select(type, prefix, after, limit))
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

    async def sync(self) -> None:
        """Bring all that was written to where it outlives the loss of the store."""
        await _jobs.sync(self._context, wait=True)

    async def checkpoint(self, *, force: bool = False) -> None:
        """Make a checkpoint, if one is due or it is forced."""
        await _jobs.checkpoint(self._context, self._known, force=force)
        await self._follower.rebase()

    async def _commit(self, data_id: str, raw: bytes, token: Token | None) -> tuple[Header, int]:
        for _ in range(_ATTEMPTS):
            try:
                return await self._context.journal.commit(data_id, raw, token)
            except NotInitialisedError:
                await self._follower.fresh()
        raise ErrConcurrency(f"the store was emptied {_ATTEMPTS} times")

    async def _fetch(self, choose: Callable[[View], Chosen]) -> Filled:
        """The data of what is chosen; of files that newer checkpoints have made superfluous meanwhile, from those."""
        for _ in range(_ATTEMPTS):
            chosen = choose(await self._follower.fresh())
            try:
                return await self._fill(chosen)
            except ErrMissing:
                if not await self._follower.rebase():
                    raise
        return await self._fill(choose(await self._follower.fresh()))

    async def _fill(self, chosen: Chosen) -> Filled:
        places = [found for _, found in chosen if isinstance(found, Place)]
        known = {place: data for place in places if (data := self._cache.get(place)) is not None}
        if wanted := [place for place in places if place not in known]:
            read = await in_thread(read_places, self._context.objects, wanted)
            for place, data in read.items():
                self._cache.put(place, data)
            known |= read
        return [(id, known[found] if isinstance(found, Place) else found) for id, found in chosen]


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
    with wrapping("open data manager"):
        own = Store(store.backend, f"{store.prefix}datamanager/")
        context = Context(own, Journal(own, options.group_window), Objects(storage, base), tuple(types), options)
        manager = DataManager(context, maintenance=maintenance)
        if not maintenance:
            await manager.start()
    try:
        yield manager
    finally:
        await manager.close()
