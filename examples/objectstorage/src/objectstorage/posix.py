"""Objects as files.

    <base>/data/runs.d/42.d/log     the object runs/42/log
    <base>/tmp/                     objects that are being written

A directory is named after its segment and `.d`, and a file that would end so gets `.f`: so the objects "a" and "a/b"
live side by side, and no key reaches out of the tree.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stackerr import mark, wrapping

from .errors import ErrExist, ErrForbidden, ErrFull, ErrNoBucket, ErrNotExist, ErrStorage
from .storage import ObjectInfo, ObjectStorage
from .walk import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from .body import Body

_CHUNK = 1 << 20
_ATTEMPTS = 100
_ABANDONED_AFTER = 86_400.0  # seconds
_SENTINELS: dict[int | None, type[ErrStorage]] = {
    errno.ENOENT: ErrNotExist,
    errno.EEXIST: ErrExist,
    errno.EACCES: ErrForbidden,
    errno.EPERM: ErrForbidden,
    errno.EROFS: ErrForbidden,
    errno.ENOSPC: ErrFull,
    errno.EDQUOT: ErrFull,
    errno.EFBIG: ErrFull,
}


class _Marking:
    """Give what the operating system says the name that it has in this package."""

    __slots__ = ("_directories",)

    def __init__(self, *directories: str) -> None:
        self._directories = directories

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, err: BaseException | None, traceback: TracebackType | None) -> None:
        if isinstance(err, OSError):
            raise mark(err, self._sentinel(err), stacklevel=2) from err

    def _sentinel(self, err: OSError) -> type[ErrStorage]:
        """An empty mount point must not pass for an object that is not there."""
        if err.errno == errno.ENOENT and not all(map(os.path.isdir, self._directories)):
            return ErrNoBucket
        return _SENTINELS.get(err.errno, ErrStorage)


class PosixStorage(ObjectStorage):
    """Objects as files under a directory of a POSIX file system, which any number of processes may share.

    Args:
        base: the directory; it is made when it is not there. Its file system must know hard links.

    Raises:
        ErrStorage: the directory cannot be made.
    """

    def __init__(self, base: str | os.PathLike[str]) -> None:
        self.base = os.path.abspath(base)
        self.url = f"file://{self.base}"
        self.fields = {"base": self.base}
        self._data = os.path.join(self.base, "data")
        self._tmp = os.path.join(self.base, "tmp")
        self._marking = _Marking(self._data, self._tmp)
        with wrapping("open storage %s", self.url, **self.fields), self._marking:
            os.makedirs(self._data, exist_ok=True)
            os.makedirs(self._tmp, exist_ok=True)
            self._sweep()

    def _stat(self, key: str) -> ObjectInfo:
        with self._marking:
            return _info(key, os.stat(self._path(key)))

    def _open(self, key: str) -> io.RawIOBase:
        with self._marking:
            return _Reader(self, key)

    def _reading(self, key: str) -> wrapping:
        return self.boundary("read object", key)

    def _write(self, key: str, body: Body, *, exclusive: bool, persist: bool) -> None:
        temporary = f"{self._tmp}/{secrets.token_hex(16)}"
        path = self._path(key)
        try:
            self._fill(temporary, body, persist=persist)
            with self._marking:
                self._settle(temporary, path, os.link if exclusive else os.replace)
        except BaseException:
            _remove(temporary)
            raise
        if exclusive:
            _remove(temporary)
        if persist:
            self._sync_directories(path)

    def _fill(self, path: str, body: Body, *, persist: bool) -> None:
        """Write a file; what reading the body raises is the caller's own affair, and not marked."""
        with self._marking:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            data = body.read(_CHUNK)
            while data:
                self._write_all(file, data)
                data = body.read(_CHUNK) if len(data) == _CHUNK else b""
            if persist:
                with self._marking:
                    os.fsync(file)
        finally:
            with self._marking:
                os.close(file)

    def _write_all(self, file: int, data: bytes) -> None:
        with self._marking:
            written = os.write(file, data)
            while written < len(data):
                data = data[written:]
                written = os.write(file, data)

    def _settle(self, temporary: str, path: str, move: Callable[[str, str], None]) -> None:
        """Give the file its name; a delete that takes the emptied directory away meanwhile makes us try again."""
        for _ in range(_ATTEMPTS):
            try:
                return move(temporary, path)
            except FileNotFoundError:
                with contextlib.suppress(FileNotFoundError, FileExistsError):  # it comes and goes
                    os.makedirs(os.path.dirname(path), exist_ok=True)
        return move(temporary, path)

    def _sync_directories(self, path: str) -> None:
        while path != self._data:
            path = os.path.dirname(path)
            with contextlib.suppress(FileNotFoundError):  # deleted again already
                self._sync_directory(path)

    def _sync_directory(self, path: str) -> None:
        with self._marking:
            directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)

    def _delete(self, key: str) -> None:
        path = self._path(key)
        with self._marking, contextlib.suppress(FileNotFoundError):
            os.unlink(path)
            self._prune(os.path.dirname(path))

    def _prune(self, directory: str) -> None:
        """Remove the directories that a delete has emptied; where another writer is faster, they stay."""
        with contextlib.suppress(OSError):
            while directory != self._data:
                os.rmdir(directory)
                directory = os.path.dirname(directory)

    def _list(self, prefix: str, start: str, delimiter: str) -> Iterator[ObjectInfo]:
        with self._marking:
            for key, entry in walk(self._children, prefix, start, descend=delimiter != "/"):
                if not delimiter or delimiter not in key[len(prefix) :]:
                    with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
                        yield _info(key, entry.stat())

    def _children(self, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
        directory = prefix[: prefix.rfind("/") + 1]
        try:
            with wrapping("read directory %s", directory or "/"):
                found = os.scandir(self._directory(directory))
        except FileNotFoundError:
            if directory and os.path.isdir(self._data):
                return
            raise
        with found:
            for entry in found:
                key = directory + _decode(entry)
                if key.startswith(prefix) and entry.is_dir() is key.endswith("/"):
                    yield key, entry

    def _path(self, key: str) -> str:
        directory, _, name = key.rpartition("/")
        name = f"{name}.f" if name.endswith((".d", ".f")) else name
        return f"{self._directory(directory)}/{name}" if directory else f"{self._data}/{name}"

    def _directory(self, directory: str) -> str:
        """The path of a directory, given with or without the slash at its end."""
        directory = directory.rstrip("/")
        return f"{self._data}/{directory.replace('/', '.d/')}.d" if directory else self._data

    @wrapping("sweep away what killed writers left behind")
    def _sweep(self) -> None:
        """Remove temporary files that are a day old or older."""
        with os.scandir(self._tmp) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # another process sweeps too
                    if entry.stat().st_mtime < time.time() - _ABANDONED_AFTER:
                        os.unlink(entry.path)


class _Reader(io.FileIO):
    """A file whose errors say which object they are about: nothing is made for that before there is one."""

    def __init__(self, storage: PosixStorage, key: str) -> None:
        super().__init__(storage._path(key))
        self._storage = storage
        self._key = key

    def read(self, size: int | None = -1, /) -> bytes:
        try:  # that of FileIO would come back here, to `readall`
            return super().readall() if size is None or size < 0 else super().read(size)
        except (OSError, ValueError):
            with self._storage._reading(self._key), self._storage._marking:
                raise

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        with self._storage._reading(self._key), self._storage._marking:
            return super().readinto(buffer)

    def readall(self) -> bytes:
        return self.read()

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        with self._storage._reading(self._key), self._storage._marking:
            return super().seek(offset, whence)


def _info(key: str, stat: os.stat_result) -> ObjectInfo:
    return ObjectInfo(key, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))


def _decode(entry: os.DirEntry[str]) -> str:
    """The segment of a key that a directory or a file stands for, a directory's with a slash behind it."""
    if entry.name.endswith(".d"):
        return entry.name[:-2] + "/"
    return entry.name.removesuffix(".f")


def _remove(temporary: str) -> None:
    """Remove a temporary file; that this fails must not hide why it is removed."""
    with contextlib.suppress(OSError):
        os.unlink(temporary)
