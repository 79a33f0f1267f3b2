"""The names of the front door that are loaded when they are first used.

Every program that wraps errors imports stackerr; what prints them is only needed once there is an error.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ROOMS = {
    "_detail": ("detailed",),
    "_group": ("BaseErrorGroup", "ErrorGroup", "join"),
    "_hooks": ("Installation", "install"),
    "_plain": ("describe", "to_dict"),
    "_remote": ("RemoteError", "from_dict"),
    "_report": ("Link", "chain", "code", "fields", "frames", "hints", "public_message"),
    "_text": ("compact",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load the room of a public name, and put the name on the front door."""
    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module 'stackerr' has no attribute {name!r}", name=name, obj=sys.modules["stackerr"])
    door = sys.modules["stackerr"]
    module = __import__(f"stackerr.{room}", fromlist=(name,))
    vars(door)[name] = vars(module)[name]
    return vars(door)[name]


def __dir__() -> list[str]:
    """Every public name, whether it has been loaded or not."""
    return sorted({*vars(sys.modules["stackerr"]), *_ROOM_OF})
