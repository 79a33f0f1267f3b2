"""The backend for several machines: an etcd cluster, version 3.4 or later."""

from __future__ import annotations

from base64 import b64decode, b64encode
from contextlib import aclosing, suppress
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from stackerr import wrapping

from ._backend import Range
from ._changes import Compare, Put, Span
from ._entries import Batch, Entry, Event
from ._errors import ErrCompacted, ErrFutureRevision, ErrLeaseExpired, ErrUnavailable
from ._gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence

    from ._changes import Change
    from ._gateway import Answer

_RESULTS = {"==": "EQUAL", "<": "LESS", ">": "GREATER"}


class EtcdBackend:
    """Keys in an etcd cluster.

    Args:
        endpoints: the addresses of its members, `host:port`.
        timeout: how long one may take to answer, in seconds.
    """

    def __init__(self, endpoints: Sequence[str], timeout: float = 2) -> None:
        self._gateway = Gateway(endpoints, timeout)

    async def range(self, span: Span, *, limit: int = 0, revision: int = 0) -> Range:
        """Read entries of a span."""
        body = {**_span(span), "limit": str(limit), "revision": str(revision)}
        return await self._gateway.call("/v3/kv/range", body, _read_range, repeatable=True)

    async def commit(self, compares: Sequence[Compare], changes: Sequence[Change]) -> int:
        """Change everything or nothing."""

        def read(answer: Answer) -> tuple[int, list[int]]:
            found = [] if answer.get("succeeded") else [_revision_found(one) for one in answer["responses"]]
            return _revision(answer), found

        body = {
            "compare": [_compare(compare) for compare in compares],
            "success": [_change(change) for change in changes],
            "failure": [{"request_range": {"key": _b64(compare.key), "keys_only": True}} for compare in compares],
        }
        revision, found = await self._gateway.call("/v3/kv/txn", body, read)
        for compare, there in zip(compares, found, strict=False):  # none are found where it succeeded
            if not compare.holds(there):
                raise compare.broken_by(there)
        return revision

    async def watch(self, span: Span, after: int) -> AsyncGenerator[Batch, None]:
        """Follow a span.

        It asks for the events from `after` on, and drops those at `after`: etcd may have lost some of those deletions
        when it is compacted to exactly that revision.
        """
        request = {**_span(span), "start_revision": str(max(after, 1)), "fragment": True}
        events: list[Event] = []
        async with aclosing(self._gateway.stream("/v3/watch", {"create_request": request}, _read_news)) as stream:
            async for news in stream:
                _check_canceled(news, after)
                if news.is_first:
                    await self._check_future(news.revision, after)
                events += [event for event in news.events if event.revision > after]
                for batch in _complete(events, is_part=news.is_part):
                    yield batch

    async def grant(self, ttl: int) -> int:
        """Make a lease."""
        return await self._gateway.call("/v3/lease/grant", {"TTL": str(ttl)}, _read_lease, repeatable=True)

    async def keep_alive(self, lease: int) -> int:
        """Renew a lease."""

        def read(answer: Answer) -> int:
            return int(answer["result"].get("TTL", 0))

        seconds = await self._gateway.call("/v3/lease/keepalive", {"ID": str(lease)}, read, repeatable=True)
        if seconds <= 0:
            raise ErrLeaseExpired(f"lease {lease:x} has expired", lease=lease)
        return seconds

    async def revoke(self, lease: int) -> None:
        """End a lease."""
        with suppress(ErrLeaseExpired):
            await self._gateway.call("/v3/lease/revoke", {"ID": str(lease)}, _revision, repeatable=True)

    async def compact(self, revision: int) -> None:
        """Forget old versions."""
        await self._gateway.call("/v3/kv/compaction", {"revision": str(revision)}, _revision)

    async def close(self) -> None:
        """Close the connections."""
        await self._gateway.close()

    async def _check_future(self, revision: int, after: int) -> None:
        """A member may lag behind; only when the cluster agrees is a revision not there."""
        if revision < after:
            newest = (await self.range(Span.of_key("\0"), limit=1)).revision
            if newest < after:
                raise ErrFutureRevision(f"revision {after} is not there yet; the newest is {newest}", newest=newest)


@dataclass(frozen=True, slots=True)
class News:
    """One message of a watch; `oldest` is the oldest revision there is, when that is too young for the watch."""

    revision: int
    events: list[Event]
    is_first: bool
    is_part: bool
    is_last: bool
    oldest: int
    reason: str


def _check_canceled(news: News, after: int) -> None:
    if news.oldest:
        raise ErrCompacted(f"revision {after} was compacted away; the oldest is {news.oldest}", oldest=news.oldest)
    if news.is_last:
        raise ErrUnavailable(f"the server cancelled the watch: {news.reason or 'it gives no reason'}")


def _complete(events: list[Event], *, is_part: bool) -> Iterator[Batch]:
    """Take the transactions out of the events that are there in full: of a part, all but the last one."""
    last = events[-1].revision if events and is_part else 0
    ready = [event for event in events if event.revision != last]
    del events[: len(ready)]
    for revision, those in groupby(ready, key=attrgetter("revision")):
        yield Batch(revision, tuple(those))


def _b64(key: str | bytes) -> str:
    return b64encode(key if isinstance(key, bytes) else key.encode()).decode()


def _span(span: Span) -> Answer:
    return {"key": _b64(span.low or b"\0"), "range_end": _b64(span.high or b"\0")}


def _compare(compare: Compare) -> Answer:
    return {
        "key": _b64(compare.key),
        "target": "MOD",
        "result": _RESULTS[compare.relation],
        "mod_revision": str(compare.revision),
    }


def _change(change: Change) -> Answer:
    if isinstance(change, Put):
        put = {"key": _b64(change.key), "value": _b64(change.value), "lease": str(change.lease)}
        return {"request_put": put}
    return {"request_delete_range": _span(change.span)}


def _revision(answer: Answer) -> int:
    return int(answer["header"]["revision"])


def _revision_found(response: Answer) -> int:
    entries = response["response_range"].get("kvs")
    return int(entries[0]["mod_revision"]) if entries else 0


def _read_range(answer: Answer) -> Range:
    return Range(tuple(map(_entry, answer.get("kvs", ()))), bool(answer.get("more")), _revision(answer))


def _read_news(result: Answer) -> News:
    return News(
        int(result["header"].get("revision", 0)),
        [_event(event) for event in result.get("events", ())],
        is_first=bool(result.get("created")),
        is_part=bool(result.get("fragment")),
        is_last=bool(result.get("canceled")),
        oldest=int(result.get("compact_revision", 0)),
        reason=str(result.get("cancel_reason", "")),
    )


def _read_lease(answer: Answer) -> int:
    return int(answer["ID"])


def _raw(kv: Answer, name: str) -> bytes:
    with wrapping("decode the %s", name):
        return b64decode(kv.get(name, ""), validate=True)


def _entry(kv: Answer) -> Entry:
    """An entry; what is zero or empty is left out of the JSON."""
    return Entry(
        _raw(kv, "key").decode(),
        _raw(kv, "value"),
        int(kv["mod_revision"]),
        int(kv["create_revision"]),
        int(kv.get("lease", 0)),
    )


def _event(event: Answer) -> Event:
    kv = event["kv"]
    key, revision = _raw(kv, "key").decode(), int(kv["mod_revision"])
    if event.get("type") == "DELETE":
        return Event(key, None, revision)
    return Event(key, _raw(kv, "value"), revision, int(kv["create_revision"]))
