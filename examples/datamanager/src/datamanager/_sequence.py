"""The numbers that WALs and checkpoints have: their order as texts is their order as numbers."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Self

_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_WIDTH = 13
_FORM = re.compile(f"([{_DIGITS}]{{{_WIDTH}}})-([{_DIGITS}]{{{_WIDTH}}})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Sequence:
    """A number that goes up, also when the store that counted is lost: then the epoch does.

    Attributes:
        epoch: the Unix time at which the counter began anew, or more.
        counter: how many there were since.

    >>> str(Sequence(1_760_000_000, 33))
    '0000001keeu00-0000000000011'
    >>> Sequence.parse("0000001keeu00-0000000000011").next()
    Sequence(epoch=1760000000, counter=34)
    """

    epoch: int
    counter: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` gave.

        Raises:
            ValueError: the text is something else.
        """
        found = _FORM.fullmatch(text)
        if not found:
            raise ValueError(f"{text[:60]!r} is no sequence: wanted two numbers of {_WIDTH} digits in base 32")
        return cls(int(found[1], 32), int(found[2], 32))

    @classmethod
    def begin(cls, *known: Sequence) -> Self:
        """The first one of a new epoch, above all that are known: a clock that was set back cannot repeat one."""
        return cls(max(int(time.time()), *(one.epoch + 1 for one in known), 1), 0)

    def next(self) -> Self:
        """The one after it."""
        return type(self)(self.epoch, self.counter + 1)

    def __str__(self) -> str:
        return f"{_encode(self.epoch)}-{_encode(self.counter)}"


def _encode(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 32)
        digits = _DIGITS[digit] + digits
    return digits.rjust(_WIDTH, "0")
