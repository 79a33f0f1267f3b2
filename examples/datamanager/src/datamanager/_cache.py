"""What was read from data files lately. They never change, so nothing in it can be wrong."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._datafile import Place


class Cache:
    """Data by their places, those not used for longest forgotten first.

    Args:
        max_bytes: how many bytes of data are kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Place, bytes] = OrderedDict()
        self.size = 0

    def get(self, place: Place) -> bytes | None:
        """The data of a place, if they are kept."""
        data = self._kept.get(place)
        if data is not None:
            self._kept.move_to_end(place)
        return data

    def put(self, place: Place, data: bytes) -> None:
        """Keep the data of a place."""
        if place not in self._kept:
            self._kept[place] = data
            self.size += len(data)
        while self.size > self._max_bytes:
            _, dropped = self._kept.popitem(last=False)
            self.size -= len(dropped)
