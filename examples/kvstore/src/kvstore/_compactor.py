"""Forgetting old revisions, by one member of however many there are."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, NoReturn

from ._errors import ErrCompacted, ErrKeyModified, ErrKeyNotFound, ErrUnavailable

if TYPE_CHECKING:
    from ._store import Store

log = logging.getLogger("kvstore")

KEY = "compactor"


async def keep_compacting(store: Store, *, every: float = 600) -> NoReturn:
    """Run until cancelled: each time compact to the revision of the time before.

    Args:
        store: the store. Everybody who uses it may run this; a key elects one for each round.
        every: the seconds between two rounds; history is kept for that long at least, and for about twice at most.
    """
    seen = -1
    while True:
        try:
            seen = await _round(store, seen)
        except ErrUnavailable as err:
            log.warning("history is not compacted this time", exc_info=err)
        await asyncio.sleep(every)


async def _round(store: Store, seen: int) -> int:
    """Compact when nobody has since we last looked; the revision of the key as we leave it."""
    try:
        entry = await store.get(KEY)
    except ErrKeyNotFound:
        return await _elect(store, b"0", 0)
    if entry.revision != seen:
        return entry.revision
    elected = await _elect(store, b"%d" % entry.revision, entry.revision)
    if elected > entry.revision:
        await _compact(store, entry.revision)
    return elected


async def _elect(store: Store, value: bytes, revision: int) -> int:
    try:
        return await store.put_if(KEY, value, revision)
    except ErrKeyModified:
        return -1


async def _compact(store: Store, revision: int) -> None:
    try:
        await store.compact(revision)
    except ErrCompacted:
        log.info("revision %s is compacted already", revision)
