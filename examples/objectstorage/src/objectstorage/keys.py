"""Which keys there are: those that every backend can store, and no others.

A key is text of 1 to 1024 bytes in UTF-8, made of segments between slashes. What one backend would refuse, fold or
climb out of is refused on all: empty segments, `.` and `..`, segments of more than 253 bytes, control characters,
and backslashes, which SeaweedFS stores as slashes.
"""

from __future__ import annotations

from .errors import ErrInvalidKey

LONGEST_KEY = 1024
LONGEST_SEGMENT = 253

_NO_SEGMENTS = {"": "an empty segment", ".": 'a segment "."', "..": 'a segment ".."'}
_CONTROLS = frozenset(map(chr, (*range(32), 127)))


def check_key(key: str) -> str:
    """The key itself, when it is one.

    Raises:
        ErrInvalidKey: it is not; the message says why.

    Source: the Amazon S3 user guide, "Naming Amazon S3 objects"; POSIX `NAME_MAX`.

    >>> check_key("runs/42/log")
    'runs/42/log'
    >>> check_key("runs/../secrets")
    Traceback (most recent call last):
    objectstorage.errors.ErrInvalidKey: key 'runs/../secrets' has a segment "..": use segments with a name
    """
    _check_text("key", key)
    if not key:
        raise ErrInvalidKey("the key is empty: give the object a name")
    _check_segments("key", key, key.split("/"))
    return key


def check_prefix(prefix: str) -> str:
    """The prefix of keys without slashes at its front, when there can be keys that begin with it.

    Raises:
        ErrInvalidKey: there can be none.

    >>> check_prefix("/runs/4")
    'runs/4'
    """
    _check_text("prefix", prefix)
    prefix = prefix.lstrip("/")
    _check_segments("prefix", prefix, prefix.split("/")[:-1])
    return prefix


def _check_text(what: str, text: str) -> None:
    if not isinstance(text, str):
        raise ErrInvalidKey(f"a {what} is text, not {type(text).__name__}")
    if "\\" in text:
        raise ErrInvalidKey(f"{what} {text[:200]!r} has a backslash: separate segments by slashes")
    size = len(text) if text.isascii() and text.isprintable() else _measure(what, text)
    if size > LONGEST_KEY:
        raise ErrInvalidKey(f"{what} {text[:40]!r}… has {size} bytes: {LONGEST_KEY} is the most")


def _measure(what: str, text: str) -> int:
    if not _CONTROLS.isdisjoint(text):
        raise ErrInvalidKey(f"{what} {text[:40]!r} has a control character: leave it out")
    try:
        return len(text.encode())
    except UnicodeEncodeError as err:
        raise ErrInvalidKey(f"{what} {text[:40]!r} is no valid Unicode: decode it properly first") from err


def _check_segments(what: str, text: str, segments: list[str]) -> None:
    for segment in segments:
        if segment in _NO_SEGMENTS:
            raise ErrInvalidKey(f"{what} {text[:200]!r} has {_NO_SEGMENTS[segment]}: use segments with a name")
        if len(segment) * 4 > LONGEST_SEGMENT and len(segment.encode()) > LONGEST_SEGMENT:
            raise ErrInvalidKey(
                f"{what} has the segment {segment[:40]!r}… of {len(segment.encode())} bytes: "
                f"{LONGEST_SEGMENT} is the most between two slashes"
            )
