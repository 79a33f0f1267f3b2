"""Programs, each with everything that it starts: when one ends, nothing of it is left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import time
from typing import TYPE_CHECKING

from stackerr import mark, wrapping

from .errors import ErrCannotStart, ErrNoDirectory, ErrNoProgram, ErrSurvivors
from .leftovers import Records, is_marked, marking
from .patience import finish
from .processes import Process, adopt_orphans, descendants, processes, reap, send

if TYPE_CHECKING:
    from asyncio.subprocess import Process as Program
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path


_PATH = "/usr/local/bin:/usr/bin:/bin"
_POLL = 0.02
_KILL_PATIENCE = 10.0


class Driver:
    """Runs programs, and ends them with all that they started.

    Args:
        records: where it is kept what runs, for the executor that comes after one that was killed.
        grace: the seconds between SIGTERM and SIGKILL.

    A program leads a session of its own. What leaves the session is found too, since this process is the parent of
    orphans: whatever runs below it belongs to the program that its topmost ancestor comes from, and that is told by
    a mark in the environment, or else by the session. Who has cleared both is nobody's, and killed with the next
    program that ends.
    """

    def __init__(self, records: Records, *, grace: float = 5.0) -> None:
        self.grace = grace
        self._records = records
        self._leaders: dict[str, int | None] = {}  # by mark; None while one is being started
        adopt_orphans()

    async def run(self, argv: Sequence[str], *, directory: Path, environment: Mapping[str, str], output: int) -> int:
        """Run a program to its end.

        Args:
            argv: the program, and what it is told.
            directory: where it runs.
            environment: all of its environment, but for the mark, and for PATH when it has none.
            output: the file that it writes to.

        Returns:
            Its exit status; of one that a signal ended 128 and the signal's number, as shells say it.

        Raises:
            ErrNoProgram, ErrNoDirectory, ErrCannotStart: it was not started.
            ErrSurvivors: something that it started cannot be killed.
        """
        token = secrets.token_hex(16)
        with self._recorded(token):
            try:
                program = await self._start(argv, directory, {"PATH": _PATH, **environment, **marking(token)}, output)
                self._leaders[token] = program.pid
                self._records.write(token, program.pid)
                with wrapping("wait for %s", argv[0]):
                    status = await program.wait()
            finally:
                await finish(self._end(token))
        return status if status >= 0 else 128 - status

    async def reap(self) -> None:
        """Let orphans go that have ended, while their program still runs."""
        self._reap(processes())

    @contextlib.contextmanager
    def _recorded(self, token: str) -> Generator[None, None, None]:
        self._records.write(token, None)
        self._leaders[token] = None
        try:
            yield
        finally:
            del self._leaders[token]
            self._records.remove(token)

    async def _start(
        self, argv: Sequence[str], directory: Path, environment: Mapping[str, str], output: int
    ) -> Program:
        with wrapping("start %s in %s", argv[0], directory, program=argv[0]):
            try:
                return await asyncio.create_subprocess_exec(
                    *argv,
                    cwd=os.fspath(directory),
                    env=environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            except (FileNotFoundError, NotADirectoryError) as err:
                kind = ErrNoDirectory if _is_about(err, directory) else ErrNoProgram
                raise mark(err, kind, kind.default_message) from err
            except (OSError, ValueError) as err:  # ValueError: a NUL, or a `=` in a name
                raise mark(err, ErrCannotStart, ErrCannotStart.default_message) from err

    async def _end(self, token: str) -> None:
        """End whatever is left of a program: SIGTERM, the grace, SIGKILL."""
        for number, patience in ((signal.SIGTERM, self.grace), (signal.SIGKILL, _KILL_PATIENCE)):
            if await self._is_gone_after(number, token, patience):
                return
        left = [process.pid for process in self._belongings(token, processes())]
        raise ErrSurvivors(f"processes {left} survive SIGKILL", processes=left)

    async def _is_gone_after(self, number: signal.Signals, token: str, patience: float) -> bool:
        told: set[Process] = set()
        deadline = time.monotonic() + patience
        while True:
            table = processes()
            self._reap(table)
            left = self._belongings(token, table)
            if not left:
                return True
            if time.monotonic() > deadline:
                return False
            send(number, left - told)
            told = left
            with wrapping("wait for processes to end"):
                await asyncio.sleep(_POLL)

    def _belongings(self, token: str, table: dict[int, Process]) -> set[Process]:
        """What runs of a program, and what is nobody's."""
        origins = descendants(os.getpid(), table)
        owners = {pid: self._owner(table[pid]) for pid in set(origins.values())}
        ours = [table[pid] for pid, origin in origins.items() if owners[origin] in {token, ""}]
        return {process for process in ours if not process.has_ended}

    def _owner(self, child: Process) -> str | None:
        """The token of the program that a child of ours is from; "" when nobody's, None when it is from none."""
        if child.session == os.getsid(0):
            return None
        for token, leader in self._leaders.items():
            if child.pid == leader:
                return token
        for token in self._leaders:
            if is_marked(child.pid, token):
                return token
        return next((token for token, leader in self._leaders.items() if child.session == leader), "")

    def _reap(self, table: dict[int, Process]) -> None:
        """Let orphans go that have ended; a program itself is asyncio's to wait for."""
        if None in self._leaders.values():
            return
        for process in table.values():
            if (
                process.parent == os.getpid()
                and process.has_ended
                and process.session != os.getsid(0)
                and process.pid not in self._leaders.values()
            ):
                reap(process.pid)


def _is_about(err: OSError, directory: Path) -> bool:
    """Whether it was the change of directory that failed: subprocess then names the directory and not the program."""
    return err.filename is not None and os.fspath(err.filename) == os.fspath(directory)
