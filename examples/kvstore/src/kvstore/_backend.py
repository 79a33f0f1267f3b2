"""What a place to keep keys in must be able to do; `Store` makes everything else of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ._changes import Change, Compare, Span
    from ._entries import Batch, Entry


@dataclass(frozen=True, slots=True)
class Range:
    """Entries of a span in byte order, whether there are more, and the newest revision of the store."""

    entries: tuple[Entry, ...]
    more: bool
    revision: int


class Backend(Protocol):
    """Nine calls. Keys are whole, revisions start at 1, and failures are the sentinels of this package."""

    async def range(self, span: Span, *, limit: int = 0, revision: int = 0) -> Range:
        """Read entries as they are (revision 0) or were; limit 0 is none.

        Raises:
            ErrCompacted: the revision is older than the last compaction.
            ErrFutureRevision: the revision is not there yet.
        """

    async def commit(self, compares: Sequence[Compare], changes: Sequence[Change]) -> int:
        """Change everything, or nothing when a comparison does not hold.

        Returns:
            The revision of the change; the newest one of the store when nothing was there to change.

        Raises:
            ErrKeyModified: a comparison does not hold.
            ErrLeaseExpired: a put names a lease that is gone.
        """

    def watch(self, span: Span, after: int) -> AsyncGenerator[Batch, None]:
        """What happened after a revision and what will, in order; a batch without events only tells how far it is.

        Raises:
            ErrCompacted: something after the revision may have been compacted away.
            ErrFutureRevision: the store has not come to that revision.
            ErrUnavailable: the connection was lost; watch again after the last batch.
        """

    async def grant(self, ttl: int) -> int:
        """Make a lease that ends after so many seconds; its id."""

    async def keep_alive(self, lease: int) -> int:
        """Renew a lease; the seconds it has.

        Raises:
            ErrLeaseExpired: it is gone.
        """

    async def revoke(self, lease: int) -> None:
        """End a lease and delete its keys; nothing happens when it is gone."""

    async def compact(self, revision: int) -> None:
        """Forget what was before a revision.

        Raises:
            ErrCompacted: that has been done already.
            ErrFutureRevision: the revision is not there yet.
        """

    async def close(self) -> None:
        """Let go of everything."""
