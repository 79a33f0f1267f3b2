"""Data files: objects of one type in the order of their ids, a line for each, and an index of where they begin.

Both are written once and never changed. The index is held in memory, the lines are read when they are wanted.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from stackerr import mark, wrapping

from ._actions import decode_data
from ._errors import RESTORE, ErrCorrupt
from ._objects import CHECKPOINTS, seal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._objects import Objects
    from ._sequence import Sequence

DATA, INDEX = ".data", ".index"


class Place(NamedTuple):
    """Where the line of an object is, and its checksum."""

    key: str
    offset: int
    size: int
    crc32: int

    def check(self, line: bytes) -> bytes:
        """The data of the object, when the line is the one that was written.

        Raises:
            ErrCorrupt: it is another one.
        """
        if len(line) != self.size:
            raise ErrCorrupt(f"it is cut off: the object at {self.offset} has {self.size} bytes", hint=RESTORE)
        if zlib.crc32(line) != self.crc32:
            raise ErrCorrupt(f"the object at {self.offset} is not what was written there", hint=RESTORE)
        return decode_data(line)


@dataclass(slots=True)
class DataFile:
    """A data file with its index.

    Attributes:
        type: the type of its objects.
        name: what it is called, without type and suffix.
        size: how many bytes it has.
        ids: the ids of its objects, in order.
        offsets: where their lines begin.
        sums: the checksums of their lines.
    """

    type: str
    name: str
    size: int = 0
    ids: list[str] = field(default_factory=list)
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    sums: array[int] = field(default_factory=lambda: array("I"))

    @property
    def key(self) -> str:
        """Where it is in the object storage."""
        return f"{CHECKPOINTS}{self.type}/{self.name}{DATA}"

    def find(self, id: str) -> Place | None:
        """Where an object is, if it is here."""
        number = bisect_left(self.ids, id)
        return self.place(number) if number < len(self.ids) and self.ids[number] == id else None

    def place(self, number: int) -> Place:
        """Where the object of a number is."""
        end = self.offsets[number + 1] if number + 1 < len(self.offsets) else self.size
        return Place(self.key, self.offsets[number], end - self.offsets[number], self.sums[number])

    def lines(self, objects: Objects) -> Iterator[tuple[str, bytes]]:
        """All its ids and lines.

        Raises:
            ErrMissing: the file is not there.
            ErrCorrupt: it is not the one that was written.
        """
        with wrapping("read data file %s", self.key, key=self.key):
            raw = objects.get(self.key)
            for number, id in enumerate(self.ids):
                place = self.place(number)
                line = raw[place.offset : place.offset + place.size]
                if zlib.crc32(line) != place.crc32:
                    place.check(line)
                yield id, line

    def to_dict(self) -> dict[str, Any]:
        """What a checkpoint says of it."""
        return {"name": self.name, "size": self.size, "count": len(self.ids), "last_id": self.ids[-1]}


def load_file(objects: Objects, type: str, stated: dict[str, Any]) -> DataFile:
    """A data file, by its index and what a checkpoint says of it.

    Raises:
        ErrMissing: the index is not there.
        ErrCorrupt: it is not the one that was written.
    """
    file = DataFile(type, stated["name"], stated["size"])
    key = file.key.removesuffix(DATA) + INDEX
    with wrapping("load index %s", key, key=key):
        entries = objects.get_sealed(key)
        try:
            file.ids = list(entries)
            file.offsets.extend(offset for offset, _ in entries.values())
            file.sums.extend(checksum for _, checksum in entries.values())
        except (ValueError, TypeError, OverflowError, AttributeError) as err:
            raise mark(err, ErrCorrupt, "cannot make sense of the index") from err
        if not file.ids or file.to_dict() != stated:
            raise ErrCorrupt("the index is not that of the data file", hint=RESTORE)
    return file


class FileWriter:
    """Writes the objects of one type into data files, beginning another one when one is full.

    Args:
        objects: where to.
        type: the type of the objects.
        sequence: the checkpoint that they belong to.
        max_bytes: when a file is full.
    """

    def __init__(self, objects: Objects, type: str, sequence: Sequence, max_bytes: int) -> None:
        self._objects = objects
        self._type = type
        self._sequence = sequence
        self._max_bytes = max_bytes
        self._lines: list[bytes] = []
        self._file = self._new()
        self.files: list[DataFile] = []

    def add(self, id: str, line: bytes) -> None:
        """Write an object, whose id comes after that of the one before."""
        file = self._file
        file.ids.append(id)
        file.offsets.append(file.size)
        file.sums.append(zlib.crc32(line))
        file.size += len(line)
        self._lines.append(line)
        if file.size >= self._max_bytes:
            self.flush()

    def flush(self) -> None:
        """Write the file that was begun, if one was."""
        if self._lines:
            file, lines = self._file, self._lines
            entries = dict(zip(file.ids, zip(file.offsets, file.sums, strict=True), strict=True))
            with wrapping("write data file %s", file.key, key=file.key):
                self._objects.put(file.key, b"".join(lines))
                self._objects.put(file.key.removesuffix(DATA) + INDEX, seal(entries))
            self.files.append(file)
            self._file, self._lines = self._new(), []

    def _new(self) -> DataFile:
        return DataFile(self._type, f"{self._sequence}-{uuid4().hex}")
