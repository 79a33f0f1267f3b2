"""The directories of tasks.

<root>/<task id>/work               where its steps run
<root>/<task id>/commands/<step>    the commands of run steps
<root>/<task id>/logs/setup.log, <step>.log
<root>/<task id>/archives/<step>.tar
<root>/<task id>/tmp/               what is fetched and unpacked
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stackerr import mark, wrapping

from .disk import remove_tree, telling_full
from .errors import ErrLost
from .logs import Log

if TYPE_CHECKING:
    from pathlib import Path

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True, slots=True)
class Folder:
    """The directory of a task: `root` is it."""

    root: Path

    def make(self) -> None:
        """Make it, for the first and only time.

        Raises:
            ErrLost: it is there: the task has been started before.
            ErrFull: the disk is full.
        """
        with wrapping("make directory %s", self.root), telling_full():
            try:
                self.root.mkdir(mode=0o700, parents=True)
            except FileExistsError as err:
                raise mark(err, ErrLost, "the task was started before, and is not started twice") from err
            for name in ("work", "commands", "logs", "archives", "tmp"):
                (self.root / name).mkdir()

    @property
    def work(self) -> Path:
        """Where its steps run."""
        return self.root / "work"

    def command(self, step: int) -> Path:
        """The file with the command of a step."""
        return self.root / "commands" / str(step)

    def log(self, step: int | None) -> Log:
        """The log of a step, or of the setup."""
        return Log(self.root / "logs" / f"{'setup' if step is None else step}.log")

    def archive(self, step: int) -> Path:
        """What a step has kept."""
        return self.root / "archives" / f"{step}.tar"

    def download(self, name: str) -> Path:
        """Where something goes that is fetched."""
        return self.root / "tmp" / f"{name}.tar"


@dataclass(frozen=True, slots=True)
class Folders:
    """The directories of all tasks, below one."""

    root: Path

    def of(self, task_id: str) -> Folder:
        """That of a task; it need not be there."""
        assert _ID.fullmatch(task_id), "the API takes no others"  # noqa: S101
        return Folder(self.root / task_id)

    def list(self) -> list[str]:
        """The ids of the tasks that have one."""
        with wrapping("list directories in %s", self.root):
            return sorted(path.name for path in self.root.iterdir() if _ID.fullmatch(path.name))

    def make(self) -> None:
        """Make the directory that holds them."""
        with wrapping("make directory %s", self.root), telling_full():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def remove(self, task_id: str) -> None:
        """Remove that of a task."""
        remove_tree(self.of(task_id).root)
