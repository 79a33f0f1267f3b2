"""The end of what is not needed any more: WALs, checkpoints with their files, change groups.

Each looks first, and takes its lock only when there is something to do.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import takewhile
from typing import TYPE_CHECKING

from kvstore import Delete, ErrKeyModified, unchanged
from stackerr import wrapping

from ._checkpoint import checkpoint_key
from ._datafile import DATA, INDEX
from ._errors import ErrCorrupt, ErrMissing, ErrNoDataStatus
from ._init import read_status, status_key
from ._jobs import find_pointer, read_pointer
from ._objects import CHECKPOINTS, COMMITTED, STATUS, WAL_DATA, WAL_STATUS, in_thread
from ._sequence import Sequence
from ._token import GROUPS, MIN_REVISION
from ._wal import CHECKPOINTED

if TYPE_CHECKING:
    from typing import Any

    from kvstore import Entry

    from ._context import Context
    from ._objects import Objects

_AT_ONCE = 100


async def clean_wals(context: Context) -> None:
    """Delete the oldest WALs from the store that are in a checkpoint, beyond those to be kept."""
    with wrapping("clean WALs of the store"):
        if not await _spare_wals(context):
            return
        async with context.store.lock("locks/clean-wals", ttl=context.options.lock_ttl, wait=False) as lock:
            while spare := (await _spare_wals(context))[:_AT_ONCE]:
                await context.store.commit([lock.guard], [Delete(key) for key in spare])


async def _spare_wals(context: Context) -> list[str]:
    pointer = read_pointer(await find_pointer(context, CHECKPOINTED))
    headers = await context.journal.headers()
    beyond = headers[: max(len(headers) - max(context.options.keep_wals, 1), 0)]
    return [header.key for header in takewhile(lambda header: header.sequence <= pointer, beyond)]


async def clean_storage(context: Context) -> None:
    """Delete old checkpoints with the files that only they name, and WALs that no checkpoint needs."""
    with wrapping("clean the object storage"):
        async with context.store.lock("locks/clean-storage", ttl=context.options.lock_ttl, wait=False):
            headers = await context.journal.headers(limit=1)
            oldest = await in_thread(_clean_checkpoints, context.objects, max(context.options.keep_checkpoints, 1))
            bound = min([oldest, *(header.sequence for header in headers)])
            await in_thread(_clean_storage_wals, context.objects, bound)


def _clean_checkpoints(objects: Objects, keep: int) -> Sequence:
    """Keep the newest checkpoints; the last WAL that is in the oldest of them.

    The files of a checkpoint that is being made have higher numbers than the newest one there is, and are let be.

    Raises:
        ErrNoDataStatus: there is no checkpoint.
        ErrCorrupt: one that is kept cannot be read; nothing was deleted.
    """
    sequences = objects.sequences(CHECKPOINTS, STATUS)
    if not sequences:
        raise ErrNoDataStatus("the object storage has no checkpoint")
    documents = [objects.get_sealed(checkpoint_key(sequence)) for sequence in sequences[-keep:]]
    needed = {name for document in documents for name in _names(document)}
    files = [key for key in objects.keys(CHECKPOINTS) if key.endswith((DATA, INDEX))]
    for sequence in sequences[:-keep]:
        objects.delete(checkpoint_key(sequence))
    for key in files:
        name = key.rpartition("/")[2].removesuffix(DATA).removesuffix(INDEX)
        if name not in needed and _number(name) <= sequences[-1]:
            objects.delete(key)
    return Sequence.parse(documents[0]["wal"])


def _names(document: dict[str, Any]) -> list[str]:
    return [file["name"] for files in document["files"].values() for file in files]


def _number(name: str) -> Sequence:
    with wrapping("read the name of data file %s", name):
        return Sequence.parse(name.rpartition("-")[0])


def _clean_storage_wals(objects: Objects, bound: Sequence) -> None:
    """Delete the WALs before one of them, each first its data, so that none is left that no header names."""
    for sequence in objects.sequences(WAL_STATUS, COMMITTED):
        if sequence < bound:
            with suppress(ErrMissing, ErrCorrupt):  # then its data cannot be found, and they are not needed
                objects.delete(WAL_DATA + read_status(objects, sequence).data_id)
            objects.delete(status_key(sequence))


async def clean_groups(context: Context) -> None:
    """Forget change groups that were changed so long ago that no token remembers.

    First `changegroupsminrev` is touched: a token that is older than what is forgotten then fails by that.
    """
    with wrapping("clean change groups"):
        if not await _old_groups(context, 0):
            return
        async with context.store.lock("locks/clean-groups", ttl=context.options.lock_ttl, wait=False):
            newest = await context.store.put(MIN_REVISION, b"")
            for entry in await _old_groups(context, newest):
                await _forget(context, entry)


async def _old_groups(context: Context, newest: int) -> list[Entry]:
    with wrapping("look through the change groups"):
        page = await context.store.list(GROUPS)
    oldest = (newest or page.revision) - context.options.group_window
    return [entry for entry in page.entries if entry.revision < oldest]


async def _forget(context: Context, entry: Entry) -> None:
    try:
        await context.store.commit([unchanged(entry.key, entry.revision)], [Delete(entry.key)])
    except ErrKeyModified:
        return  # it was changed meanwhile


async def ping(context: Context) -> None:
    """Give a sign of life: a watch whose keys never change could not be taken up again after a lost connection."""
    with wrapping("give a sign of life"):
        await context.store.put("ping", b"")
