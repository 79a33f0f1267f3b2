"""A full disk, told from everything else that can be wrong with a file."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stackerr import mark, wrapping

from .errors import ErrFull

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def telling_full() -> Generator[None, None, None]:
    """Give what the system says of a full disk the name that it has here."""
    try:
        yield
    except OSError as err:
        if err.errno in _FULL:
            raise mark(err, ErrFull, ErrFull.default_message, hint="make room in the data directory") from err
        raise


def replace(path: Path, text: str) -> None:
    """Write a file so that whoever reads it finds the old text or the new one, also after a power cut."""
    temporary = path.with_name(f"{path.name}.new")
    with wrapping("write %s", path), telling_full():
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)


def remove_tree(path: Path) -> None:
    """Remove a directory with all that is in it, also what a step has made unwritable."""
    with wrapping("remove %s", path):
        try:
            shutil.rmtree(path)
        except FileNotFoundError:
            return
        except PermissionError:
            for directory, _, _ in os.walk(path):
                os.chmod(directory, 0o700)
            shutil.rmtree(path)
