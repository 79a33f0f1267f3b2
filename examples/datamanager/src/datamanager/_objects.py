"""The object storage, as the rest of the package sees it: whole objects and parts of them, called in threads.

    wals/data/<uuid>                    the actions of one write
    wals/status/<sequence>.committed    the header of a WAL that was committed
    data/<sequence>.status              a checkpoint: which files there are for each type, and the last WAL in them
    data/<type>/<sequence>-<uuid>.data  objects in the order of their ids, a line of JSON for each
    data/<type>/<sequence>-<uuid>.index where each of them begins

Headers, checkpoints and indexes are sealed: a line of JSON, and its checksum on a second line.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from typing import TYPE_CHECKING, Any

from objectstorage import ErrNotExist
from stackerr import mark, wrapping

from ._actions import dump_line
from ._errors import RESTORE, ErrCorrupt, ErrMissing
from ._sequence import Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import ParamSpec, TypeVar

    from objectstorage import ObjectInfo, ObjectStorage

    P = ParamSpec("P")
    T = TypeVar("T")

WAL_DATA, WAL_STATUS, CHECKPOINTS = "wals/data/", "wals/status/", "data/"
COMMITTED, STATUS = ".committed", ".status"


class Objects:
    """An object storage, from a base path on; every call blocks.

    Args:
        storage: where the objects are.
        base: what comes before their keys, as a path.
    """

    def __init__(self, storage: ObjectStorage, base: str = "") -> None:
        self._storage = storage
        self._base = base.strip("/") + "/" if base.strip("/") else ""

    def get(self, key: str) -> bytes:
        """All of an object.

        Raises:
            ErrMissing: there is none.
        """
        return self._read(key, 0, -1)

    def get_span(self, key: str, offset: int, size: int) -> bytes:
        """A part of an object; less at its end."""
        return self._read(key, offset, size)

    def put(self, key: str, data: bytes, *, exclusive: bool = False) -> None:
        """Write an object so that it survives a crash."""
        with wrapping("object storage"):
            self._storage.write(self._base + key, data, len(data), exclusive=exclusive)

    def delete(self, key: str) -> None:
        """Delete an object."""
        with wrapping("object storage"):
            self._storage.delete(self._base + key)

    def infos(self, prefix: str, *, recursive: bool = True) -> Iterator[ObjectInfo]:
        """What is known of the objects of a prefix, in the order of their keys."""
        with wrapping("object storage"):
            yield from self._storage.list(self._base + prefix, recursive=recursive)

    def keys(self, prefix: str, *, recursive: bool = True) -> list[str]:
        """The keys of a prefix, in order."""
        return [info.key[len(self._base) :] for info in self.infos(prefix, recursive=recursive)]

    def sequences(self, prefix: str, suffix: str) -> list[Sequence]:
        """The sequences that objects directly under a prefix are named by, in order."""
        names = [key[len(prefix) :] for key in self.keys(prefix, recursive=False)]
        with wrapping("read the names of %s*%s", prefix, suffix):
            return [Sequence.parse(name.removesuffix(suffix)) for name in names if name.endswith(suffix)]

    def get_sealed(self, key: str) -> dict[str, Any]:
        """The document of a sealed object.

        Raises:
            ErrMissing: there is none.
            ErrCorrupt: the seal is broken.
        """
        raw = self.get(key)
        with wrapping("open the seal of %s", key, key=key):
            return unseal(raw)

    def _read(self, key: str, offset: int, size: int) -> bytes:
        try:
            with wrapping("object storage"), self._storage.read(self._base + key) as stream:
                if offset:
                    stream.seek(offset)
                return stream.read(size) or b""
        except ErrNotExist as err:
            raise mark(err, ErrMissing, "it must be there and is not", hint=RESTORE) from err


def seal(document: dict[str, Any]) -> bytes:
    """A document and its checksum.

    >>> unseal(seal({"a": 1}))
    {'a': 1}
    >>> unseal(seal({"a": 1})[:-3])
    Traceback (most recent call last):
    datamanager._errors.ErrCorrupt: it was damaged or cut off: the seal says '74e8a3', not '74e8a346'
    """
    line = dump_line(document)
    return b"%s%08x\n" % (line, zlib.crc32(line))


def unseal(raw: bytes) -> dict[str, Any]:
    """The document, when it is what was sealed."""
    line, end, rest = raw.partition(b"\n")
    expected = b"%08x" % zlib.crc32(line + end)
    if rest != expected + b"\n":
        shown = rest.rstrip(b"\n")[:20].decode(errors="replace")
        raise ErrCorrupt(f"it was damaged or cut off: the seal says {shown!r}, not {expected.decode()!r}", hint=RESTORE)
    with wrapping("read the document"):
        document: dict[str, Any] = json.loads(line)
        return document


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call in a thread; who is cancelled waits for it first, so that nothing goes on behind anybody's back."""
    task = asyncio.ensure_future(asyncio.to_thread(call, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
