"""Tokens: what somebody knew when deciding, to be held against what is so when writing."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from kvstore import changed_before, unchanged
from stackerr import mark, wrapping

from ._errors import ErrBadToken, ErrTooLarge

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kvstore import Compare

GROUPS, MIN_REVISION = "changegroups/", "changegroupsminrev"
MAX_GROUPS = 100
MAX_NAME = 256


@dataclass(frozen=True, slots=True)
class Token:
    """The state of change groups at one moment. As text it can travel to a client and back.

    Attributes:
        revision: the revision of the store at that moment.
        epoch: the epoch of the log; after a loss or an import it is another one.
        groups: the revision at which each group was last changed; 0 for never.

    >>> Token.parse(str(Token(42, 7, {"runs": 40})))
    Token(revision=42, epoch=7, groups={'runs': 40})
    """

    revision: int
    epoch: int
    groups: Mapping[str, int]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` gave.

        Raises:
            ErrBadToken: the text is something else.
        """
        try:
            read = json.loads(urlsafe_b64decode(text.encode()))
            groups = {check_group(str(name)): _natural(revision) for name, revision in read["groups"].items()}
            return cls(_natural(read["revision"]), _natural(read["epoch"]), groups)
        except (ValueError, LookupError, TypeError, AttributeError) as err:
            raise mark(err, ErrBadToken, f"cannot make sense of the token {text[:40]!r}") from err

    def __str__(self) -> str:
        document = {"revision": self.revision, "epoch": self.epoch, "groups": dict(self.groups)}
        return urlsafe_b64encode(json.dumps(document, separators=(",", ":")).encode()).decode()

    def compares(self, window: int) -> list[Compare]:
        """The conditions that hold as long as no group was changed, nor may have been and is forgotten."""
        with wrapping("hold a token against the store"):
            compares = [unchanged(GROUPS + name, revision) for name, revision in self.groups.items()]
            return [*compares, changed_before(MIN_REVISION, self.revision + window)] if compares else []


def check_groups(names: Collection[str]) -> None:
    """Refuse names that cannot be those of change groups, and too many of them."""
    if len(names) > MAX_GROUPS:
        raise ErrTooLarge(f"{len(names)} change groups; {MAX_GROUPS} is the most")
    for name in names:
        check_group(name)


def check_group(name: str) -> str:
    """The name itself, when a change group can have it."""
    if not 0 < len(name) <= MAX_NAME or "/" in name or not name.isprintable():
        raise ValueError(f"{name[:60]!r} names no change group: use 1 to {MAX_NAME} printable characters without slash")
    return name


def _natural(number: object) -> int:
    if type(number) is not int or not 0 <= number < 1 << 62:
        raise ValueError(f"{number!r} is no revision")
    return number
