"""The tables of a SQLite store, and what is read from and written to them: plain calls inside a transaction.

A version of a key lives from `revision` up to but not including `until`; `until` is NULL while it is the newest. A
deletion is a version without a value that is over when it begins: there for watches, never for reads.
"""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from ._backend import Range
from ._changes import Put, Span
from ._entries import Batch, Entry, Event
from ._errors import ErrCompacted, ErrCorrupt, ErrFutureRevision, ErrLeaseExpired

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from ._changes import Change, Compare

APPLICATION, LAYOUT = 0x6B767374, 1
_WINDOW = 256
_NO_END = b"\xff" * 8  # no UTF-8 text comes after it

_SCHEMA = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {LAYOUT};
CREATE TABLE store (one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER NOT NULL, compacted INTEGER NOT NULL);
INSERT INTO store VALUES (1, 1, 0);
CREATE TABLE versions (
    key BLOB NOT NULL, revision INTEGER NOT NULL, created INTEGER NOT NULL, until INTEGER, value BLOB,
    lease INTEGER NOT NULL
);
CREATE UNIQUE INDEX history ON versions (key, revision);
CREATE UNIQUE INDEX living ON versions (key) WHERE until IS NULL;
CREATE INDEX events ON versions (revision);
CREATE INDEX past ON versions (until) WHERE until IS NOT NULL;
CREATE INDEX leased ON versions (lease) WHERE until IS NULL AND lease != 0;
CREATE TABLE leases (id INTEGER PRIMARY KEY, ttl INTEGER NOT NULL, expires REAL NOT NULL)
"""


def lay_out(db: Connection) -> None:
    """Make the tables in an empty file.

    Raises:
        ErrCorrupt: the file is a database of somebody else, or of another version of this package.
    """
    (application,), (layout,) = (db.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version"))
    if (application, layout) == (APPLICATION, LAYOUT):
        return
    if application or layout or db.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise ErrCorrupt(f"the file is some other database (application {application:#x}, layout {layout})")
    for statement in _SCHEMA.split(";"):  # `executescript` would commit first
        db.execute(statement)


def read_range(db: Connection, span: Span, limit: int, revision: int) -> Range:
    """Read what is or was in a span."""
    newest = _check_revision(db, revision)
    living = "until IS NULL" if not revision else "revision <= :at AND (until IS NULL OR until > :at)"
    rows = db.execute(
        "SELECT key, value, revision, created, lease FROM versions"
        f" WHERE key >= :low AND key < :high AND {living}"
        " ORDER BY key LIMIT :limit",
        {"low": span.low, "high": span.high or _NO_END, "at": revision, "limit": limit + 1 if limit else -1},
    ).fetchall()
    shown = rows[:limit] if limit else rows
    entries = tuple(Entry(key.decode(), *rest) for key, *rest in shown)
    return Range(entries, len(rows) > len(shown), newest)


def _check_revision(db: Connection, revision: int) -> int:
    newest, compacted = db.execute("SELECT revision, compacted FROM store").fetchone()
    if revision > newest:
        raise ErrFutureRevision(f"revision {revision} is not there yet; the newest is {newest}", newest=newest)
    if 0 < revision < compacted:
        raise ErrCompacted(f"revision {revision} was compacted away; the oldest is {compacted}", oldest=compacted)
    return int(newest)


def read_events(db: Connection, span: Span, after: int) -> tuple[list[Batch], int, int]:
    """What happened after a revision, up to which one that was looked for, and the newest one."""
    newest = _check_revision(db, max(after, 1))
    upto = min(newest, after + _WINDOW)
    rows = db.execute(
        "SELECT key, value, revision, created FROM versions"
        " WHERE revision > ? AND revision <= ? AND key >= ? AND key < ? ORDER BY revision, key",
        (after, upto, span.low, span.high or _NO_END),
    )
    events: defaultdict[int, list[Event]] = defaultdict(list)
    for key, *rest in rows:
        event = Event(key.decode(), *rest)
        events[event.revision].append(event)
    return [Batch(revision, tuple(those)) for revision, those in events.items()], upto, newest


def commit(db: Connection, compares: Sequence[Compare], changes: Sequence[Change]) -> int:
    """Compare and change; the revision."""
    for compare in compares:
        _compare(db, compare)
    (revision,) = db.execute("SELECT revision + 1 FROM store").fetchone()
    deleted = sum(_delete(db, change.span, revision) for change in changes if not isinstance(change, Put))
    puts = [change for change in changes if isinstance(change, Put)]
    for put in puts:
        _put(db, put, revision)
    return _move_on(db, revision) if deleted or puts else revision - 1


def _move_on(db: Connection, revision: int) -> int:
    db.execute("UPDATE store SET revision = ?", (revision,))
    return revision


def _compare(db: Connection, compare: Compare) -> None:
    row = db.execute(
        "SELECT revision FROM versions WHERE key = ? AND until IS NULL", (compare.key.encode(),)
    ).fetchone()
    found = row[0] if row else 0
    if not compare.holds(found):
        raise compare.broken_by(found)


def _put(db: Connection, put: Put, revision: int) -> None:
    if put.lease:
        _check_lease(db, put.lease)
    key = put.key.encode()
    created = db.execute(
        "UPDATE versions SET until = ? WHERE key = ? AND until IS NULL RETURNING created", (revision, key)
    ).fetchone()
    db.execute(
        "INSERT INTO versions (key, revision, created, until, value, lease) VALUES (?, ?, ?, NULL, ?, ?)",
        (key, revision, created[0] if created else revision, put.value, put.lease),
    )


def _delete(db: Connection, span: Span, revision: int) -> int:
    ended = db.execute(
        "UPDATE versions SET until = ? WHERE key >= ? AND key < ? AND until IS NULL RETURNING key",
        (revision, span.low, span.high or _NO_END),
    ).fetchall()
    return _bury(db, ended, revision)


def _bury(db: Connection, keys: Sequence[tuple[bytes]], revision: int) -> int:
    db.executemany(
        "INSERT INTO versions (key, revision, created, until, value, lease) VALUES (?, ?, 0, ?, NULL, 0)",
        [(key, revision, revision) for (key,) in keys],
    )
    return len(keys)


def compact(db: Connection, revision: int) -> None:
    """Forget what was over at a revision."""
    (compacted,) = db.execute("SELECT compacted FROM store").fetchone()
    _check_revision(db, revision)
    if revision <= compacted:
        raise ErrCompacted(f"the store is compacted to revision {compacted} already", oldest=compacted)
    db.execute("UPDATE store SET compacted = ?", (revision,))
    db.execute("DELETE FROM versions WHERE until <= ?", (revision,))


def grant(db: Connection, ttl: int) -> int:
    """Make a lease."""
    lease = secrets.randbits(62) | 1
    db.execute("INSERT INTO leases VALUES (?, ?, ?)", (lease, ttl, time.monotonic() + ttl))
    return lease


def keep_alive(db: Connection, lease: int) -> int:
    """Renew a lease."""
    ttl = _check_lease(db, lease)
    db.execute("UPDATE leases SET expires = ? WHERE id = ?", (time.monotonic() + ttl, lease))
    return ttl


def _check_lease(db: Connection, lease: int) -> int:
    row = db.execute("SELECT ttl FROM leases WHERE id = ? AND expires > ?", (lease, time.monotonic())).fetchone()
    if row is None:
        raise ErrLeaseExpired(f"lease {lease:x} has expired", lease=lease)
    return int(row[0])


def revoke(db: Connection, lease: int) -> None:
    """End a lease and delete its keys."""
    if not db.execute("DELETE FROM leases WHERE id = ?", (lease,)).rowcount:
        return
    (revision,) = db.execute("SELECT revision + 1 FROM store").fetchone()
    ended = db.execute(
        "UPDATE versions SET until = ? WHERE lease = ? AND until IS NULL RETURNING key", (revision, lease)
    ).fetchall()
    if _bury(db, ended, revision):
        _move_on(db, revision)


def overdue(db: Connection) -> list[int]:
    """The leases whose time is over, or cannot be right.

    The clock counts from the start of the machine and is the same for all its processes. A lease with more time left
    than it may have was written before the last start.
    """
    now = time.monotonic()
    rows = db.execute("SELECT id FROM leases WHERE expires <= ? OR expires > ? + ttl", (now, now))
    return [lease for (lease,) in rows]


def expire(db: Connection) -> None:
    """End the leases that are overdue."""
    for lease in overdue(db):
        revoke(db, lease)
