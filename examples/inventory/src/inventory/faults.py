"""Real failures, made in a copy: each is a way to break a folder, and what then fails."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from contextlib import ExitStack, closing, contextmanager, nullcontext
from typing import TYPE_CHECKING
from unittest.mock import patch

from . import catalogue, reader, store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import TypeAlias

    Fault: TypeAlias = Callable[[Path], AbstractContextManager[None]]

_NOBODY = 65534


@contextmanager
def missing_file(info: Path) -> Iterator[None]:
    """A file that every distribution has is not there"""
    (info / "RECORD").unlink()
    yield


@contextmanager
def malformed_json(info: Path) -> Iterator[None]:
    """A JSON file ends in the middle"""
    (info / "direct_url.json").write_text('{"url": "file:///src", "dir_info": {"editable": tr', encoding="utf-8")
    yield


@contextmanager
def malformed_toml(info: Path) -> Iterator[None]:
    """A TOML file has a value without quotes"""
    (info / "settings.toml").write_text("[build]\nbackend = hatchling\n", encoding="utf-8")
    yield


@contextmanager
def bad_text(info: Path) -> Iterator[None]:
    """A file is not in UTF-8"""
    (info / "METADATA").write_bytes("Name: café\n".encode("latin-1"))
    yield


@contextmanager
def truncated_archive(info: Path) -> Iterator[None]:
    """An archive was cut off while it was copied"""
    path = info / "sources.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("source.py", "print('hello')\n" * 1000)
    os.truncate(path, path.stat().st_size - 30)
    yield


@contextmanager
def damaged_archive(info: Path) -> Iterator[None]:
    """A byte of an archive was flipped"""
    path = info / "sources.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("source.py", "print('hello')\n")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"hello", b"hallo"))
    yield


@contextmanager
def no_permission(info: Path) -> Iterator[None]:
    """A file may not be read by the user who tries"""
    (info / "METADATA").chmod(0)
    me = os.geteuid()
    if me == 0:  # nothing is forbidden to root
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(me)


@contextmanager
def locked_index(info: Path) -> Iterator[None]:
    """Another process is writing to the index"""
    with closing(sqlite3.connect(info.parent / "index.sqlite3", isolation_level=None)) as other:
        other.execute("begin exclusive")
        yield


FAULTS: list[Fault] = [
    missing_file,
    malformed_json,
    malformed_toml,
    bad_text,
    truncated_archive,
    damaged_archive,
    no_permission,
    locked_index,
]


def meet(info: Path, *, with_boundaries: bool) -> Exception | None:
    """Index a broken distribution; without boundaries it fails as programs do today."""
    with ExitStack() as stack:
        if not with_boundaries:
            for module in (catalogue, reader, store):
                stack.enter_context(patch.object(module, "wrapping", lambda *_, **__: nullcontext()))
            stack.enter_context(patch.object(catalogue, "mark", lambda err, *_: err))
        try:
            catalogue.index_one(info, info.parent / "index.sqlite3")
        except Exception as e:  # noqa: BLE001 - whatever it is, it is what the demo is about
            return e
    return None
