"""What steps print: written by the processes themselves, straight into a file that stays short."""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stackerr import wrapping

from .disk import telling_full

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator
    from pathlib import Path

LIMIT = 16 << 20
_CHUNK = 64 * 1024
_LOOK_EVERY = 0.1
_POLL = 0.1


@dataclass(frozen=True, slots=True)
class Log:
    """The output of one step.

    Attributes:
        path: the file; it is there as soon as the step has started.
        limit: how many bytes of output are kept. A process writes without asking, so the file can be longer for a tenth
            of a second; what is read of it never is.
    """

    path: Path
    limit: int = LIMIT

    @property
    def last_words(self) -> bytes:
        """The line that ends a log that was cut."""
        return f"\n[executor] the output is longer than {self.limit} bytes: the rest is left out\n".encode()

    def say(self, text: str) -> None:
        """Add a line of the executor's own."""
        with self.opened() as file, wrapping("write %s", self.path), telling_full():
            os.write(file, f"[executor] {text}\n".encode(errors="backslashreplace"))

    @contextlib.contextmanager
    def opened(self) -> Generator[int, None, None]:
        """The file, for processes to add to."""
        with wrapping("open %s", self.path), telling_full():
            file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            yield file
        finally:
            with wrapping("close %s", self.path):
                os.close(file)

    @contextlib.asynccontextmanager
    async def kept_short(self) -> AsyncGenerator[int, None]:
        """The file, for processes to add to, while what is too much is cut off again and again."""
        with self.opened() as file:
            cutting = asyncio.create_task(self._keep_cutting())
            try:
                yield file
            finally:
                cutting.cancel()
                await asyncio.wait([cutting])
                self.cut()

    async def read(self, is_finished: Callable[[], bool], *, follow: bool) -> AsyncGenerator[bytes, None]:
        """The log in pieces.

        Args:
            is_finished: whether nothing more will be written.
            follow: whether to wait for what is not yet written.
        """
        offset = 0
        with wrapping("read %s", self.path):
            while True:
                has_ended = is_finished()  # asked before the file is read, or else its last lines could be missed
                while chunk := self._read_chunk(offset):
                    offset += len(chunk)
                    yield chunk
                if has_ended or not follow:
                    return
                await asyncio.sleep(_POLL)

    def cut(self) -> None:
        """Cut off what is too much.

        The last words are put in place first, and then the file is cut behind them: a process that writes between the
        two changes nothing.
        """
        with contextlib.suppress(FileNotFoundError), wrapping("cut %s", self.path):
            end = self.limit + len(self.last_words)
            if os.stat(self.path).st_size > self._end():
                file = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
                try:
                    os.pwrite(file, self.last_words, self.limit)
                    os.ftruncate(file, end)
                finally:
                    os.close(file)

    async def _keep_cutting(self) -> None:
        while True:
            self.cut()
            with wrapping("watch %s", self.path):
                await asyncio.sleep(_LOOK_EVERY)

    def _end(self) -> int:
        """Where the log ends that may be read."""
        words = self.last_words
        return self.limit + (len(words) if self._read_at(self.limit, len(words)) == words else 0)

    def _read_chunk(self, offset: int) -> bytes:
        return self._read_at(offset, min(_CHUNK, self._end() - offset))

    def _read_at(self, offset: int, size: int) -> bytes:
        with contextlib.suppress(FileNotFoundError), wrapping("read %s", self.path):
            file = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                return os.pread(file, size, offset)
            finally:
                os.close(file)
        return b""
