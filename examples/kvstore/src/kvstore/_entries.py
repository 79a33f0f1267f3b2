"""What a store gives back: entries and pages of them, events and batches of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value at one revision.

    Attributes:
        key: the key.
        value: its bytes.
        revision: the revision of the transaction that put it last.
        created: the revision of the transaction that put it when it was not there.
        lease: the id of the lease it ends with; 0 for none.
    """

    key: str
    value: bytes
    revision: int
    created: int
    lease: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in the byte order of their keys, all as they were at one revision.

    Attributes:
        entries: the entries.
        revision: the revision at which they were read; a watch after it misses and repeats nothing.
        more: whether there are entries beyond the last one.
    """

    entries: tuple[Entry, ...]
    revision: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One key was put or deleted.

    Attributes:
        key: the key.
        value: its new bytes; None when it was deleted, or when its lease ended.
        revision: the revision of the transaction.
        created: the revision at which the key came to be; 0 when it was deleted.
    """

    key: str
    value: bytes | None
    revision: int
    created: int = 0

    @property
    def is_delete(self) -> bool:
        """Whether the key is gone."""
        return self.value is None


@dataclass(frozen=True, slots=True)
class Batch:
    """All that one transaction did to the keys that are watched.

    Attributes:
        revision: the revision of the transaction: where to resume after.
        events: what it did, at most one event for a key.
    """

    revision: int
    events: tuple[Event, ...]
