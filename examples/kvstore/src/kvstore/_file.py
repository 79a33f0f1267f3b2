"""The file of a SQLite store: opening it, and taking turns at it with other processes."""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NoReturn

from stackerr import mark, wrapping

from ._errors import ErrCannotLock, ErrCorrupt, ErrNoSpace, ErrNotSent, ErrRefused, ErrUnavailable

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from stackerr import Sentinel

_CANNOT_LOCK = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}
_KINDS: dict[str, type[Sentinel]] = {
    "SQLITE_BUSY": ErrNotSent,
    "SQLITE_LOCKED": ErrNotSent,
    "SQLITE_FULL": ErrNoSpace,
    "SQLITE_NOTADB": ErrCorrupt,
    "SQLITE_CORRUPT": ErrCorrupt,
    "SQLITE_READONLY": ErrRefused,
    "SQLITE_PERM": ErrRefused,
    "SQLITE_CANTOPEN": ErrRefused,
    "SQLITE_PROTOCOL": ErrCannotLock,
    "SQLITE_NOLFS": ErrCannotLock,
    "SQLITE_IOERR_LOCK": ErrCannotLock,
    "SQLITE_IOERR_RDLOCK": ErrCannotLock,
    "SQLITE_IOERR_SHMOPEN": ErrCannotLock,
    "SQLITE_IOERR_SHMLOCK": ErrCannotLock,
    "SQLITE_IOERR_SHMMAP": ErrCannotLock,
}
_HINT = "keep the file on a disk of this machine"


def kind_of(err: sqlite3.Error) -> type[Sentinel]:
    """The sentinel for an error of SQLite; the outcome of what is not known here is unknown."""
    name = getattr(err, "sqlite_errorname", "")
    return _KINDS.get(name) or _KINDS.get("_".join(name.split("_")[:2]), ErrUnavailable)


def connect(path: Path, timeout: float) -> sqlite3.Connection:
    """Open a connection in WAL mode, which only its own thread may use.

    Raises:
        ErrCannotLock: the file system has no shared memory, so that WAL mode cannot be had.
    """
    connection = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
    try:
        _use_wal(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise ErrCannotLock(f"SQLite offers journal mode {mode} here, not WAL", hint=_HINT)
    connection.execute("PRAGMA synchronous = FULL")


class Turns:
    """A lock beside the file, which one connection of all processes holds while it writes.

    SQLite has locks of its own. This one makes its checkpoints wait for writers too, which versions before 3.51.3
    must do, since a race between the two can damage the file.

    Source: https://sqlite.org/wal.html, "The WAL-reset bug".
    """

    def __init__(self, path: Path, timeout: float) -> None:
        self.path = path
        self.timeout = timeout
        with wrapping("open the lock of %s", path, path=str(path)):
            self._file = os.open(f"{path}-lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            _prove_locking(path)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def taken(self) -> Generator[None, None, None]:
        """Write alone.

        Raises:
            ErrNotSent: others wrote for longer than we may wait; nothing was done.
        """
        self._take()
        try:
            yield
        finally:
            with wrapping("give up the turn at %s", self.path):
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def _take(self) -> None:
        give_up, pause = time.monotonic() + self.timeout, 0.0002
        while not _try_lock(self._file):
            if time.monotonic() > give_up:
                raise ErrNotSent(f"others have been writing for {self.timeout:g} s", hint="does a process hang?")
            time.sleep(pause)
            pause = min(pause * 2, 0.004)

    def close(self) -> None:
        """Let go of the lock's file, which stays: removing it would let two in at once."""
        with wrapping("close the lock of %s", self.path):
            os.close(self._file)


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as err:
        _refuse_locking(err)
    return True


def _refuse_locking(err: OSError) -> NoReturn:
    if err.errno in _CANNOT_LOCK:
        raise mark(err, ErrCannotLock, "the file system cannot lock files", hint=_HINT) from err
    raise err


def _prove_locking(path: Path) -> None:
    """Lock a file twice: where that succeeds, locks keep nobody out."""
    probe = f"{path}-probe-{os.getpid()}-{time.monotonic_ns()}"
    with wrapping("try locks beside %s", path, path=str(path)), ExitStack() as cleanup:
        first = os.open(probe, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        cleanup.callback(os.close, first)
        cleanup.callback(os.unlink, probe)
        second = os.open(probe, os.O_RDWR | os.O_CLOEXEC)
        cleanup.callback(os.close, second)
        if _try_lock(first) and _try_lock(second):
            raise ErrCannotLock("two locked the same file at once", hint=_HINT)
