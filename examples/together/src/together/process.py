"""A service as a process of this machine: started, waited for, killed, started again on the same port."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from stackerr import Sentinel, wrapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType
    from typing import Self

_LISTENING = re.compile(r"listening on (http://\S+)")
_STARTS_WITHIN = 60.0  # seconds, on a machine that is busy with other tests
_ENDS_WITHIN = 20.0
_LOOK_EVERY = 0.02


class ErrNotStarted(Sentinel, message="the service did not start"):
    """It ended, or it never said where it listens."""


class Service:
    """One service.

    Args:
        name: what it is called here, such as `executor-2`; its log is `NAME.log`.
        arguments: its command line without `--listen`; the first is the name of the command.
        environment: variables besides those of this process, tokens among them.
        directory: where its log goes.

    Attributes:
        url: where it listens; empty before the first start.
        log: the path of its log.
    """

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], directory: Path) -> None:
        self.name = name
        self.arguments = list(arguments)
        self.environment = dict(environment)
        self.log = directory / f"{name}.log"
        self.url = ""
        self._begin = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_alive(self) -> bool:
        """Whether its process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process is not None  # noqa: S101 - it was started
        return self._process.pid

    def launch(self) -> None:
        """Start it, again on the port that it had; `wait` for it before you call it."""
        command, *arguments = self.arguments
        address = self.url.removeprefix("http://") or "127.0.0.1:0"
        with wrapping("launch %s", self.name, log=str(self.log)):
            self._begin = self.log.stat().st_size if self.log.exists() else 0
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603 - the command is one of ours
                    [str(Path(sys.executable).with_name(command)), *arguments, "--listen", address],
                    env={**os.environ, **self.environment},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def wait(self) -> None:
        """Wait until it listens.

        Raises:
            ErrNotStarted: it does not; the message ends with the last line of its log.
        """
        with wrapping("start %s", self.name, log=str(self.log)):
            self.url = self._wait_for_url(self._begin)

    def start(self) -> Self:
        """Start it and wait until it listens."""
        self.launch()
        self.wait()
        return self

    def _wait_for_url(self, begin: int) -> str:
        give_up = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < give_up:
            if found := _LISTENING.search(self.read_log(begin)):
                return found[1]
            if not self.is_alive:
                raise ErrNotStarted(f"it ended: {self._last_line(begin)}")
            time.sleep(_LOOK_EVERY)
        self.kill()
        raise ErrNotStarted(f"it says nothing of a port after {_STARTS_WITHIN:g} s: {self._last_line(begin)}")

    def read_log(self, begin: int = 0) -> str:
        """Its log from a byte on."""
        with wrapping("read the log of %s", self.name), self.log.open("rb") as log:
            log.seek(begin)
            return log.read().decode(errors="replace")

    def _last_line(self, begin: int) -> str:
        return (self.read_log(begin).splitlines() or ["its log is empty"])[-1]

    def kill(self) -> None:
        """SIGKILL: it has no time for anything."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, and SIGKILL when that is not obeyed."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None or not self.is_alive:
            return
        with wrapping("end %s", self.name):
            self._process.send_signal(number)
            try:
                self._process.wait(_ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
