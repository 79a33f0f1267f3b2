"""A tree of directories, walked in the byte order of the keys.

Directory trees list segment by segment: `f4/a` comes before `f4-x` there, and after it in byte order. So a
directory is sorted as what it is to its keys: its name with a slash behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")


def walk(
    children: Callable[[str], Iterable[tuple[str, T]]], prefix: str, start: str, *, descend: bool
) -> Iterator[tuple[str, T]]:
    """The keys of a tree in byte order, each with what its directory said of it.

    Args:
        children: what is directly in the directory that a prefix ends in and begins with the prefix: keys, and
            directories as keys with a slash at the end. That a directory names itself is passed over.
        prefix: what the keys begin with.
        start: keys up to and including this one are left out, and directories that hold no others are not read.
        descend: whether to go into directories.

    One directory at a time is held in memory, with those above it.

    >>> tree = {"": [("f4/", 0), ("f4-x", 1)], "f4/": [("f4/a", 2)]}
    >>> [key for key, _ in walk(tree.get, "", "", descend=True)]
    ['f4-x', 'f4/a']
    """
    waiting = _sorted(children(prefix), start)
    while waiting:
        key, entry = waiting.pop()
        if not key.endswith("/"):
            yield key, entry
        elif descend:
            waiting += _sorted((child for child in children(key) if child[0] > key), start)


def _sorted(entries: Iterable[tuple[str, T]], start: str) -> list[tuple[str, T]]:
    """What comes after the start, the first one last."""
    later = [entry for entry in entries if entry[0] > start or _holds(entry[0], start)]
    later.sort(key=lambda entry: entry[0], reverse=True)
    return later


def _holds(key: str, start: str) -> bool:
    return key.endswith("/") and start.startswith(key)
