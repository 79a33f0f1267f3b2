"""What a store is told: comparisons and changes, which together are a transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import eq, gt, lt
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

from ._errors import ErrKeyModified, ErrTooLarge

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYTES = 1024 * 1024
MAX_CHANGES = 128

_HOLDS = {"==": eq, "<": lt, ">": gt}
_OF_ABSENCE = {"==": "none", "<": "the impossible", ">": "one"}


@dataclass(frozen=True, slots=True)
class Span:
    """The keys from `low` up to but not including `high`, as bytes; an empty `high` means no end.

    >>> Span.of_prefix("runs/")
    Span(low=b'runs/', high=b'runs0')
    """

    low: bytes
    high: bytes

    @classmethod
    def of_key(cls, key: str) -> Span:
        """One key alone."""
        raw = key.encode()
        return cls(raw, raw + b"\0")

    @classmethod
    def of_prefix(cls, prefix: str, after: str = "") -> Span:
        """Every key that starts with the prefix; of those, the ones strictly after a key."""
        raw = prefix.encode()
        stem = raw.rstrip(b"\xff")
        high = stem[:-1] + bytes([stem[-1] + 1]) if stem else b""
        return cls(max(raw, after.encode() + b"\0") if after else raw, high)

    def __contains__(self, key: str) -> bool:
        raw = key.encode()
        return self.low <= raw and (not self.high or raw < self.high)


@dataclass(frozen=True, slots=True)
class Compare:
    """A condition on the revision of a key; a key that is not there has revision 0."""

    key: str
    relation: Literal["==", "<", ">"]
    revision: int

    def under(self, prefix: str) -> Self:
        """The same for the key with a prefix before it."""
        return replace(self, key=prefix + self.key)

    def holds(self, revision: int) -> bool:
        """Whether the condition is met by a key of that revision."""
        return bool(_HOLDS[self.relation](revision, self.revision))

    def broken_by(self, revision: int) -> ErrKeyModified:
        """The error to raise for a key of a revision with which it does not hold."""
        there = f"is at revision {revision}" if revision else "is not there"
        wanted = f"revision {self.relation} {self.revision}" if self.revision else _OF_ABSENCE[self.relation]
        return ErrKeyModified(f"key {self.key} {there}, wanted {wanted}", key=self.key, revision=revision)


def unchanged(key: str, revision: int) -> Compare:
    """The key was last put at that very revision."""
    return Compare(key, "==", revision)


def absent(key: str) -> Compare:
    """The key is not there."""
    return Compare(key, "==", 0)


def present(key: str) -> Compare:
    """The key is there."""
    return Compare(key, ">", 0)


def changed_before(key: str, revision: int) -> Compare:
    """The key is not there or was last put before that revision."""
    return Compare(key, "<", revision)


@dataclass(frozen=True, slots=True)
class Put:
    """Set a key; `lease` is the id of the lease that it ends with, 0 for none."""

    key: str
    value: bytes
    lease: int = 0

    def under(self, prefix: str) -> Self:
        """The same for the key with a prefix before it."""
        return replace(self, key=prefix + self.key)


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a key; nothing happens when it is not there."""

    key: str

    def under(self, prefix: str) -> Self:
        """The same for the key with a prefix before it."""
        return replace(self, key=prefix + self.key)

    @property
    def span(self) -> Span:
        """The keys that go."""
        return Span.of_key(self.key)


@dataclass(frozen=True, slots=True)
class DeletePrefix:
    """Delete every key that starts with a prefix."""

    prefix: str

    def under(self, prefix: str) -> Self:
        """The same for the keys with a prefix before them."""
        return replace(self, prefix=prefix + self.prefix)

    @property
    def span(self) -> Span:
        """The keys that go."""
        return Span.of_prefix(self.prefix)


Change: TypeAlias = Put | Delete | DeletePrefix


def check_key(key: str) -> None:
    """Refuse what no backend can have as a key.

    Raises:
        ValueError: the key is empty, or cannot be encoded in UTF-8.
    """
    if not key:
        raise ValueError("a key has one character at least; the empty text is no key")
    try:
        key.encode()
    except UnicodeEncodeError as err:
        raise ValueError(f"the key {key!r} cannot be written in UTF-8") from err


def check_changes(compares: Sequence[Compare], changes: Sequence[Change]) -> None:
    """Refuse a transaction that one of the backends could not do.

    Raises:
        ErrTooLarge: it has more than 128 comparisons or changes, or more than 1 MiB.
        ValueError: a bad key, or a key that is changed twice.
    """
    puts = [change for change in changes if isinstance(change, Put)]
    for key in [compare.key for compare in compares] + [put.key for put in puts]:
        check_key(key)
    if max(len(changes), len(compares)) > MAX_CHANGES:
        raise ErrTooLarge(f"{max(len(changes), len(compares))} changes or comparisons; {MAX_CHANGES} is the limit")
    size = sum(len(put.key.encode()) + len(put.value) for put in puts)
    if size > MAX_BYTES:
        raise ErrTooLarge(f"{size} bytes of keys and values; {MAX_BYTES} is the limit", size=size, limit=MAX_BYTES)
    _check_overlaps(puts, [change.span for change in changes if not isinstance(change, Put)])


def _check_overlaps(puts: Sequence[Put], spans: Sequence[Span]) -> None:
    seen = set()
    for put in puts:
        if put.key in seen or any(put.key in span for span in spans):
            raise ValueError(f"the key {put.key!r} is changed twice in one transaction")
        seen.add(put.key)
