"""Checkpoints: all objects as they were after one WAL, in files of which the next checkpoint shares most."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import objectstorage
from stackerr import mark, wrapping

from ._actions import Put, encode_entry
from ._datafile import DataFile, FileWriter, load_file
from ._errors import RESTORE, ErrConcurrency, ErrCorrupt, ErrMissing, ErrNoDataStatus
from ._objects import CHECKPOINTS, STATUS, seal
from ._sequence import Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ._actions import Action
    from ._datafile import Place
    from ._objects import Objects

Changes: TypeAlias = dict[str, dict[str, bytes | None]]
"""By type and id what an object is from then on: data, or None for none."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint, with the indexes of its files.

    Attributes:
        sequence: its number.
        wal: the last WAL that is in it.
        files: the data files of each type, in the order of the ids.
        imported: what the last import was called; empty when there was none.
    """

    sequence: Sequence
    wal: Sequence
    files: Mapping[str, list[DataFile]]
    imported: str = ""

    @property
    def pointer(self) -> str:
        """What `checkpointseq` in the store says of it."""
        return f"{self.sequence} {self.wal}"

    def find(self, type: str, id: str) -> Place | None:
        """Where an object is, if there is one."""
        files = self.files.get(type, ())
        number = bisect_left(files, id, key=_last_id)
        return files[number].find(id) if number < len(files) else None

    def after(self, type: str, start: str, *, inclusive: bool) -> Iterator[tuple[str, Place]]:
        """The ids of a type from one on, in order, and where the objects are."""
        files = self.files.get(type, ())
        for file in files[bisect_left(files, start, key=_last_id) :]:
            first = bisect_left(file.ids, start)
            if first < len(file.ids) and file.ids[first] == start and not inclusive:
                first += 1
            for number in range(first, len(file.ids)):
                yield file.ids[number], file.place(number)

    def count(self, type: str) -> int:
        """How many objects of a type there are."""
        return sum(len(file.ids) for file in self.files.get(type, ()))

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        files = {type: [file.to_dict() for file in files] for type, files in self.files.items()}
        return {"sequence": str(self.sequence), "wal": str(self.wal), "files": files, "imported": self.imported}


def _last_id(file: DataFile) -> str:
    return file.ids[-1]


def checkpoint_key(sequence: Sequence) -> str:
    """Where a checkpoint is in the object storage."""
    return f"{CHECKPOINTS}{sequence}{STATUS}"


def load_last(objects: Objects, known: Checkpoint | None = None) -> Checkpoint:
    """The newest checkpoint.

    Args:
        objects: where from.
        known: an older one, whose indexes need not be read again.

    Raises:
        ErrNoDataStatus: there is none.
        ErrCorrupt: it cannot be read.
    """
    sequences = objects.sequences(CHECKPOINTS, STATUS)
    if not sequences:
        raise ErrNoDataStatus("the object storage has no checkpoint")
    if known and known.sequence == sequences[-1]:
        return known
    return load(objects, sequences[-1], known)


def load(objects: Objects, sequence: Sequence, known: Checkpoint | None = None) -> Checkpoint:
    """A checkpoint by its number.

    Raises:
        ErrMissing: it is not there, or one of its indexes is not.
        ErrCorrupt: it or one of its indexes is not what was written.
    """
    with wrapping("load checkpoint %s", sequence, checkpoint=str(sequence)):
        document = objects.get_sealed(checkpoint_key(sequence))
        indexes = {file.name: file for files in known.files.values() for file in files} if known else {}
        try:
            files = {
                type: [indexes.get(stated["name"]) or load_file(objects, type, stated) for stated in those]
                for type, those in document["files"].items()
            }
            return Checkpoint(sequence, Sequence.parse(document["wal"]), files, document.get("imported", ""))
        except (ValueError, LookupError, TypeError, AttributeError) as err:
            raise mark(err, ErrCorrupt, "cannot make sense of the checkpoint") from err


def load_imported(objects: Objects) -> str:
    """What the last import was called that became the newest checkpoint, or one before it; empty for none."""
    sequences = objects.sequences(CHECKPOINTS, STATUS)
    if not sequences:
        return ""
    imported: str = objects.get_sealed(checkpoint_key(sequences[-1])).get("imported", "")
    return imported


def fold(changes: Changes, actions: Iterable[Action]) -> None:
    """Let actions come after changes."""
    for action in actions:
        changes.setdefault(action.type, {})[action.id] = action.data if isinstance(action, Put) else None


def write_next(objects: Objects, base: Checkpoint, changes: Changes, wal: Sequence, max_bytes: int) -> Checkpoint:
    """Write the checkpoint that follows another one; its status, written last, is the moment from which it counts.

    Args:
        objects: where to.
        base: the newest checkpoint.
        changes: what is different since.
        wal: the last WAL of which that is so.
        max_bytes: when a data file is full.

    Raises:
        ErrConcurrency: somebody else wrote the one that follows.
    """
    sequence = base.sequence.next()
    types = sorted({*base.files, *changes})
    files = {
        type: list(_rewrite(objects, type, base.files.get(type, []), changes.get(type, {}), sequence, max_bytes))
        for type in types
    }
    files = {type: those for type, those in files.items() if those}
    return commit(objects, Checkpoint(sequence, wal, files, base.imported))


def commit(objects: Objects, checkpoint: Checkpoint) -> Checkpoint:
    """Write the status of a checkpoint whose files are there.

    Raises:
        ErrConcurrency: somebody else wrote a checkpoint of that number.
    """
    with wrapping("commit checkpoint %s", checkpoint.sequence, checkpoint=str(checkpoint.sequence)):
        try:
            objects.put(checkpoint_key(checkpoint.sequence), seal(checkpoint.to_dict()), exclusive=True)
        except objectstorage.ErrExist as err:
            raise mark(err, ErrConcurrency, "somebody else wrote it") from err
    return checkpoint


def _rewrite(
    objects: Objects,
    type: str,
    files: list[DataFile],
    changes: Mapping[str, bytes | None],
    sequence: Sequence,
    max_bytes: int,
) -> Iterator[DataFile]:
    """The files of a type after the changes: those that no change touches are shared."""
    for file, own in _assign(files, changes):
        if file and not own:
            yield file
            continue
        lines = dict(file.lines(objects)) if file else {}
        for id, data in own.items():
            if data is None:
                lines.pop(id, None)
            else:
                lines[id] = encode_entry(type, id, data)
        writer = FileWriter(objects, type, sequence, max_bytes)
        for id in sorted(lines):
            writer.add(id, lines[id])
        writer.flush()
        yield from writer.files


def _assign(
    files: list[DataFile], changes: Mapping[str, bytes | None]
) -> Iterator[tuple[DataFile | None, dict[str, bytes | None]]]:
    """Each file with the changes of the ids that it covers; what comes behind the last file belongs to it."""
    if not files:
        yield None, dict(changes)
    ids = sorted(changes)
    for file in files:
        end = bisect_left(ids, file.ids[-1] + "\0") if file is not files[-1] else len(ids)
        yield file, {id: changes[id] for id in ids[:end]}
        del ids[:end]


def check_complete(objects: Objects, checkpoint: Checkpoint) -> None:
    """Look whether all the data files of a checkpoint are there.

    Raises:
        ErrMissing: one is not.
    """
    there = set(objects.keys(CHECKPOINTS))
    for file in (file for files in checkpoint.files.values() for file in files):
        if file.key not in there:
            raise ErrMissing(f"data file {file.key} of checkpoint {checkpoint.sequence} is missing", hint=RESTORE)
