"""The index: one SQLite file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from stackerr import wrapping

if TYPE_CHECKING:
    from pathlib import Path

_TABLE = "create table if not exists distribution (name text primary key, version text, files integer, bytes integer)"


def save(index: Path, name: str, version: str, files: int, size: int) -> None:
    """Keep what is known of one distribution."""
    with (
        wrapping("save distribution %s in %s", name, index.name, index=str(index)),
        closing(sqlite3.connect(index, timeout=0.1)) as connection,
        connection,
    ):
        connection.execute(_TABLE)
        connection.execute("insert or replace into distribution values (?, ?, ?, ?)", (name, version, files, size))


def totals(index: Path) -> tuple[int, int, int]:
    """How many distributions there are, with how many files and bytes."""
    with wrapping("add up %s", index.name, index=str(index)), closing(sqlite3.connect(index)) as connection:
        row = connection.execute("select count(*), coalesce(sum(files), 0), coalesce(sum(bytes), 0) from distribution")
        count, files, size = row.fetchone()
        return count, files, size
