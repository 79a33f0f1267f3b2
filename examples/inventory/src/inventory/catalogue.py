"""What the program is asked for: an index of the distributions in a folder."""

from __future__ import annotations

from importlib.metadata import Distribution, PathDistribution
from typing import TYPE_CHECKING

from stackerr import ErrorGroup, Sentinel, join, mark, wrapping

from . import reader, store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class ErrIncomplete(Sentinel, message="distribution is incomplete", code="incomplete", hint="install it again"):
    """A distribution whose own files are not all there."""


def find(folder: Path) -> Iterator[Path]:
    """The metadata folders of the distributions that are installed in a folder."""
    yield from sorted(folder.glob("*.dist-info"))


def index_all(folder: Path, index: Path) -> ErrorGroup | None:
    """Index every distribution; those that cannot be read come back as one group of errors."""
    errors: list[Exception | None] = []
    for info in find(folder):
        try:
            index_one(info, index)
        except Exception as e:  # noqa: BLE001 - one broken distribution must not hide the others
            errors.append(e)
    return join(*errors)


def index_one(info: Path, index: Path) -> None:
    """Read one distribution and keep what is known of it."""
    with wrapping("index distribution %s", info.name.partition("-")[0]):
        distribution = read(info)
        files = [info.parent / str(file) for file in distribution.files or ()]
        size = sum(file.stat().st_size for file in files if file.is_file())
        store.save(index, distribution.name, distribution.version, len(files), size)


def read(info: Path) -> Distribution:
    """A distribution whose metadata, in whatever format it comes, has been read once."""
    for name in ("METADATA", "RECORD"):
        try:
            reader.read_text(info / name)
        except FileNotFoundError as e:
            raise mark(e, ErrIncomplete, "look for the files that every distribution has") from e
    for path in sorted(info.rglob("*.json")):
        reader.read_json(path)
    for path in sorted(info.rglob("*.toml")):
        reader.read_toml(path)
    for path in sorted(info.rglob("*.zip")):
        reader.read_archive(path)
    return PathDistribution(info)
