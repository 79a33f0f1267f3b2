"""Keeping the view of one instance up with what all instances write."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ._checkpoint import load_last
from ._errors import ErrConcurrency, ErrCorrupt, ErrMissing
from ._init import initialise
from ._objects import in_thread
from ._view import View
from ._wal import NotInitialisedError, read_actions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._actions import Action
    from ._context import Context
    from ._sequence import Sequence
    from ._wal import Header

_ATTEMPTS = 5


class Follower:
    """The view of one instance.

    Args:
        context: where everything is.

    Attributes:
        revision: the revision of the store at which the view was fresh.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._turn = asyncio.Lock()
        self._begun = 0
        self._view: View | None = None
        self.revision = 0

    @property
    def view(self) -> View | None:
        """The view as it is; None before it was first asked for."""
        return self._view

    async def fresh(self) -> View:
        """The view with everything that was acknowledged before this call, by whichever instance.

        Many who ask at once share what is begun after they came.
        """
        came = self._begun
        async with self._turn:
            if self._view is None or self._begun <= came:
                self._begun += 1
                try:
                    await self._catch_up()
                except BaseException:
                    self._begun -= 1
                    raise
            return self._known()

    async def restart(self) -> View:
        """Begin with the newest checkpoint, whatever was known."""
        async with self._turn:
            self._view = None
            await self._catch_up()
            return self._known()

    async def rebase(self) -> bool:
        """Stand on the newest checkpoint; whether there was a newer one."""
        async with self._turn:
            if self._view is None:
                return False
            newest = await in_thread(load_last, self._context.objects, self._view.base)
            if newest.sequence <= self._view.base.sequence:
                return False
            self._view.rebase(newest)
            return True

    def apply(self, header: Header, actions: Iterable[Action], revision: int) -> None:
        """Let in what this instance has written itself."""
        if self._view and self._view.applied == header.previous:
            self._view.apply(header.sequence, header.previous, actions)
            self.revision = revision

    def _known(self) -> View:
        assert self._view is not None  # noqa: S101 - who calls has seen to it
        return self._view

    async def _catch_up(self) -> None:
        for attempt in range(_ATTEMPTS):
            try:
                if self._view is None:
                    await self._restart()
                if await self._read_on():
                    return
            except NotInitialisedError:
                pass
            except (ErrMissing, ErrConcurrency):  # others are at it too
                if attempt == _ATTEMPTS - 1:
                    raise
            self._view = None
        raise ErrCorrupt(
            "the log in the store does not follow the newest checkpoint",
            hint="stop all instances, delete the keys datamanager/ of the store, and start: they are made anew",
        )

    async def _restart(self) -> None:
        options = self._context.options
        checkpoint = await initialise(
            self._context.store,
            self._context.journal,
            self._context.objects,
            max_bytes=options.max_file_bytes,
            ttl=options.lock_ttl,
        )
        self._view = View(checkpoint)

    async def _read_on(self) -> bool:
        """Let in what is new; whether it follows what is known."""
        view = self._known()
        applied = view.applied
        headers, last, revision = await self._context.journal.after(applied)
        if not _connects(applied, headers, last):
            return False
        for header in headers:
            if header.previous == view.applied:
                actions = await in_thread(read_actions, self._context.objects, header)
                view.apply(header.sequence, header.previous, actions)
        self.revision = revision
        return True


def _connects(applied: Sequence, headers: list[Header], last: Sequence) -> bool:
    for header in headers:
        if header.previous != applied:
            return False
        applied = header.sequence
    return applied == last
