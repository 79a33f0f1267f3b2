"""The five verbs, the same for every backend: here is the boundary, where errors get their words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from stackerr import wrapping

from .body import Body
from .keys import check_key, check_prefix

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from .body import Source


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What is known of an object without reading it.

    Attributes:
        key: its key.
        size: its size in bytes.
        mtime: when it was last written, in UTC.
    """

    key: str
    size: int
    mtime: datetime


class ObjectStorage(ABC):
    """Objects by key. One storage may be used by many threads at once.

    Attributes:
        url: what the storage is called in messages.
        fields: the key-value pairs that each of its errors carries, besides `key`.
    """

    url: str
    fields: Mapping[str, Any]

    def stat(self, key: str) -> ObjectInfo:
        """What is known of an object.

        Raises:
            ErrNotExist: there is none.
            ErrStorage: whatever else; see the README.
        """
        with self.boundary("stat object", key):
            return self._stat(check_key(key))

    def read(self, key: str) -> io.RawIOBase:
        """Open an object for reading: a seekable binary stream, to be closed.

        What the stream gives is one state of the object, also when it is replaced or deleted meanwhile; where the
        backend cannot hold on to it, reading on raises ErrChanged.

        Raises:
            ErrNotExist: there is none.
            ErrStorage: whatever else; while reading too.
        """
        with self.boundary("read object", key):
            return self._open(check_key(key))

    def write(self, key: str, source: Source, size: int = -1, *, exclusive: bool = False, persist: bool = True) -> None:
        """Write an object whole: readers see the old one or the new one, never a part.

        Args:
            key: its key; an object that is there is replaced.
            source: bytes, or a binary stream.
            size: how many bytes to take from the stream; what follows is left unread. Negative: all of it.
            exclusive: only when there is no object of that key; of many writers at once, one succeeds.
            persist: return only when the object would outlive a crash of the machine.

        Raises:
            ErrExist: `exclusive`, and there is one.
            ErrShortBody: the stream ended before `size` bytes.
            ErrStorage: whatever else. After ErrUnavailable it is not known whether the object was written.
        """
        with self.boundary("write object", key):
            self._write(check_key(key), Body(source, size), exclusive=exclusive, persist=persist)

    def delete(self, key: str) -> None:
        """Delete an object. That there is none is no error: afterwards it is gone, and that was wanted.

        Raises:
            ErrStorage: see the README.
        """
        with self.boundary("delete object", key):
            self._delete(check_key(key))

    def list(
        self, prefix: str = "", start: str = "", *, recursive: bool = True, delimiter: str = "/"
    ) -> Iterator[ObjectInfo]:
        """The objects in the byte order of their keys, read page by page as they are asked for.

        Args:
            prefix: what their keys begin with: a string, and no folder. Slashes at its front are left out.
            start: only keys strictly greater than this one. Slashes at its front are left out.
            recursive: when false, keys that have the delimiter after the prefix are left out.
            delimiter: one character.

        Raises:
            ValueError: the delimiter is none.
            ErrStorage: see the README; also while iterating.
        """
        with self.boundary("list objects", prefix + "*"):
            prefix = check_prefix(prefix)
            if len(delimiter) != 1:
                raise ValueError(f"the delimiter is one character, not {delimiter!r}; for all keys: recursive=True")
            start = start.lstrip("/")
        return self._listed(prefix, start, "" if recursive else delimiter)

    def _listed(self, prefix: str, start: str, delimiter: str) -> Iterator[ObjectInfo]:
        with self.boundary("list objects", prefix + "*"):
            yield from self._list(prefix, start, delimiter)

    def boundary(self, what: str, key: str) -> wrapping:
        """What says in every error what was being done to which object of which storage."""
        return wrapping("%s %s in %s", what, key, self.url, key=key, **self.fields)

    def close(self) -> None:  # noqa: B027 - a backend need not have anything to close
        """Let go of connections; streams that are open may break."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def _stat(self, key: str) -> ObjectInfo: ...

    @abstractmethod
    def _open(self, key: str) -> io.RawIOBase: ...

    @abstractmethod
    def _write(self, key: str, body: Body, *, exclusive: bool, persist: bool) -> None: ...

    @abstractmethod
    def _delete(self, key: str) -> None: ...

    @abstractmethod
    def _list(self, prefix: str, start: str, delimiter: str) -> Iterator[ObjectInfo]: ...
