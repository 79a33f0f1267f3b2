"""Imports: an export is spooled and validated as a whole, then written, and at last put in the place of what was."""

from __future__ import annotations

import json
import tempfile
from base64 import b64decode
from contextlib import suppress
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import IO, TYPE_CHECKING, Any

from stackerr import mark, wrapping

from ._actions import MAX_OBJECT_BYTES, Entry, Put, check_actions, encode_entry
from ._checkpoint import Checkpoint, checkpoint_key, commit, load_imported, load_last, write_next
from ._datafile import FileWriter
from ._errors import ErrBadExport, ErrCorrupt, ErrNoDataStatus
from ._objects import CHECKPOINTS, COMMITTED, STATUS, WAL_STATUS, in_thread
from ._sequence import Sequence
from ._wal import LAST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterator

    from ._context import Context
    from ._datafile import DataFile
    from ._objects import Objects

_LONGEST_LINE = MAX_OBJECT_BYTES * 4 // 3 + (64 << 10)
_HINT = "export again"
_HINT_IF_EDITED = "export again; or, where somebody changed it on purpose, take sha256 out of the last line"


async def import_chunks(context: Context, chunks: AsyncIterator[bytes], spool_dir: str | None, name: str) -> None:
    """Put an export in the place of all that was.

    What is wrong with it is found before anything is changed. The status of the new checkpoint, which names a WAL of
    a new epoch as its last, is the moment from which it counts: no WAL of before comes after it. The log in the store
    is then older than that, and whoever meets it next begins it anew.

    Raises:
        ErrBadExport: it is broken, or not complete.
        ErrConcurrency: somebody else imported or made a checkpoint at the same time.
    """
    with wrapping("open a spool in %s", spool_dir or "the directory for temporary files"):
        spool: IO[bytes] = await in_thread(tempfile.TemporaryFile, "w+b", dir=spool_dir)
    try:
        await _spool(chunks, spool)
        with wrapping("validate the export"):
            await in_thread(_validate, spool, context.types)
        with wrapping("put it in the place of what is there"):
            async with context.store.lock("locks/checkpoint", ttl=context.options.lock_ttl):
                entry = await context.journal.find(LAST)
                known = [Sequence.parse(entry.value.decode())] if entry else []
                await in_thread(_write, context, spool, known, name)
    finally:
        spool.close()


async def _spool(chunks: AsyncIterator[bytes], spool: IO[bytes]) -> None:
    async for chunk in chunks:
        with wrapping("spool %s bytes of the export", len(chunk)):
            await in_thread(spool.write, chunk)


def _validate(spool: IO[bytes], types: Collection[str]) -> None:
    for _ in _entries(spool, types):
        pass


def _write(context: Context, spool: IO[bytes], known: list[Sequence], name: str) -> None:
    """Write an export that was validated as the next checkpoint."""
    objects = context.objects
    sequences = objects.sequences(CHECKPOINTS, STATUS)
    sequence = sequences[-1].next() if sequences else Sequence.begin()
    files: dict[str, list[DataFile]] = {}
    for type, entries in groupby(_entries(spool, context.types), key=itemgetter(0)):
        writer = FileWriter(objects, type, sequence, context.options.max_file_bytes)
        for _, id, line in entries:
            writer.add(id, line)
        writer.flush()
        files[type] = writer.files
    wals = objects.sequences(WAL_STATUS, COMMITTED)
    wal = Sequence.begin(*wals, *known, *_last_wals(objects, sequences))
    commit(objects, Checkpoint(sequence, wal, files, name))


def fence_off(context: Context) -> str:
    """Take the number that an import would have whose process hangs: when that goes on, it is not the next any more.

    Returns:
        What the last import was called that went through, or empty.
    """
    with suppress(ErrNoDataStatus):
        newest = load_last(context.objects)
        write_next(context.objects, newest, {}, newest.wal, context.options.max_file_bytes)
    return load_imported(context.objects)


def _last_wals(objects: Objects, sequences: list[Sequence]) -> Iterator[Sequence]:
    """The last WALs of the checkpoints; one that cannot be read may be why there is an import."""
    for sequence in sequences:
        with suppress(ErrCorrupt, ValueError, LookupError):
            yield Sequence.parse(objects.get_sealed(checkpoint_key(sequence))["wal"])


def _entries(spool: IO[bytes], types: Collection[str]) -> Iterator[tuple[str, str, bytes]]:
    """The type, id and line of each object of an export, as this package writes them.

    Raises:
        ErrBadExport: a line is no such; the message says which one, and why.
    """
    with wrapping("go back to the begin of the spool"):
        spool.seek(0)
    last, count, digest = ("", ""), 0, sha256()
    while line := spool.readline(_LONGEST_LINE):
        with wrapping("line %s", count + 1, line=count + 1):
            document = _parse(line)
            if "end" in document:
                return _check_end(document, count, digest.hexdigest(), spool.read(1))
            entry = _read_entry(document, types)
            if (entry.type, entry.id) <= last:
                raise ErrBadExport(f"{entry.type} {entry.id} comes after {' '.join(last)}: types and ids must go up")
        last, count = (entry.type, entry.id), count + 1
        digest.update(line)
        yield entry.type, entry.id, encode_entry(entry.type, entry.id, entry.data)
    raise ErrBadExport(f"it was cut off after {count} objects: the last line, which says so, is missing", hint=_HINT)


def _parse(line: bytes) -> dict[str, Any]:
    if not line.endswith(b"\n"):
        raise ErrBadExport("the line is cut off, or too long", hint=_HINT)
    try:
        document = json.loads(line)
    except ValueError as err:
        raise mark(err, ErrBadExport, f"no JSON: {line[:60]!r}") from err
    if not isinstance(document, dict):
        raise ErrBadExport(f"no JSON object: {line[:60]!r}")
    return document


def _check_end(document: dict[str, Any], count: int, digest: str, rest: bytes) -> None:
    if unknown := document.keys() - {"end", "count", "sha256"}:
        raise ErrBadExport(
            f"the last line has {', '.join(map(repr, sorted(unknown)))}, which no export has", hint=_HINT
        )
    if document.get("count") != count:
        raise ErrBadExport(f"it counts {document.get('count')!r} objects, and there are {count}", hint=_HINT)
    if document.get("sha256", digest) != digest:
        raise ErrBadExport("the lines are not those that were exported: sha256 is another", hint=_HINT_IF_EDITED)
    if rest:
        raise ErrBadExport("something comes after the last line", hint=_HINT)


def _read_entry(document: dict[str, Any], types: Collection[str]) -> Entry:
    try:
        entry = Entry(str(document["type"]), str(document["id"]), b64decode(document["data"], validate=True))
        check_actions([Put(entry.type, entry.id, entry.data)], types)
    except (ValueError, LookupError, TypeError) as err:
        raise mark(err, ErrBadExport, "no object") from err
    return entry
