"""The data directory: whose it is, and that nobody else uses it.

<data>/id           the executor's id, made once
<data>/lock         held while an executor runs
<data>/processes/   what runs, see `leftovers`
<data>/tasks/       see `folder`
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import uuid
from typing import TYPE_CHECKING

from stackerr import mark, wrapping

from .disk import replace, telling_full
from .errors import ErrSetup

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


@contextlib.contextmanager
def held(data: Path) -> Generator[None, None, None]:
    """Use a data directory while a block runs; it is made when it is not there.

    Raises:
        ErrSetup: another executor uses it.
    """
    with wrapping("open data directory %s", data), telling_full():
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            os.close(lock)
            raise mark(err, ErrSetup, "another executor uses it", hint="give each its own --data-dir") from err
    try:
        yield
    finally:
        with wrapping("let go of data directory %s", data):
            os.close(lock)


def read_id(data: Path) -> str:
    """The id of the executor, made anew where there is none.

    Raises:
        ErrSetup: what is there is none.
    """
    path = data / "id"
    with wrapping("read the executor's id from %s", path):
        if not path.exists():
            replace(path, f"{uuid.uuid4()}\n")
        text = path.read_text(encoding="utf-8", errors="replace").strip()
        if not _ID.fullmatch(text):
            raise ErrSetup("it holds no id", hint="remove it, and the executor is a new one")
    return text
