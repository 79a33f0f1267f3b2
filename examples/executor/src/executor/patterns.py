"""Patterns of paths: `*` and `?` within a segment, `**` for any number of segments."""

from __future__ import annotations

from fnmatch import fnmatchcase


def is_match(path: str, pattern: str) -> bool:
    """Whether a path fits a pattern, whole.

    The time that it takes grows with the lengths of both and not faster, whatever the pattern.

    >>> is_match("build/lib/a.so", "build/**/*.so"), is_match("build/a.so", "*.so"), is_match("a/b", "**")
    (True, False, True)
    """
    wanted = [part for part in pattern.split("/") if part not in {"", "."}]
    reached = _skip({0}, wanted)
    for part in path.split("/"):
        reached = _skip({after for at in reached for after in _step(part, wanted, at)}, wanted)
    return len(wanted) in reached


def _step(part: str, wanted: list[str], at: int) -> list[int]:
    if at == len(wanted):
        return []
    if wanted[at] == "**":
        return [at]
    return [at + 1] if fnmatchcase(part, wanted[at]) else []


def _skip(reached: set[int], wanted: list[str]) -> set[int]:
    """With the places that are reached when a `**` stands for nothing."""
    found = set(reached)
    for at in sorted(reached):
        while at < len(wanted) and wanted[at] == "**":
            at += 1  # noqa: PLW2901
            found.add(at)
    return found
