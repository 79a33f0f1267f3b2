"""Beginning anew: when the store is new, was lost, or is older than the object storage, which alone must suffice."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kvstore import DeletePrefix, ErrKeyModified, Put, unchanged
from stackerr import mark, wrapping

from ._checkpoint import Changes, Checkpoint, check_complete, commit, fold, load_last, write_next
from ._errors import ErrConcurrency, ErrMissing, ErrNoDataStatus
from ._objects import COMMITTED, WAL_STATUS, in_thread
from ._sequence import Sequence
from ._token import GROUPS, MIN_REVISION
from ._wal import CHECKPOINTED, LAST, SYNCED, WALS, Header, NotInitialisedError, read_actions

if TYPE_CHECKING:
    from kvstore import Change, Store

    from ._objects import Objects
    from ._wal import Journal


async def initialise(store: Store, journal: Journal, objects: Objects, *, max_bytes: int, ttl: float) -> Checkpoint:
    """See to it that the store has a log that follows the newest checkpoint; that checkpoint.

    A store without a log gets a new one. What was written since the last checkpoint is read from the object storage
    and put into another checkpoint, from which the new log begins, in an epoch of its own.

    Raises:
        ErrNoDataStatus: the object storage has WALs and no checkpoint: it is damaged.
        ErrMissing: a WAL is missing between others.
        ErrCorrupt: something is damaged.
    """
    with wrapping("initialise the log"):
        checkpoint, last, revision = await _look(journal, objects)
        if checkpoint and last and last >= checkpoint.wal:
            return checkpoint
        async with store.lock("locks/init", ttl=ttl):
            checkpoint, last, revision = await _look(journal, objects)
            if checkpoint and last and last >= checkpoint.wal:
                return checkpoint
            checkpoint = await in_thread(_recover, objects, checkpoint, last, max_bytes)
            await begin_log(store, checkpoint, revision)
            return checkpoint


async def _look(journal: Journal, objects: Objects) -> tuple[Checkpoint | None, Sequence | None, int]:
    """The newest checkpoint, the last WAL, and the revision at which it was committed; as far as there are such."""
    checkpoint = await in_thread(_last_or_none, objects)
    try:
        return checkpoint, *await journal.last()
    except NotInitialisedError:
        return checkpoint, None, 0


async def begin_log(store: Store, checkpoint: Checkpoint, revision: int) -> None:
    """Forget the log there is, and begin one after a checkpoint: all at one revision.

    Raises:
        ErrConcurrency: the log moved on from that revision of `walsdata`.
    """
    wal = str(checkpoint.wal).encode()
    changes: list[Change] = [
        DeletePrefix(WALS),
        DeletePrefix(GROUPS),
        Put(LAST, wal),
        Put(SYNCED, wal),
        Put(CHECKPOINTED, checkpoint.pointer.encode()),
        Put(MIN_REVISION, b"%d" % time.time()),
    ]
    with wrapping("begin a log after checkpoint %s", checkpoint.sequence):
        try:
            await store.commit([unchanged(LAST, revision)], changes)
        except ErrKeyModified as err:
            raise mark(err, ErrConcurrency, "the log moved on") from err


def _last_or_none(objects: Objects) -> Checkpoint | None:
    try:
        return load_last(objects)
    except ErrNoDataStatus:
        return None


def _recover(objects: Objects, checkpoint: Checkpoint | None, last: Sequence | None, max_bytes: int) -> Checkpoint:
    """Write a checkpoint of all that the object storage has, with a WAL of a new epoch as its last."""
    sequences = objects.sequences(WAL_STATUS, COMMITTED)
    if checkpoint is None:
        _check_new(sequences, last)
        epoch = Sequence.begin()
        return commit(objects, Checkpoint(epoch, epoch, {}))
    check_complete(objects, checkpoint)
    changes: Changes = {}
    for header in _headers(objects, checkpoint.wal, sequences):
        fold(changes, read_actions(objects, header))
    epoch = Sequence.begin(checkpoint.wal, *sequences, *([last] if last else []))
    return write_next(objects, checkpoint, changes, epoch, max_bytes)


def _check_new(sequences: list[Sequence], last: Sequence | None) -> None:
    """Without a checkpoint there must be nothing else either: the first one is written before the first WAL."""
    if sequences:
        raise ErrNoDataStatus(
            f"the object storage has {len(sequences)} WALs and no checkpoint",
            hint="restore data/*.status from a backup, or import an export in maintenance",
        )
    if last:
        raise ErrNoDataStatus(
            f"the store has a log up to WAL {last}, and the object storage has no checkpoint",
            hint="is it the right object storage? To begin with nothing, delete the keys datamanager/ of the store",
        )


def _headers(objects: Objects, wal: Sequence, sequences: list[Sequence]) -> list[Header]:
    """The headers after a WAL, each of which must follow the one before."""
    headers = [read_status(objects, sequence) for sequence in sequences if sequence > wal]
    for header in headers:
        if header.previous != wal:
            raise ErrMissing(
                f"WAL {header.previous} is missing: {header.sequence} follows it, and the last one before is {wal}",
                missing=str(header.previous),
                hint=f"restore {status_key(header.previous)} and its data from a backup, or import an export",
            )
        wal = header.sequence
    return headers


def status_key(sequence: Sequence) -> str:
    """Where the header of a WAL is in the object storage."""
    return f"{WAL_STATUS}{sequence}{COMMITTED}"


def read_status(objects: Objects, sequence: Sequence) -> Header:
    """The header of a WAL, from the object storage."""
    with wrapping("read the header of WAL %s", sequence, wal=str(sequence)):
        return Header.from_dict(objects.get_sealed(status_key(sequence)))
