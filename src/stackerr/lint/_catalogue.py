"""What is known of other people's packages: which calls fail, with what, and what they make."""

from __future__ import annotations

import json
import re
import sys
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

STDLIB = frozenset(sys.stdlib_module_names) | {"builtins"}


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(Path(__file__).with_name("fallible.json").read_text("utf-8"))
    data["functions"] = frozenset(data["functions"])
    data["whole"] = [re.compile(p) for p in data["thirdparty_packages"] if not p.endswith(r"(\.|$)")]
    data["roots"] = [re.compile(p) for p in data["thirdparty_packages"] if p.endswith(r"(\.|$)")]
    data["verbs"] = re.compile(data["thirdparty_verbs"])
    data["plain"] = [re.compile(p) for p in data["plain"]]
    return data


def canonical(path: str) -> str:
    """The one name of what several dotted paths mean: `socket.error` is `OSError`."""
    same: dict[str, str] = _data()["same"]
    return same.get(path, path)


def made_by(path: str) -> str:
    """The class of what a call or attribute gives, where it is known: `sqlite3.connect` makes a `sqlite3.Connection`."""
    makes: dict[str, str] = _data()["makes"]
    return makes.get(path, path)


def row_of(path: str) -> list[str]:
    """The classes of the tuple that a call gives, where they are known; the empty string for plain data."""
    rows: dict[str, list[str]] = _data()["rows"]
    return rows.get(path, [])


@lru_cache(maxsize=4096)
def is_fallible(path: str) -> bool:
    """Can the call of this dotted path fail in operation?"""
    path = path.removeprefix("builtins.")
    if path in _data()["functions"]:
        return True
    owner, _, verb = path.rpartition(".")
    methods = _data()["methods"].get(owner)
    if methods is not None:
        return (methods == "*" and not verb.startswith("_")) or verb in methods
    if is_stdlib(path):
        return False
    return is_catalogued(path) and not is_plain(owner)


@lru_cache(maxsize=4096)
def is_catalogued(path: str) -> bool:
    """Is this the call of a third-party package that the catalogue lists?"""
    if any(pattern.match(path) for pattern in _data()["whole"]):
        return True
    owner, _, verb = path.rpartition(".")
    if verb == "decode" and "." in owner and not owner.rpartition(".")[2][:1].isupper():
        return False  # of bytes that a call gave back
    return bool(_data()["verbs"].match(verb)) and any(pattern.match(path) for pattern in _data()["roots"])


@lru_cache(maxsize=4096)
def is_plain(path: str) -> bool:
    """Does this path yield plain data (text, numbers, dicts), whose methods are nobody's I/O?"""
    return any(pattern.search(path) for pattern in _data()["plain"])


def is_stdlib(path: str) -> bool:
    """Is the root of the dotted path the standard library?"""
    return path.partition(".")[0] in STDLIB


def is_common(path: str) -> bool:
    """Is this an exception of the standard library that other packages let through, as those of `socket` and `ssl`?"""
    return is_stdlib(path) and path.partition(".")[0] not in _data()["closed"]


def is_control_flow(path: str) -> bool:
    """Is this exception a signal and not an error?"""
    return path in _data()["control"]


def base_of(path: str) -> str | None:
    """The known base of a library's exception class, if it is known."""
    bases: dict[str, str] = _data()["bases"]
    found = bases.get(path)
    return found and (found if "." in found else f"builtins.{found}")


@lru_cache(maxsize=4096)
def raised_by(path: str) -> tuple[str, ...] | None:
    """Names of the builtin errors that the call can raise; None where nothing is known, which means any."""
    families: dict[str, list[str]] = _data()["raises"]
    parts = path.split(".")
    for size in range(len(parts), 0, -1):
        known = families.get(".".join(parts[:size]))
        if known is not None:
            return None if "*" in known else tuple(known)
    return (
        ("OSError", "ValueError", "RuntimeError", "EOFError") if not is_stdlib(path) and is_catalogued(path) else None
    )


def are_kin(one: str, other: str) -> bool:
    """Do two root packages share their exceptions, as boto3 and botocore do?"""
    return one == other or any(one in group and other in group for group in _data()["kin"])
