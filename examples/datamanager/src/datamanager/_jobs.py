"""What goes on behind the writes: WALs into the object storage, checkpoints, and the end of what is not needed.

Each is done by one instance at a time, and may be done twice without harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvstore import ErrKeyModified
from stackerr import wrapping

from ._checkpoint import Changes, Checkpoint, fold, load_last, write_next
from ._errors import ErrMissing
from ._init import status_key
from ._objects import in_thread, seal
from ._sequence import Sequence
from ._wal import CHECKPOINTED, SYNCED, Header, NotInitialisedError, read_actions

if TYPE_CHECKING:
    from kvstore import Entry

    from ._context import Context, Known
    from ._objects import Objects

_AT_ONCE = 100


async def sync(context: Context, *, wait: bool = False) -> None:
    """Write the headers of all WALs to the object storage, in order, so that the store may be lost.

    Raises:
        kvstore.ErrLocked: somebody else does, and you did not want to wait.
        NotInitialisedError: there is no log.
    """
    with wrapping("sync WALs"):
        if not await _unsynced(context, 1):
            return
        async with context.store.lock("locks/sync", ttl=context.options.lock_ttl, wait=wait):
            while headers := await _unsynced(context, _AT_ONCE):
                pointer = await find_pointer(context, SYNCED)
                await in_thread(_write_headers, context.objects, headers)
                await _move(context, pointer, str(headers[-1].sequence))


async def _unsynced(context: Context, limit: int) -> list[Header]:
    synced = await _synced(context)
    return await context.journal.headers(after=synced, limit=limit)


async def _synced(context: Context) -> Sequence:
    """The last WAL whose header is in the object storage too."""
    return Sequence.parse((await find_pointer(context, SYNCED)).value.decode())


def _write_headers(objects: Objects, headers: list[Header]) -> None:
    for header in headers:
        with wrapping("sync WAL %s", header.sequence, wal=str(header.sequence)):
            objects.put(status_key(header.sequence), seal(header.to_dict()))


async def find_pointer(context: Context, key: str) -> Entry:
    entry = await context.journal.find(key)
    if entry is None:
        raise NotInitialisedError(f"the store has no key {key}")
    return entry


async def _move(context: Context, pointer: Entry, value: str) -> None:
    """Move a pointer on; when somebody else has, or all was begun anew, leave it."""
    try:
        await context.store.put_if(pointer.key, value.encode(), pointer.revision)
    except ErrKeyModified:
        return


async def checkpoint(context: Context, known: Known, *, force: bool = False) -> None:
    """Write a checkpoint of the WALs that are in the object storage, when there are enough of them.

    Args:
        context: where everything is.
        known: the newest checkpoint that was seen.
        force: also when there are few; what is not in the object storage yet is brought there.

    Raises:
        kvstore.ErrLocked: somebody else does; not when it is forced.
        ErrMissing: a WAL or its data is missing.
        ErrCorrupt: something is damaged.
        NotInitialisedError: there is no log.
    """
    if force:
        await sync(context, wait=True)
    elif not await _is_due(context):
        return
    with wrapping("make a checkpoint"):
        async with context.store.lock("locks/checkpoint", ttl=context.options.lock_ttl, wait=force):
            pointer = await find_pointer(context, CHECKPOINTED)
            newest = await in_thread(load_last, context.objects, known.checkpoint)
            headers = await _waiting(context, newest)
            if headers:
                maximum = context.options.max_file_bytes
                newest = await in_thread(_fold, context.objects, newest, headers, maximum)
            known.checkpoint = newest
            if pointer.value.decode() != newest.pointer:
                await _move(context, pointer, newest.pointer)


async def _is_due(context: Context) -> bool:
    least = max(context.options.min_wals, 1)
    wal = read_pointer(await find_pointer(context, CHECKPOINTED))
    synced = await _synced(context)
    headers = await context.journal.headers(after=wal, limit=least)
    return len([header for header in headers if header.sequence <= synced]) >= least


async def _waiting(context: Context, newest: Checkpoint) -> list[Header]:
    """The WALs in the object storage that are not in the newest checkpoint.

    Raises:
        ErrMissing: they do not follow it.
    """
    synced = await _synced(context)
    headers = await context.journal.headers(after=newest.wal)
    headers = [header for header in headers if header.sequence <= synced]
    if headers and headers[0].previous != newest.wal:
        raise ErrMissing(f"WAL {headers[0].previous} is missing after checkpoint {newest.sequence}")
    return headers


def _fold(objects: Objects, base: Checkpoint, headers: list[Header], max_bytes: int) -> Checkpoint:
    changes: Changes = {}
    for header in headers:
        fold(changes, read_actions(objects, header))
    return write_next(objects, base, changes, headers[-1].sequence, max_bytes)


def read_pointer(entry: Entry) -> Sequence:
    """The last WAL in the checkpoint that `checkpointseq` names."""
    return Sequence.parse(entry.value.decode().partition(" ")[2])
