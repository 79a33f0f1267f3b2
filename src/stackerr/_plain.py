"""An error as plain data, for JSON and for other processes."""

from __future__ import annotations

from ._chain import steps_down
from ._report import chain, class_of, fields, fields_of
from ._safe import as_text, name_of, one_line, safe_str, shorten
from ._text import tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._report import Link
    from ._stack import Frame

VERSION = 1
_TEXT_LIMIT = 10_000
_SHOWN_MEMBERS = 100
_SHOWN_ERRORS = 250
_DEPTH = 8


def to_dict(err: BaseException, detailed: bool = False) -> dict[str, Any]:
    """The error as plain data that JSON can hold.

    Args:
        err: any exception.
        detailed: with the stacks, with what `opaque` hides and with what was being handled.

    Returns:
        `version`, `message` (the text of the whole chain), `type`, `fields` (merged, the outer wins) and `chain`: for
        each layer and for each error below, outermost first, its `message`, `type`, `kind`, `frame` (`file`, `line`,
        `function`; or None), `fields` and `notes`. The entry of a group has its members in `errors`.
        What JSON cannot hold stands there as its `repr`.

    >>> from stackerr import wrap
    >>> data = to_dict(wrap(KeyError("id"), "load user", user=7))
    >>> data["message"], data["type"], data["fields"]
    ("load user: 'id'", 'KeyError', {'user': 7})
    >>> [entry["message"] for entry in data["chain"]]
    ['load user', "'id'"]
    """
    return _Teller(detailed=detailed).error(err, 0)


def describe(err: BaseException) -> dict[str, Any]:
    """What a structured log says of an error, in the words of `compact`.

    Args:
        err: any exception.

    Returns:
        `message`, the texts of the chain on one line; `type`, the name of the class; `chain`, the places as
        `file.py:line`, outermost first; `fields`, those of the whole chain, the outer winning. JSON can hold all of it.

    >>> from stackerr import wrap
    >>> told = describe(wrap(OSError("disk full"), "save cache", cache="a"))
    >>> told["message"], told["type"], told["fields"]
    ('save cache: disk full', 'OSError', {'cache': 'a'})
    >>> told["chain"]
    ['<doctest ...>:1']
    """
    steps = steps_down(err)
    merged: dict[str, Any] = {}
    for node, layer in reversed(steps):
        merged.update(fields_of(node, layer) if layer is None else layer.fields)
    words, places = tell(steps)
    return {
        "message": words,
        "type": one_line(name_of(class_of(*steps[0]))),
        "chain": places,
        "fields": _plain(merged) if merged else merged,
    }


class _Teller:
    """Tells one error; remembers how many it has told, since groups of groups grow by multiplication."""

    def __init__(self, *, detailed: bool) -> None:
        self._detailed = detailed
        self._left = _SHOWN_ERRORS

    def error(self, err: BaseException, depth: int) -> dict[str, Any]:
        self._left -= 1
        links = chain(err)
        return {
            "version": VERSION,
            "message": _text(safe_str(err)),
            "type": links[0].type,
            "chain": [self._entry(link, depth) for link in links],
            "fields": _plain(fields(err)),
        }

    def _entry(self, link: Link, depth: int) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "message": _text(link.message),
            "type": link.type,
            "qualified_type": link.qualified_type,
            "kind": "error" if link.kind == "opaque" and not self._detailed else link.kind,
            "frame": None if link.frame is None else _frame(link.frame),
            "fields": _plain(link.fields),
            "notes": [_text(note) for note in link.notes],
        }
        if link.bases:
            entry["bases"] = list(link.bases)
        if link.kind == "group":
            entry |= self._group(link, depth)
        if self._detailed and depth < _DEPTH:
            entry |= self._details(link, depth)
        return entry

    def _group(self, link: Link, depth: int) -> dict[str, Any]:
        if depth >= _DEPTH or self._left <= 0:  # too much has been told: the rest as text alone
            return {"kind": "error", "message": _text(link.text)}
        members = [self.error(member, depth + 1) for member in link.members[:_SHOWN_MEMBERS]]
        told = {"text": _text(link.text), "errors": members}
        return told | {"more_errors": len(link.members) - len(members)} if len(link.members) > len(members) else told

    def _details(self, link: Link, depth: int) -> dict[str, Any]:
        details: dict[str, Any] = {"callers": [_frame(frame) for frame in link.callers], "is_saved": link.is_saved}
        for name, err in (("hidden", link.hidden), ("aside", link.aside)):
            if err is not None:
                details[name] = self.error(err, depth + 1)
        return details


def _frame(frame: Frame) -> dict[str, Any]:
    return {"file": _text(frame.file), "line": frame.line, "function": _text(frame.function)}


def _text(text: str) -> str:
    """The text, cut to a bearable length, without the lone surrogates that UTF-8 cannot hold."""
    if len(text) > _TEXT_LIMIT:  # what has been cut is short enough not to be cut again on its way back
        text = shorten(text, _TEXT_LIMIT - 100)
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(value: object, depth: int = 0) -> Any:
    """The value as JSON can hold it; deep inside, and for what JSON does not know, its `repr`."""
    kind = type(value)
    if value is None or kind is bool or kind is int:
        return value
    if kind is str:
        return _text(value)  # type: ignore[arg-type]
    if kind is float and value - value == 0:  # type: ignore[operator]
        return value
    return _held(value, depth + 1) if depth < _DEPTH else _text(safe_str(value, repr))


def _held(value: Any, depth: int) -> Any:
    """What a dict, list or tuple holds; read by its class, since an object may lie about what it is."""
    kind = type(value)
    if issubclass(kind, dict):
        return {_text(as_text(key)): _plain(item, depth) for key, item in dict.items(value)}
    if issubclass(kind, list):
        return [_plain(item, depth) for item in list.__iter__(value)]
    if issubclass(kind, tuple):
        return [_plain(item, depth) for item in tuple.__iter__(value)]
    return _text(safe_str(value, repr))
