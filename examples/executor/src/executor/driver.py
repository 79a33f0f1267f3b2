"""Programs, each with everything that it starts: when one ends, nothing of it is left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stackerr import mark, wrapping

from .errors import ErrCannotStart, ErrNoDirectory, ErrNoProgram, ErrSurvivors
from .leftovers import Records, is_marked, marking
from .patience import finish
from .processes import (
    Process,
    adopt_orphans,
    descendants,
    environment_of,
    outputs_of,
    path_of,
    processes,
    reap,
    send,
)

if TYPE_CHECKING:
    from asyncio.subprocess import Process as Program
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path


_PATH = "/usr/local/bin:/usr/bin:/bin"
_POLL = 0.02
_KILL_PATIENCE = 10.0
_STRANGE_AFTER = 1.0


@dataclass(slots=True)
class _Running:
    """A program that runs, and what its processes are known by.

    Attributes:
        mark: a random one, in their environment.
        output: the path of the file that they write to.
        leader: its process id, which is that of their session; None while it is being started.
    """

    mark: str
    output: str
    leader: int | None = None

    def owns(self, child: Process, environment: frozenset[bytes], outputs: list[str]) -> bool:
        """Whether that process is one of them."""
        return is_marked(environment, self.mark) or child.session == self.leader or self.output in outputs


class Driver:
    """Runs programs, and ends them with all that they started.

    Args:
        records: where it is kept what runs, for the executor that comes after one that was killed.
        grace: the seconds between SIGTERM and SIGKILL.

    A program leads a session of its own. What leaves the session is found too, since this process is the parent of
    orphans: whatever runs below it belongs to the program that its topmost ancestor comes from, and that is told by
    a mark in the environment, by the session, or by the file that it writes to. Who has got rid of all three is a
    stranger, and killed with the next program that ends, if he has been one for a while: a process that is just
    beginning another program has no environment for a moment.
    """

    def __init__(self, records: Records, *, grace: float = 5.0) -> None:
        self.grace = grace
        self._records = records
        self._running: list[_Running] = []
        self._strangers: dict[Process, float] = {}  # since when they are known
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
        running = _Running(secrets.token_hex(16), path_of(output))
        program: Program | None = None
        with self._recorded(running):
            try:
                environment = {"PATH": _PATH, **environment, **marking(running.mark)}
                program = await self._start(argv, directory, environment, output)
                running.leader = program.pid
                self._records.write(running.mark, program.pid)
                with wrapping("wait for %s", argv[0]):
                    status = await program.wait()
            finally:
                await finish(self._end(running, program))
        return status if status >= 0 else 128 - status

    async def reap(self) -> None:
        """Let orphans go that have ended, while their program still runs."""
        self._reap(processes())

    @contextlib.contextmanager
    def _recorded(self, running: _Running) -> Generator[None, None, None]:
        self._records.write(running.mark, None)
        self._running.append(running)
        try:
            yield
        finally:
            self._running.remove(running)
            self._records.remove(running.mark)

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

    async def _end(self, running: _Running, program: Program | None) -> None:
        """End whatever is left of a program: SIGTERM, the grace, SIGKILL."""
        for number, patience in ((signal.SIGTERM, self.grace), (signal.SIGKILL, _KILL_PATIENCE)):
            if await self._is_gone_after(number, running, patience):
                break
        else:
            left = [process.pid for process in self._belongings(running, processes())]
            raise ErrSurvivors(f"processes {left} survive SIGKILL", processes=left)
        if program is not None:
            with wrapping("wait for the killed program"):
                await program.wait()

    async def _is_gone_after(self, number: signal.Signals, running: _Running, patience: float) -> bool:
        told: set[Process] = set()
        deadline = time.monotonic() + patience
        while True:
            table = processes()
            self._reap(table)
            left = self._belongings(running, table)
            if not left:
                return True
            if time.monotonic() > deadline:
                return False
            send(number, left - told)
            told = left
            with wrapping("wait for processes to end"):
                await asyncio.sleep(_POLL)

    def _belongings(self, running: _Running, table: dict[int, Process]) -> set[Process]:
        """What runs of a program, and of strangers."""
        origins = descendants(os.getpid(), table)
        children = [table[pid] for pid in set(origins.values()) if table[pid].session != os.getsid(0)]
        owners = {child: self._owner(child) for child in children if not child.has_ended}
        ends = {child.pid for child, owner in owners.items() if owner is running}
        ends |= self._old_strangers({child for child, owner in owners.items() if owner is None})
        return {table[pid] for pid, origin in origins.items() if origin in ends and not table[pid].has_ended}

    def _owner(self, child: Process) -> _Running | None:
        """The program that a child of ours is from."""
        for running in self._running:
            if child.pid == running.leader:
                return running
        environment, outputs = environment_of(child.pid), outputs_of(child.pid)
        return next((running for running in self._running if running.owns(child, environment, outputs)), None)

    def _old_strangers(self, strangers: set[Process]) -> set[int]:
        """Those who are no program that is just beginning; nothing begins when a single program is about to end."""
        now = time.monotonic()
        self._strangers = {stranger: self._strangers.get(stranger, now) for stranger in strangers}
        patience = _STRANGE_AFTER if len(self._running) > 1 else 0
        return {stranger.pid for stranger, since in self._strangers.items() if now - since >= patience}

    def _reap(self, table: dict[int, Process]) -> None:
        """Let orphans go that have ended; a program itself is asyncio's to wait for."""
        leaders = {running.leader for running in self._running}
        if None in leaders:
            return
        for process in table.values():
            is_orphan = process.parent == os.getpid() and process.session != os.getsid(0) and process.pid not in leaders
            if is_orphan and process.has_ended:
                reap(process.pid)


def _is_about(err: OSError, directory: Path) -> bool:
    """Whether it was the change of directory that failed: subprocess then names the directory and not the program."""
    return err.filename is not None and os.fspath(err.filename) == os.fspath(directory)
