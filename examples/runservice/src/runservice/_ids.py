"""The ids of runs: they sort in the order in which the runs were made, also after the kv store was lost."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kvstore import ErrKeyModified, ErrKeyNotFound
from stackerr import wrapping

if TYPE_CHECKING:
    from kvstore import Store

KEY = "scheduler/runsequence"
_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_WIDTH = 13


@dataclass(frozen=True, order=True, slots=True)
class Sequence:
    """An id: a counter, and the epoch in which it counts, which is a new one whenever the kv store starts anew.

    >>> str(Sequence(1, 33))
    '0000000000001-0000000000011'
    >>> Sequence.parse("0000000000001-0000000000011") == Sequence(1, 33)
    True
    """

    epoch: int
    counter: int

    def __str__(self) -> str:
        return f"{_encode(self.epoch)}-{_encode(self.counter)}"

    @classmethod
    def parse(cls, text: str) -> Sequence:
        """Read an id.

        Raises:
            ValueError: it is none.
        """
        epoch, _, counter = text.partition("-")
        return cls(int(epoch, 32), int(counter, 32))

    def next(self) -> Sequence:
        """The id after this one."""
        return Sequence(self.epoch, self.counter + 1)


def _encode(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 32)
        digits = _DIGITS[rest] + digits
    return digits.rjust(_WIDTH, "0")


async def next_run_id(store: Store, newest: str) -> str:
    """An id that no run had.

    Args:
        store: where the last one is kept.
        newest: the greatest id of the archived runs, or an empty text; a new epoch begins above it.
    """
    with wrapping("take the next id of a run"):
        while True:
            last, revision = await _last(store)
            sequence = last.next() if last else _begin(newest)
            try:
                await store.put_if(KEY, str(sequence).encode(), revision)
            except ErrKeyModified:
                continue  # somebody else was faster
            return str(sequence)


async def _last(store: Store) -> tuple[Sequence | None, int]:
    try:
        entry = await store.get(KEY)
    except ErrKeyNotFound:
        return None, 0
    return Sequence.parse(entry.value.decode()), entry.revision


def _begin(newest: str) -> Sequence:
    """The first id of a new epoch, which is the time, or whatever is above the ids there are: clocks can be wrong."""
    epoch = Sequence.parse(newest).epoch + 1 if newest else 0
    return Sequence(max(int(time.time()), epoch), 1)
