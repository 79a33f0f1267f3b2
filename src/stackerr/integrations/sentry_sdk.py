"""Sentry: each wrap is a context of the event, and equal failures are one issue."""

from __future__ import annotations

import linecache
import os
import re
import sysconfig
from typing import TYPE_CHECKING, Any, TypeVar

from sentry_sdk.scrubber import DEFAULT_DENYLIST

import stackerr

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

    from stackerr import Frame, Link

T = TypeVar("T")

_AT_EACH_END = 8
_SHOWN_MEMBERS = 20
_SHOWN_DEPTH = 4
_PART_LIMIT = 400
_SECRETS = frozenset(name.lower() for name in DEFAULT_DENYLIST)
_LIBRARIES = (*{sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}, "<frozen ")
_VARIES = re.compile(r"'[^']*'|\"[^\"]*\"|\S*\d\S*")


def before_send(event: Event, hint: Hint) -> Event:
    """Put the chain of an event's error into its contexts, and group by it: `sentry_sdk.init(before_send=before_send)`.

    Args:
        event: what Sentry is about to send.
        hint: what it is made of; an event without an error passes as it is.

    Returns:
        The event, with a context for each layer and for the root, outermost first (`wrap 1`, `wrap 2`, `error 3`): its
        message, type, place, fields and notes. Of fields that Sentry's own list calls secret the value is filtered. A
        fingerprint that the program has set stays.

    Source: Sentry's Python SDK, Filtering, and its event payloads, Contexts Interface.

    >>> err = stackerr.wrap(stackerr.new("disk full"), "save cache", disk="sda", token="t0p")
    >>> event = before_send({}, {"exc_info": (type(err), err, None)})
    >>> event["contexts"]["wrap 1"]["message"], event["contexts"]["wrap 1"]["fields"]
    ('save cache', {'disk': 'sda', 'token': '[Filtered]'})
    """
    err = (hint.get("exc_info") or (None, None))[1]
    if err is not None:
        event.setdefault("contexts", {}).update(contexts(err))
        event.setdefault("fingerprint", fingerprint(err))
    return event


def contexts(err: BaseException) -> dict[str, dict[str, Any]]:
    """The links of the chain as Sentry's contexts; of a long chain those at both ends.

    >>> list(contexts(stackerr.wrap(KeyError("id"), "load user")))
    ['wrap 1', 'error 2']
    """
    entries = _both_ends(list(enumerate(stackerr.to_dict(err)["chain"], 1)))
    return {f"{entry['kind']} {number}": _context(entry) for number, entry in entries}


def _context(entry: dict[str, Any]) -> dict[str, Any]:
    """One link; its type goes by another name, since Sentry reads `type` as the kind of the context."""
    frame = entry["frame"]
    shown = {
        "message": entry["message"],
        "error": entry["qualified_type"],
        "place": frame and f"{frame['file']}:{frame['line']} in {frame['function']}",
        "fields": _filter(entry["fields"]),
        "notes": entry["notes"],
        "members": [member["message"] for member in entry.get("errors", [])[:_SHOWN_MEMBERS]],
    }
    return {name: value for name, value in shown.items() if value}


def _filter(value: Any) -> Any:
    """Plain data without its secrets: Sentry's own scrubber has run already."""
    if isinstance(value, list):
        return [_filter(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: "[Filtered]" if key.lower() in _SECRETS else _filter(item) for key, item in value.items()}


def fingerprint(err: BaseException) -> list[str]:
    """What an error has in common with others of the same failure, and not with those of another.

    Args:
        err: any exception.

    Returns:
        For each link of the chain its type, its `code`, and the function and the source line of its place. Messages
        differ from run to run and line numbers from release to release; the line that made the message does not. For a
        link without a place its message, without what looks like a value. For a group what its members have in common.

    >>> fingerprint(KeyError("id")) == fingerprint(KeyError("name"))
    True
    >>> fingerprint(KeyError("id")) == fingerprint(ValueError("id"))
    False
    """
    return _fingerprint(err, 0)


def _fingerprint(err: BaseException, depth: int) -> list[str]:
    parts: list[str] = []
    for link in _both_ends(stackerr.chain(err)):
        parts.append(" | ".join(_describe(link))[:_PART_LIMIT])
        if depth < _SHOWN_DEPTH:
            members = [_fingerprint(member, depth + 1) for member in link.members[:_SHOWN_MEMBERS]]
            parts += sorted({" / ".join(member) for member in members})
    return parts


def _describe(link: Link) -> list[str]:
    code = link.fields.get("code")
    places = [_source(frame) for frame in _frames(link)] or [_VARIES.sub("*", link.message[:_PART_LIMIT])]
    return [link.qualified_type, *([f"code {code}"] if isinstance(code, (str, int)) else []), *dict.fromkeys(places)]


def _frames(link: Link) -> list[Frame]:
    """The place that a layer saved; of an error that others raised, the program's own frames on the way there."""
    if link.frame is None:
        return []
    own = [frame for frame in (link.frame, *link.callers) if not frame.file.startswith(_LIBRARIES)]
    return [link.frame] if link.is_saved or not own else _both_ends(own)


def _source(frame: Frame) -> str:
    try:
        line = linecache.getline(frame.file, frame.line).strip()
    except Exception:  # noqa: BLE001 - an error here would make Sentry drop the event
        line = ""
    return f"{os.path.basename(frame.file)} {frame.function}: {line or frame.line}"


def _both_ends(items: list[T]) -> list[T]:
    if len(items) <= 2 * _AT_EACH_END:
        return items
    return [*items[:_AT_EACH_END], *items[-_AT_EACH_END:]]
