"""What one instance knows of all objects: the last checkpoint it has seen, and what was written since."""

from __future__ import annotations

from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from ._actions import Put
from ._datafile import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._actions import Action
    from ._checkpoint import Checkpoint
    from ._sequence import Sequence

Found: TypeAlias = bytes | Place
"""The data of an object, or where they are."""


class View:
    """All objects as they are after one WAL.

    Args:
        base: a checkpoint.

    Attributes:
        applied: the last WAL that is in it.
    """

    def __init__(self, base: Checkpoint) -> None:
        self.base = base
        self.applied = base.wal
        self._changes: dict[str, dict[str, tuple[Sequence, bytes | None]]] = {}

    def apply(self, sequence: Sequence, previous: Sequence, actions: Iterable[Action]) -> None:
        """Let a WAL come in, if it is the next one."""
        if previous != self.applied:
            return
        for action in actions:
            data = action.data if isinstance(action, Put) else None
            self._changes.setdefault(action.type, {})[action.id] = (sequence, data)
        self.applied = sequence

    def rebase(self, base: Checkpoint) -> None:
        """Stand on a newer checkpoint, and forget what is in it."""
        self.base = base
        if self.applied <= base.wal:
            self.applied = base.wal
            self._changes.clear()
        for type, those in self._changes.items():
            self._changes[type] = {id: change for id, change in those.items() if change[0] > base.wal}

    def find(self, type: str, id: str) -> Found | None:
        """An object, if there is one."""
        change = self._changes.get(type, {}).get(id)
        return change[1] if change else self.base.find(type, id)

    def select(self, type: str, prefix: str, after: str, limit: int) -> list[tuple[str, Found]]:
        """The objects of a type in the order of their ids; limit 0 is none."""
        changes = self._changes.get(type, {})
        changed = sorted(
            (id, data) for id, (_, data) in changes.items() if data is not None and id.startswith(prefix) and id > after
        )
        kept = ((id, place) for id, place in self._kept(type, prefix, after) if id not in changes)
        merged: Iterator[tuple[str, Found]] = merge(kept, changed, key=itemgetter(0))
        return list(islice(merged, limit or None))

    def _kept(self, type: str, prefix: str, after: str) -> Iterator[tuple[str, Place]]:
        for id, place in self.base.after(type, max(prefix, after), inclusive=prefix > after):
            if not id.startswith(prefix):
                return
            yield id, place

    def count(self, type: str) -> int:
        """How many objects of a type there are."""
        count = self.base.count(type)
        for id, (_, data) in self._changes.get(type, {}).items():
            count += (data is not None) - (self.base.find(type, id) is not None)
        return count

    def pending(self) -> int:
        """How many changes are in memory and not in the checkpoint."""
        return sum(map(len, self._changes.values()))
