"""What a killed executor has left running, found and ended by the one that comes after it.

    <directory>/<token>     of a program that runs: the machine's boot id, the program's process id, and when it started

The token is in the environment of the program and of all that it starts. No secret, nor any other word of the
environment, is written here. Who has cleared his environment is still known by his session, and by the log that he
writes to.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING, NamedTuple

from stackerr import wrapping

from .disk import telling_full
from .errors import ErrSurvivors
from .processes import Process, boot_id, descendants, environment_of, find, outputs_of, processes, send

if TYPE_CHECKING:
    from pathlib import Path


_NAME = "EXECUTOR_STEP"
_PATIENCE = 10.0
_POLL = 0.05


class Record(NamedTuple):
    """What is known of a program that ran: `pid` and `start` are 0 when it was only about to be started."""

    token: str
    boot: str
    pid: int
    start: int


class Records:
    """The programs that run, each in a file.

    Args:
        directory: where; it is made when it is not there.
        tasks: below which they have their logs.
    """

    def __init__(self, directory: Path, tasks: Path) -> None:
        self._directory = directory
        self._tasks = f"{tasks}/"
        self._boot = boot_id()
        with wrapping("make directory %s", directory), telling_full():
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def write(self, token: str, pid: int | None) -> None:
        """Write down that a program is about to be started, or runs."""
        process = None if pid is None else find(pid)
        text = f"{self._boot} {pid or 0} {process.start if process else 0}\n"
        path = self._directory / token
        with wrapping("record program in %s", path), telling_full():
            path.write_text(text)

    def remove(self, token: str) -> None:
        """Forget a program that has ended."""
        path = self._directory / token
        with wrapping("remove record %s", path):
            path.unlink(missing_ok=True)

    def end_leftovers(self) -> int:
        """Kill what an executor before this one has left running.

        Returns:
            How many processes there were.

        Raises:
            ErrSurvivors: some cannot be killed.
        """
        records = self._read()
        killed: set[Process] = set()
        deadline = time.monotonic() + _PATIENCE
        while left := self._left_of(records):
            if time.monotonic() > deadline:
                pids = sorted(process.pid for process in left)
                raise ErrSurvivors(f"processes {pids} of an earlier executor survive SIGKILL", processes=pids)
            send(signal.SIGKILL, left)
            killed |= left
            time.sleep(_POLL)
        for record in records:
            self.remove(record.token)
        return len(killed)

    def _left_of(self, records: list[Record]) -> set[Process]:
        table = processes()
        marks = {f"{_NAME}={record.token}".encode() for record in records}
        sessions = {record.pid for record in records if record.pid and _is_same(record, table.get(record.pid))}
        found = {
            process.pid
            for process in table.values()
            if process.pid != os.getpid()
            and (
                process.session in sessions
                or marks & environment_of(process.pid)
                or any(path.startswith(self._tasks) for path in outputs_of(process.pid))
            )
        }
        below = {pid for root in found for pid in descendants(root, table)}
        return {table[pid] for pid in found | below if not table[pid].has_ended}

    def _read(self) -> list[Record]:
        with wrapping("read records in %s", self._directory):
            found = [_parse(path.name, path.read_text()) for path in self._directory.iterdir()]
        return [record if record.boot == self._boot else record._replace(pid=0) for record in found]


def marking(token: str) -> dict[str, str]:
    """The environment variable that says which program a process is from."""
    return {_NAME: token}


def is_marked(environment: frozenset[bytes], token: str) -> bool:
    """Whether an environment is that of the program with that token, or of something that it started."""
    return f"{_NAME}={token}".encode() in environment


def _parse(token: str, text: str) -> Record:
    """A record; one that was cut off by the kill still has its token."""
    with contextlib.suppress(ValueError):
        boot, pid, start = text.split()
        return Record(token, boot, int(pid), int(start))
    return Record(token, "", 0, 0)


def _is_same(record: Record, leader: Process | None) -> bool:
    """Whether a session is still that of the record; its id is not given out again while anybody is in it."""
    return leader is None or leader.start == record.start
