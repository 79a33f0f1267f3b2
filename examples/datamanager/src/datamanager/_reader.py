"""Reading objects from data files: neighbours in one go."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from stackerr import wrapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._datafile import Place
    from ._objects import Objects

_LONGEST_GAP = 64 << 10
_LONGEST_SPAN = 16 << 20


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
