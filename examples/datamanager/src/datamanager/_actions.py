"""What is written: puts and deletes, and the lines of JSON that they and the objects are kept as."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from stackerr import mark, wrapping

from ._errors import ErrCorrupt, ErrTooLarge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

MAX_OBJECT_BYTES = 32 << 20
MAX_ID_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Put:
    """Set an object, whatever it was."""

    type: str
    id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete an object; nothing happens when there is none."""

    type: str
    id: str


Action: TypeAlias = Put | Delete


@dataclass(frozen=True, slots=True)
class Entry:
    """An object as it is.

    Attributes:
        type: one of the types that the data manager was opened with.
        id: its name among those of its type.
        data: its bytes.
    """

    type: str
    id: str
    data: bytes


def check_actions(actions: Iterable[Action], types: Collection[str]) -> list[Action]:
    """The actions as a list, when they can be written.

    Raises:
        ValueError: there are none, or a type or an id is none.
        TypeError: the data are no bytes.
        ErrTooLarge: an object has more than 32 MiB.
    """
    checked = list(actions)
    if not checked:
        raise ValueError("there is nothing to write: give one action at least")
    for action in checked:
        check_type(action.type, types)
        check_id(action.id)
        if isinstance(action, Put):
            _check_data(action)
    return checked


def describe(actions: Sequence[Action]) -> str:
    """What actions are about, in a few words.

    >>> describe([Put("run", "42", b""), Delete("run", "41")])
    'run 42 and 1 more'
    """
    more = f" and {len(actions) - 1} more" if len(actions) > 1 else ""
    return f"{actions[0].type} {actions[0].id}{more}"


def check_type(type: str, types: Collection[str]) -> None:
    """Refuse a type that the data manager was not opened with."""
    if type not in types:
        raise ValueError(f"there is no type {type!r}; there are {', '.join(types)}")


def check_id(id: str) -> None:
    """Refuse what cannot be an id."""
    try:
        size = len(id.encode())
    except UnicodeEncodeError as err:
        raise ValueError(f"the id {id[:60]!r} cannot be written in UTF-8") from err
    if not 0 < size <= MAX_ID_BYTES:
        raise ValueError(f"the id {id[:60]!r} has {size} bytes; it needs 1 to {MAX_ID_BYTES}")


def _check_data(put: Put) -> None:
    if not isinstance(put.data, bytes):
        raise TypeError(f"the data of {put.type} {put.id} are {type(put.data).__name__}, not bytes: encode them")
    if len(put.data) > MAX_OBJECT_BYTES:
        raise ErrTooLarge(f"{put.type} {put.id} has {len(put.data)} bytes; {MAX_OBJECT_BYTES} is the most")


def encode_actions(actions: Iterable[Action]) -> bytes:
    """One line for each action."""
    return b"".join(_encode_action(action) for action in actions)


def _encode_action(action: Action) -> bytes:
    if isinstance(action, Put):
        return b'{"action":"put",' + encode_entry(action.type, action.id, action.data)[1:]
    return dump_line({"action": "delete", "type": action.type, "id": action.id})


def decode_actions(raw: bytes) -> list[Action]:
    """Read what `encode_actions` gave.

    Raises:
        ErrCorrupt: it is something else.
    """
    try:
        return [_decode_action(json.loads(line)) for line in raw.splitlines()]
    except (ValueError, LookupError, TypeError, AttributeError) as err:
        raise mark(err, ErrCorrupt, "cannot make sense of the actions") from err


def _decode_action(action: dict[str, str]) -> Action:
    with wrapping("read an action"):
        if action["action"] == "put":
            return Put(action["type"], action["id"], b64decode(action["data"], validate=True))
        return Delete(action["type"], action["id"])


def encode_entry(type: str, id: str, data: bytes) -> bytes:
    """The line that an object is kept as."""
    return dump_line({"type": type, "id": id, "data": b64encode(data).decode()})


def decode_data(line: bytes) -> bytes:
    """The data of the object that a line keeps.

    Raises:
        ErrCorrupt: it keeps none.
    """
    try:
        return b64decode(json.loads(line)["data"], validate=True)
    except (ValueError, LookupError, TypeError) as err:
        raise mark(err, ErrCorrupt, f"cannot make sense of {line[:60]!r}") from err


def dump_line(document: object) -> bytes:
    """A document as one line of JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
