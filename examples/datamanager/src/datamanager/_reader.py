"""Reading objects from data files: neighbours in one go."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from stackerr import wrapping

from ._cache import Cache
from ._datafile import Place
from ._errors import ErrMissing
from ._objects import in_thread
from ._view import Found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ._follower import Follower
    from ._objects import Objects
    from ._view import View

Chosen: TypeAlias = list[tuple[str, Found]]
Filled: TypeAlias = list[tuple[str, bytes]]

_ATTEMPTS = 5
_LONGEST_GAP = 64 << 10
_LONGEST_SPAN = 16 << 20


class Reader:
    """Reads the objects that a view names.

    Args:
        objects: where from.
        follower: has the view.
        cache_bytes: how much of what was read is kept in memory.
    """

    def __init__(self, objects: Objects, follower: Follower, cache_bytes: int) -> None:
        self._objects = objects
        self._follower = follower
        self._cache = Cache(cache_bytes)

    async def fetch(self, choose: Callable[[View], Chosen]) -> Filled:
        """The data of what is chosen; of files that newer checkpoints have made superfluous meanwhile, from those.

        Raises:
            ErrMissing: a data file is gone.
            ErrCorrupt: it is not as it was written.
        """
        for _ in range(_ATTEMPTS):
            chosen = choose(await self._follower.fresh())
            try:
                return await self._fill(chosen)
            except ErrMissing:
                if not await self._follower.rebase():
                    raise
        return await self._fill(choose(await self._follower.fresh()))

    async def _fill(self, chosen: Chosen) -> Filled:
        places = [found for _, found in chosen if isinstance(found, Place)]
        known = {place: data for place in places if (data := self._cache.get(place)) is not None}
        if wanted := [place for place in places if place not in known]:
            read = await in_thread(read_places, self._objects, wanted)
            for place, data in read.items():
                self._cache.put(place, data)
            known |= read
        return [(id, known[found] if isinstance(found, Place) else found) for id, found in chosen]


def read_places(objects: Objects, places: Iterable[Place]) -> dict[Place, bytes]:
    """The data at these places.

    Raises:
        ErrMissing: a data file is gone.
        ErrCorrupt: it is not as it was written.
    """
    found: dict[Place, bytes] = {}
    for key, those in groupby(sorted(places), key=attrgetter("key")):
        with wrapping("read data file %s", key, key=key):
            for span in _spans(those):
                start, end = span[0].offset, span[-1].offset + span[-1].size
                raw = objects.get_span(key, start, end - start)
                for place in span:
                    found[place] = place.check(raw[place.offset - start : place.offset - start + place.size])
    return found


def _spans(places: Iterable[Place]) -> Iterator[list[Place]]:
    """Neighbours together, up to a size."""
    span: list[Place] = []
    for place in places:
        if span and not _joins(span, place):
            yield span
            span = []
        span.append(place)
    if span:
        yield span


def _joins(span: list[Place], place: Place) -> bool:
    end = span[-1].offset + span[-1].size
    return place.offset - end <= _LONGEST_GAP and place.offset + place.size - span[0].offset <= _LONGEST_SPAN
