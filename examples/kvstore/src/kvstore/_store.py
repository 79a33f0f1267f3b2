"""The store: what users call, the same on every backend. Each call says what it was doing when it fails."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from stackerr import wrapping

from ._changes import Compare, Delete, DeletePrefix, Put, Span, check_changes, check_key, unchanged
from ._entries import Entry, Page
from ._errors import ErrKeyNotFound
from ._lease import Lease, grant, keep
from ._lock import Lock, hold
from ._watch import follow

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Sequence
    from types import TracebackType
    from typing import Self

    from ._backend import Backend
    from ._changes import Change
    from ._entries import Batch


class Store:
    """Keys and values with revisions; every change moves the revision of the whole store on by one.

    Args:
        backend: where they are kept.
        prefix: what comes before every key; users of one store do not see each other's.
    """

    def __init__(self, backend: Backend, prefix: str = "") -> None:
        self.backend = backend
        self.prefix = prefix

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, err: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of files and connections."""
        await self.backend.close()

    async def revision(self) -> int:
        """The newest revision."""
        with wrapping("ask for the revision"):
            return (await self.backend.range(Span.of_key(self.prefix or "\0"), limit=1)).revision

    async def get(self, key: str, *, revision: int = 0) -> Entry:
        """The entry of a key, as it is or as it was at a revision.

        Raises:
            ErrKeyNotFound: there is none.
            ErrCompacted: the revision is older than the last compaction.
            ErrFutureRevision: the revision is not there yet.
        """
        with wrapping("get key %s", key, key=key):
            check_key(key)
            found = await self.backend.range(Span.of_key(self.prefix + key), limit=1, revision=revision)
            if not found.entries:
                raise ErrKeyNotFound(revision=revision or found.revision)
            return self._own(found.entries[0])

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 0, revision: int = 0) -> Page:
        """The entries whose keys start with a prefix, in byte order.

        Args:
            prefix: the start of the keys, a string and not a directory.
            after: only keys strictly after this one.
            limit: how many at most; 0 is all.
            revision: as they were then; 0 is now.

        Raises:
            ErrCompacted: the revision is older than the last compaction.
            ErrFutureRevision: the revision is not there yet.
        """
        with wrapping("list keys %s*", prefix, prefix=prefix):
            span = Span.of_prefix(self.prefix + prefix, self.prefix + after if after else "")
            found = await self.backend.range(span, limit=limit, revision=revision)
            entries = tuple(map(self._own, found.entries))
            return Page(entries, revision or found.revision, found.more)

    async def pages(self, prefix: str = "", *, size: int = 1000, revision: int = 0) -> AsyncIterator[Page]:
        """All entries of a prefix in pages, every page as of the revision of the first.

        Raises:
            ErrCompacted: the revision was compacted away between two pages; start again.
        """
        page = await self.list(prefix, limit=size, revision=revision)
        yield page
        while page.more:
            page = await self.list(prefix, after=page.entries[-1].key, limit=size, revision=page.revision)
            yield page

    async def put(self, key: str, value: bytes, *, lease: Lease | None = None) -> int:
        """Set a key, whatever it was; the revision at which that happened.

        Raises:
            ErrLeaseExpired: the lease is gone.
            ErrTooLarge: key and value together are more than 1 MiB.
        """
        with wrapping("put key %s", key, key=key):
            return await self._commit([], [Put(key, value, lease.id if lease else 0)])

    async def put_if(self, key: str, value: bytes, revision: int, *, lease: Lease | None = None) -> int:
        """Set a key if it was last put at that revision, 0 being never; the revision at which that happened.

        Raises:
            ErrKeyModified: it was put or deleted since.
        """
        with wrapping("put key %s if at revision %s", key, revision, key=key):
            return await self._commit([unchanged(key, revision)], [Put(key, value, lease.id if lease else 0)])

    async def delete(self, key: str) -> int:
        """Delete a key; the revision at which it was gone. Nothing happens when it was not there."""
        with wrapping("delete key %s", key, key=key):
            check_key(key)
            return await self._commit([], [Delete(key)])

    async def delete_if(self, key: str, revision: int) -> int:
        """Delete a key if it was last put at that revision.

        Raises:
            ErrKeyModified: it was put or deleted since.
        """
        with wrapping("delete key %s if at revision %s", key, revision, key=key):
            return await self._commit([unchanged(key, revision)], [Delete(key)])

    async def delete_prefix(self, prefix: str) -> int:
        """Delete every key that starts with a prefix, at one revision."""
        with wrapping("delete keys %s*", prefix, prefix=prefix):
            return await self._commit([], [DeletePrefix(prefix)])

    async def commit(self, compares: Sequence[Compare], changes: Sequence[Change]) -> int:
        """Do all the changes at one revision, if all the comparisons hold, or none.

        Returns:
            The revision of the changes; the newest one when there was nothing to change.

        Raises:
            ErrKeyModified: a comparison does not hold; nothing was changed.
            ErrLeaseExpired: a put names a lease that is gone.
            ErrTooLarge: more than 128 changes or comparisons, or more than 1 MiB.
            ErrNotSent: the store was not reached; repeat at will.
            ErrUnavailable: otherwise, no answer: it may have happened or not.
        """
        with wrapping("commit %s changes", len(changes)):
            return await self._commit(compares, changes)

    def watch(self, prefix: str = "", *, after: int = 0) -> AbstractAsyncContextManager[AsyncIterator[Batch]]:
        """Follow what happens to the keys of a prefix, across lost connections and restarts of the server.

        Args:
            prefix: the start of the keys.
            after: the revision of the last thing you know of; 0 is the very beginning.

        Returns:
            A context manager over an endless iterator of batches, which misses none and repeats none.

        Raises:
            ErrCompacted: from the iterator: history after the revision is gone; read all anew.
            ErrFutureRevision: from the iterator: the store was lost, and a younger one took its place.
        """
        return self._watch(Span.of_prefix(self.prefix + prefix), f"{prefix}*", after)

    def watch_key(self, key: str, *, after: int = 0) -> AbstractAsyncContextManager[AsyncIterator[Batch]]:
        """The same for one key."""
        return self._watch(Span.of_key(self.prefix + key), key, after)

    async def grant(self, ttl: float) -> Lease:
        """Make a lease that you renew yourself.

        Args:
            ttl: how long it lives, in seconds; rounded up to whole ones.
        """
        return await grant(self.backend, ttl)

    def lease(self, ttl: float) -> AbstractAsyncContextManager[Lease]:
        """Hold a lease while a block runs; at its end it is revoked.

        Raises:
            ErrLeaseExpired: it could not be kept alive; the block was stopped by a cancellation.
        """
        return keep(self.backend, ttl)

    def lock(self, name: str, *, ttl: float = 5, wait: bool = True) -> AbstractAsyncContextManager[Lock]:
        """Hold a lock while a block runs; those who wait come in in their order.

        Args:
            name: its name; its keys are `name/…`.
            ttl: how long after its holder's death it is free again, in seconds; rounded up to whole ones.
            wait: whether to wait for it.

        Raises:
            ErrLocked: somebody else holds it, and you did not want to wait.
            ErrLockLost: it could not be kept; the block was stopped by a cancellation.
        """
        return hold(self, name, ttl, wait=wait)

    async def compact(self, revision: int) -> None:
        """Forget what was before a revision; what was there at it stays readable.

        Raises:
            ErrCompacted: that has been done already.
            ErrFutureRevision: the revision is not there yet.
        """
        with wrapping("compact to revision %s", revision, revision=revision):
            await self.backend.compact(revision)

    async def _commit(self, compares: Sequence[Compare], changes: Sequence[Change]) -> int:
        compares = [compare.under(self.prefix) for compare in compares]
        changes = [change.under(self.prefix) for change in changes]
        check_changes(compares, changes)
        return await self.backend.commit(compares, changes)

    @asynccontextmanager
    async def _watch(self, span: Span, name: str, after: int) -> AsyncGenerator[AsyncIterator[Batch], None]:
        async with aclosing(follow(self.backend, span, name, after, self.prefix)) as batches:
            yield batches

    def _own(self, entry: Entry) -> Entry:
        return replace(entry, key=entry.key[len(self.prefix) :]) if self.prefix else entry
