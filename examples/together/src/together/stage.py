"""What the demo prints: titles, commands as a user types them, and what they say."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from stackerr import new, wrapping

if TYPE_CHECKING:
    from collections.abc import Mapping

_HAS_COLOURS = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "cyan": "36"}


def paint(text: str, colour: str) -> str:
    """The text in a colour, on a terminal."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if _HAS_COLOURS else text


def title(text: str) -> None:
    """Begin a scene."""
    print(f"\n{paint(f'== {text}', 'bold')}", flush=True)


def say(text: str, colour: str = "dim") -> None:
    """A line of the narrator."""
    print(f"   {paint(text, colour)}", flush=True)


class Shell:
    """Runs the commands of one user.

    Args:
        environment: the variables that the user has set.
        directory: where the user is.

    Attributes:
        variables: the same; directory, too.
    """

    def __init__(self, environment: Mapping[str, str], directory: Path) -> None:
        self.variables = dict(environment)
        self.directory = directory

    def run(self, line: str, *, expect: int = 0, quiet: bool = False) -> str:
        """Run a command line, show it and what it prints unless that is not wanted, and give that back.

        Raises:
            stackerr.Error: it ends with another exit code than expected.
        """
        if not quiet:
            print(f"   {paint('$ ' + line, 'cyan')}", flush=True)
        printed = []
        with wrapping("run %s", line):
            process = self._launch(*shlex.split(line))
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            for output in process.stdout:
                printed.append(output)
                if not quiet:
                    print(f"     {output}", end="", flush=True)
            if process.wait() != expect:
                raise new(f"it ended with {process.returncode} instead of {expect}", output="".join(printed))
        return "".join(printed)

    def _launch(self, command: str, *arguments: str) -> subprocess.Popen[str]:
        with wrapping("launch %s", command):
            return subprocess.Popen(  # noqa: S603 - the commands are ours
                [str(Path(sys.executable).with_name(command)), *arguments],
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.variables},
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
            )
