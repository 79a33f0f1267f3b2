"""The processes of this machine, as /proc shows them.

Source: proc(5), pidfd_open(2), prctl(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from typing import TYPE_CHECKING, NamedTuple

from stackerr import wrapping

if TYPE_CHECKING:
    from collections.abc import Iterable

_SET_CHILD_SUBREAPER = 36
_GONE = (FileNotFoundError, ProcessLookupError, PermissionError)  # ended meanwhile, or somebody else's


class Process(NamedTuple):
    """A process.

    Attributes:
        pid: its id.
        parent: the id of its parent.
        group: the id of its process group.
        session: the id of its session.
        start: when it started, in clock ticks since the machine did; with the id it names one process for ever.
        has_ended: whether it only waits for its parent to ask for its status.
    """

    pid: int
    parent: int
    group: int
    session: int
    start: int
    has_ended: bool


def processes() -> dict[int, Process]:
    """All processes by id, but for those that come and go meanwhile."""
    with wrapping("list processes"):
        found = map(find, [int(name) for name in os.listdir("/proc") if name.isdecimal()])
        return {process.pid: process for process in found if process is not None}


def find(pid: int) -> Process | None:
    """The process of an id, or None.

    >>> find(os.getpid()).pid == os.getpid()
    True
    """
    with wrapping("look at process %d", pid), contextlib.suppress(*_GONE), open(f"/proc/{pid}/stat", "rb") as file:
        state, *numbers = file.read().rpartition(b")")[2].split()  # the name before it may hold anything
        parent, group, session = map(int, numbers[:3])
        return Process(pid, parent, group, session, int(numbers[18]), has_ended=state in b"ZX")
    return None


def environment_of(pid: int) -> frozenset[bytes]:
    """The `NAME=value` that a process was started with; of one that has ended it is empty."""
    with wrapping("look at process %d", pid), contextlib.suppress(*_GONE), open(f"/proc/{pid}/environ", "rb") as file:
        return frozenset(file.read().split(b"\0"))
    return frozenset()


def outputs_of(pid: int) -> list[str]:
    """The files that are its standard output and standard error."""
    found = []
    for number in (1, 2):
        with wrapping("look at process %d", pid), contextlib.suppress(*_GONE):
            found.append(os.readlink(f"/proc/{pid}/fd/{number}"))
    return found


def path_of(file: int) -> str:
    """The path of a file that this process has open."""
    with wrapping("look at file %d", file):
        return os.readlink(f"/proc/self/fd/{file}")


def descendants(root: int, table: dict[int, Process]) -> dict[int, int]:
    """Every process below one, each with the child of the root that it comes from.

    >>> table = {pid: Process(pid, parent, 0, 0, 0, False) for pid, parent in [(2, 1), (3, 2), (4, 1), (9, 8)]}
    >>> descendants(1, table)
    {2: 2, 4: 4, 3: 2}
    """
    children: dict[int, list[int]] = {}
    for process in table.values():
        children.setdefault(process.parent, []).append(process.pid)
    found = {child: child for child in children.get(root, [])}
    waiting = list(found)
    while waiting:
        pid = waiting.pop(0)
        for child in children.get(pid, []):
            if child not in found:
                found[child] = found[pid]
                waiting.append(child)
    return found


def send(number: signal.Signals, targets: Iterable[Process]) -> None:
    """Send a signal to processes, and to none that has got the id of one since."""
    for process in targets:
        with wrapping("send %s to process %d", number.name, process.pid), contextlib.suppress(*_GONE):
            handle = os.pidfd_open(process.pid)
            try:
                if _start(process.pid) == process.start:
                    signal.pidfd_send_signal(handle, number)
            finally:
                os.close(handle)


def reap(pid: int) -> None:
    """Let a child that has ended go."""
    with wrapping("reap process %d", pid), contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def adopt_orphans() -> None:
    """Become the parent of every process below this one whose own parent ends.

    Whoever leaves his process group and his session with `setsid` is still found, since he is still below.
    """
    with wrapping("adopt orphans"):
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


def boot_id() -> str:
    """The id of the time since the machine started: ids and starting times of processes count from there."""
    path = "/proc/sys/kernel/random/boot_id"
    with wrapping("read %s", path), open(path) as file:
        return file.read().strip()


def _start(pid: int) -> int | None:
    process = find(pid)
    return None if process is None else process.start
