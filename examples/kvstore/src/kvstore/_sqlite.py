"""The embedded backend: one file, for the processes of one machine."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from stackerr import mark, wrapping

from . import _tables
from ._entries import Batch
from ._errors import ErrNotSent
from ._file import Turns, connect, kind_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
    from typing import Concatenate, ParamSpec, Self, TypeVar

    from ._backend import Range
    from ._changes import Change, Compare, Span

    P = ParamSpec("P")
    T = TypeVar("T")

log = logging.getLogger("kvstore")

_LOOK_EVERY = 0.02
_EXPIRE_EVERY = 0.2


class Worker:
    """A connection and the one thread that works on it: a whole transaction is one hop there and back."""

    def __init__(self, path: Path, turns: Turns) -> None:
        self.path = path
        self.turns = turns
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kvstore")
        self._db: sqlite3.Connection | None = None

    async def read(self, call: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call with the connection, in a transaction that sees one state."""

        def transaction() -> T:
            with _transaction(self._open(), "BEGIN") as db:
                return call(db, *args, **kwargs)

        return await self._hop(transaction)

    async def write(
        self, call: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call with the connection, in a transaction that writes alone."""

        def transaction() -> T:
            db = self._open()
            with self.turns.taken(), _transaction(db, "BEGIN IMMEDIATE"):
                return call(db, *args, **kwargs)

        return await self._hop(transaction)

    async def close(self) -> None:
        """Close the connection; the last one of all to a file moves all its changes to their place."""

        def close() -> None:
            if self._db is not None:
                with suppress(ErrNotSent), self.turns.taken():
                    self._db.close()
                self._db.close()  # without a turn, rather than not at all

        try:
            await self._hop(close)
        finally:
            self._thread.shutdown(wait=False)

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            with self.turns.taken():
                self._db = connect(self.path, self.turns.timeout)
        return self._db

    async def _hop(self, call: Callable[[], T]) -> T:
        with wrapping("use file %s", self.path, path=str(self.path)):
            try:
                return await asyncio.get_running_loop().run_in_executor(self._thread, call)
            except sqlite3.Error as err:
                raise mark(err, kind_of(err)) from err


@contextmanager
def _transaction(db: sqlite3.Connection, begin: str) -> Generator[sqlite3.Connection, None, None]:
    """Begin, and commit or roll back: `with connection` of sqlite3 begins nothing."""
    try:
        db.execute(begin)
        yield db
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.rollback()


class Pulse:
    """Tells those who watch that somebody has committed: this process or another one.

    Args:
        look: gives another number when there was a commit.
    """

    def __init__(self, look: Callable[[], Awaitable[int]]) -> None:
        self._look = look
        self._next: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._version = -1
        self.task = asyncio.create_task(self._beat())

    def next(self) -> asyncio.Future[None]:
        """Done at the next commit. Take it before you look, so that nothing comes in between."""
        return self._next

    async def _beat(self) -> None:
        while True:
            try:
                version = await self._look()
            except Exception as err:
                log.warning("cannot see whether there are changes", exc_info=err)
                version = -1
            if version != self._version or version < 0:
                self._version = version
                self._next.set_result(None)
                self._next = asyncio.get_running_loop().create_future()
            await asyncio.sleep(_LOOK_EVERY if version >= 0 else 1)


def _data_version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA data_version").fetchone()[0])


class SQLiteBackend:
    """Keys in a SQLite file; use `open`."""

    def __init__(self, path: Path, turns: Turns) -> None:
        self.path = path
        self._turns = turns
        self._reader, self._writer, self._watcher = (Worker(path, turns) for _ in range(3))
        self._pulse: Pulse
        self._tasks: list[asyncio.Task[None]] = []
        self._file = (0, 0)

    @classmethod
    async def open(cls, path: str | Path, timeout: float = 5) -> Self:
        """Open the file, or make it.

        Args:
            path: the file; its directory must be there.
            timeout: how long to wait for other writers, in seconds.

        Raises:
            ErrCannotLock: the file system cannot lock files.
            ErrCorrupt: the file is no store.
        """
        backend = cls(Path(path), await asyncio.to_thread(Turns, Path(path), timeout))
        try:
            await backend._writer.write(_tables.lay_out)
            await backend._writer.write(_tables.expire)
            for reader in (backend._reader, backend._watcher):
                await reader.read(_data_version)
        except BaseException:
            await backend.close()
            raise
        backend._file = _identity(backend.path)
        backend._pulse = Pulse(backend._look)
        backend._tasks = [backend._pulse.task, asyncio.create_task(backend._expire())]
        return backend

    async def range(self, span: Span, *, limit: int = 0, revision: int = 0) -> Range:
        """Read entries of a span."""
        return await self._read(_tables.read_range, span, limit, revision)

    async def commit(self, compares: Sequence[Compare], changes: Sequence[Change]) -> int:
        """Change everything or nothing."""
        return await self._write(_tables.commit, compares, changes)

    async def watch(self, span: Span, after: int) -> AsyncGenerator[Batch, None]:
        """Follow a span."""
        while True:
            changed = self._pulse.next()
            batches, upto, newest = await self._read(_tables.read_events, span, after)
            for batch in batches:
                yield batch
            if upto > after:
                yield Batch(upto, ())
            after = upto
            if upto == newest:
                await asyncio.shield(changed)

    async def grant(self, ttl: int) -> int:
        """Make a lease."""
        return await self._write(_tables.grant, ttl)

    async def keep_alive(self, lease: int) -> int:
        """Renew a lease."""
        return await self._write(_tables.keep_alive, lease)

    async def revoke(self, lease: int) -> None:
        """End a lease."""
        await self._write(_tables.revoke, lease)

    async def compact(self, revision: int) -> None:
        """Forget old versions."""
        await self._write(_tables.compact, revision)

    async def close(self) -> None:
        """Stop the tasks and close the connections."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        try:
            for worker in (self._watcher, self._reader, self._writer):
                await worker.close()
        finally:
            self._turns.close()

    async def _write(
        self, call: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        self._check_file()
        return await self._writer.write(call, *args, **kwargs)

    async def _read(
        self, call: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        self._check_file()
        return await self._reader.read(call, *args, **kwargs)

    async def _look(self) -> int:
        """By a connection of its own, for `PRAGMA data_version` does not count what its own connection commits."""
        self._check_file()
        return await self._watcher.read(_data_version)

    def _check_file(self) -> None:
        """What is written to a file that has no name any more is lost."""
        if _identity(self.path) != self._file:
            raise ErrNotSent(f"file {self.path} was removed or replaced while in use; open the store anew")

    async def _expire(self) -> None:
        """End the leases that are overdue; every process does, since any of them may be the last one."""
        while True:
            await asyncio.sleep(_EXPIRE_EVERY)
            try:
                if await self._read(_tables.overdue):
                    await self._write(_tables.expire)
            except Exception as err:
                log.warning("leases are not looked after", exc_info=err)


def _identity(path: Path) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return (0, 0)
    return status.st_dev, status.st_ino
