"""For the tests of programs that use stackerr: say what a chain must hold, and make reports fit to compare.

It needs no test framework: what fails is an `AssertionError`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from stackerr import chain, walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike
    from types import EllipsisType

    from stackerr import Link

__all__ = ["assert_chain", "mask_places"]

Part: TypeAlias = "str | re.Pattern[str] | type[BaseException]"
Expected: TypeAlias = "Part | tuple[Part, ...] | EllipsisType"

_LINE_NUMBER = re.compile(r"""(?<=\.py:)\d+\b|(?<=\.py", line )\d+\b|(?<=>:)\d+\b""")


def assert_chain(err: BaseException | None, /, *expected: Expected) -> None:
    """Assert that a chain holds these links, outermost first, and no others.

    Args:
        err: the error.
        expected: for each link its message, a pattern to be found in its message, or a class that its type is or is
            derived from; a tuple when several of these must hold; `...` stands for any number of links.

    Raises:
        AssertionError: the chain is another one; the text shows both.
        TypeError: something was expected that is none of these.

    >>> from stackerr import wrap
    >>> err = wrap(wrap(FileNotFoundError(2, "No such file"), "read object"), "load run 42")
    >>> assert_chain(err, "load run 42", "read object", OSError)
    >>> assert_chain(err, "load run 42", ...)
    >>> assert_chain(err, "load run 42", KeyError)
    Traceback (most recent call last):
    AssertionError: the chain is not the expected one
    expected:
      'load run 42'
      KeyError
    found:
      'load run 42' (FileNotFoundError)
      'read object' (FileNotFoundError)
      '[Errno 2] No such file' (FileNotFoundError)
    """
    for part in expected:
        _check(part)
    links = chain(err)
    if not _fits(links, expected, _bases_by_name(err)):
        wanted = [_show(part) for part in expected]
        found = [f"{link.message!r} ({link.type})" for link in links]
        text = ["the chain is not the expected one", *_list("expected", wanted), *_list("found", found)]
        raise AssertionError("\n".join(text))


def mask_places(text: str, folders: Mapping[str | PathLike[str], str] | None = None) -> str:
    """Make a report fit to be compared word for word: line numbers become `N`.

    Args:
        text: what `compact`, `detailed` or Python's own traceback shows.
        folders: what to call the folders that differ from machine to machine, such as `{tmp_path: "/tmp"}`.

    >>> mask_places("load run 42: disk full [runs/service.py:31 > runs/disk.py:17]")
    'load run 42: disk full [runs/service.py:N > runs/disk.py:N]'
    >>> mask_places("/home/ann/runs/disk.py:17 in write", {"/home/ann": "~"})
    '~/runs/disk.py:N in write'
    """
    names = {str(folder): name for folder, name in (folders or {}).items()}
    for folder in sorted(names, key=len, reverse=True):
        text = text.replace(folder, names[folder])
    return _LINE_NUMBER.sub("N", text)


def _check(part: object) -> None:
    if isinstance(part, tuple) and part:
        for inner in part:
            _check(inner if inner is not ... else None)
    elif not (part is ... or isinstance(part, (str, re.Pattern)) or _is_exception_class(part)):
        raise TypeError(f"assert_chain() expects a message, a pattern, an exception class or `...`, not {part!r}")


def _fits(links: Sequence[Link], expected: Sequence[Expected], bases: Mapping[str, frozenset[str]]) -> bool:
    reached = {0}  # how many links the parts up to here can account for
    for part in expected:
        if part is ...:
            reached = set(range(min(reached), len(links) + 1)) if reached else set()
        else:
            reached = {n + 1 for n in reached if n < len(links) and _is_link(links[n], part, bases)}
    return len(links) in reached


def _is_link(link: Link, part: Expected, bases: Mapping[str, frozenset[str]]) -> bool:
    if isinstance(part, tuple):
        return all(_is_link(link, inner, bases) for inner in part)
    if isinstance(part, str):
        return link.message == part
    if isinstance(part, re.Pattern):
        return part.search(link.message) is not None
    names = {link.qualified_type, *link.bases, *bases.get(link.qualified_type, ())}
    return isinstance(part, type) and _name(part) in names


def _bases_by_name(err: BaseException | None) -> dict[str, frozenset[str]]:
    """The classes in the chain by name, each with the names of those it is derived from."""
    families = [(*node.__class__.__mro__, *type(node).__mro__[1:]) for node in walk(err)]  # with the classes of marks
    classes = {cls for family in families for cls in family if _is_exception_class(cls)}
    return {_name(cls): frozenset(_name(base) for base in cls.__mro__) for cls in classes}


def _is_exception_class(value: object) -> TypeGuard[type[BaseException]]:
    return isinstance(value, type) and issubclass(value, BaseException)


def _name(cls: type) -> str:
    return cls.__qualname__ if cls.__module__ in ("builtins", "__main__") else f"{cls.__module__}.{cls.__qualname__}"


def _show(part: Expected) -> str:
    if isinstance(part, tuple):
        return f"({', '.join(_show(inner) for inner in part)})"
    if part is ...:
        return "..."
    return _name(part) if isinstance(part, type) else repr(part)


def _list(heading: str, lines: Sequence[str]) -> list[str]:
    return [f"{heading}:", *[f"  {line}" for line in lines or ["no link"]]]
