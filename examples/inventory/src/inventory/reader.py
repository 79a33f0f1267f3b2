"""Files and their formats: each function says which file it was reading when it fails."""

from __future__ import annotations

import json
import tomllib
import zipfile
from typing import TYPE_CHECKING, Any

from stackerr import wrapping

if TYPE_CHECKING:
    from pathlib import Path


def read_text(path: Path) -> str:
    """The text of a file in UTF-8."""
    with wrapping("read file %s", path.name, file=str(path)):
        return path.read_text(encoding="utf-8")


def read_json(path: Path) -> Any:
    """The value in a JSON file."""
    text = read_text(path)
    with wrapping("parse JSON file %s", path.name, file=str(path)):
        return json.loads(text)


def read_toml(path: Path) -> dict[str, Any]:
    """The table in a TOML file."""
    text = read_text(path)
    with wrapping("parse TOML file %s", path.name, file=str(path)):
        return tomllib.loads(text)


def read_archive(path: Path) -> list[str]:
    """The names of the files in a zip archive, each of which has been read to its end."""
    with wrapping("read archive %s", path.name, file=str(path)), zipfile.ZipFile(path) as archive:
        broken = archive.testzip()
        if broken is not None:
            raise zipfile.BadZipFile(f"bad checksum of {broken}")
        return archive.namelist()
