"""Change groups: names under which things change, so that a change can rest on what its maker has seen.

A token says at which revision each of some groups was. A change that brings it along is refused when one of them has
changed since. Groups that nobody has changed for long are forgotten; tokens from before then are refused as well.
"""

from __future__ import annotations

import base64
import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apierrors import ErrBadRequest
from kvstore import Compare, Delete, ErrKeyModified, Put, changed_before, unchanged
from stackerr import mark, wrapping

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clients.runservice import Run
    from kvstore import Store

PREFIX = "scheduler/changegroups/"
FORGOTTEN = "scheduler/changegroupsminrev"
WINDOW = 1000
_MOST = 100  # of a transaction, and of a token


def key_of(name: str) -> str:
    """The key of a group; names may hold anything."""
    return PREFIX + hashlib.sha256(name.encode()).hexdigest()


def groups_of(run: Run) -> list[str]:
    """The groups that a run belongs to: its own id, its group, and all that the group is part of."""
    parts = run.group.split("/")[1:]
    return [run.id, *("/" + "/".join(parts[: n + 1]) for n in range(len(parts)))]


@dataclass(frozen=True, slots=True)
class GroupsToken:
    """At which revision some groups were, 0 being never.

    Attributes:
        at: the revision of the store when that was looked up.
        revisions: the revision of each group, by key.
    """

    at: int
    revisions: dict[str, int]

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(json.dumps([self.at, self.revisions]).encode()).decode()

    @classmethod
    def parse(cls, text: str) -> GroupsToken:
        """Read a token that a client sent back.

        Raises:
            ErrBadRequest: it is none.
        """
        try:
            at, revisions = json.loads(base64.b64decode(text.encode(), altchars=b"-_", validate=True))
            return cls(_revision(at), {_key(key): _revision(value) for key, value in revisions.items()})
        except (ValueError, TypeError, AttributeError, RecursionError) as err:
            public = "change_groups_update_token is none that this service gave out"
            raise mark(err, ErrBadRequest, "read the token of change groups", public=public) from err

    @property
    def compares(self) -> list[Compare]:
        """The conditions under which nothing has changed."""
        since = changed_before(FORGOTTEN, self.at + WINDOW)
        return [since, *(unchanged(key, revision) for key, revision in self.revisions.items())]


def _revision(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**62:
        raise ValueError("a revision is a whole number")
    return value


def _key(value: str) -> str:
    if not value.startswith(PREFIX) or len(value) != len(key_of("")):
        raise ValueError("that is no key of a group")
    return value


async def make_token(store: Store, names: Iterable[str]) -> GroupsToken:
    """A token for some groups as they are now.

    Raises:
        ErrBadRequest: these are too many.
    """
    keys = sorted({key_of(name) for name in names})
    if len(keys) > _MOST:
        raise ErrBadRequest("too many change groups", public=f"at most {_MOST} change groups can be asked for")
    with wrapping("look up %s change groups", len(keys)):
        page = await store.list(PREFIX) if keys else None
        at = page.revision if page else await store.revision()
    there = {entry.key: entry.revision for entry in page.entries} if page else {}
    return GroupsToken(at, {key: there.get(key, 0) for key in keys})


def touch(names: Iterable[str]) -> list[Put]:
    """What says that something of these groups has changed."""
    return [Put(key_of(name), b"") for name in sorted(set(names))]


async def forget_groups(store: Store) -> None:
    """Forget the groups that have not changed for a thousand revisions."""
    with wrapping("forget old change groups"):
        page = await store.list(PREFIX)
        old = [entry for entry in page.entries if entry.revision < page.revision - WINDOW]
        for n in range(0, len(old), _MOST):
            some = old[n : n + _MOST]
            conditions = [unchanged(entry.key, entry.revision) for entry in some]
            with suppress(ErrKeyModified):  # changed meanwhile, or forgotten by another instance
                await store.commit(conditions, [Put(FORGOTTEN, b""), *(Delete(entry.key) for entry in some)])
