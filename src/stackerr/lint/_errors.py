"""Exception classes: which is whose, which derives from which, and which a call can raise."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from stackerr.lint._catalogue import are_kin, base_of, is_common, is_control_flow, is_stdlib, raised_by
from stackerr.lint._classes import ancestry
from stackerr.lint._names import is_ours
from stackerr.lint._values import Inside, Outside, Row, Spot, Value, elements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._names import Names

BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})
Kind = Outside | Inside | None  # None: a class nobody could resolve


def caught(names: Names, handler: ast.ExceptHandler, spot: Spot) -> list[Kind]:
    """The classes that a handler catches; a bare `except` catches `BaseException`."""
    if handler.type is None:
        return [Outside("builtins.BaseException")]
    return list(_classes_of(names, handler.type, spot))


def _classes_of(names: Names, node: ast.expr, spot: Spot) -> Iterator[Kind]:
    if isinstance(node, ast.Tuple):
        for part in node.elts:
            yield from _classes_of(names, part, spot)
    elif isinstance(node, ast.Starred):
        yield from _classes_of(names, node.value, spot)
    elif isinstance(node, ast.BinOp):
        yield from _classes_of(names, node.left, spot)
        yield from _classes_of(names, node.right, spot)
    elif isinstance(node, ast.Call) and any(is_ours(value) for value in names.of(node.func, spot)):
        for part in node.args:
            yield from _classes_of(names, part, spot)
    else:
        yield from _flat(names.of(node, spot)) or [None]


def _flat(values: tuple[Value, ...]) -> list[Kind]:
    found: list[Kind] = []
    for value in values:
        if isinstance(value, Row):
            found.extend(_flat(elements((value,))))
        elif isinstance(value, (Outside, Inside)):
            found.append(value)
    return found


def is_broad(kind: Kind) -> bool:
    """Is this `Exception` or `BaseException`?"""
    return isinstance(kind, Outside) and kind.path in BROAD


def is_builtin(kind: Kind) -> bool:
    """Is this a class that needs no import?"""
    return isinstance(kind, Outside) and kind.root == "builtins"


def is_external(kind: Kind) -> bool:
    """Is this another package's exception class, and no mere signal?"""
    return isinstance(kind, Outside) and not is_builtin(kind) and not is_ours(kind) and not is_control_flow(kind.path)


def lineage(names: Names, kind: Kind) -> list[str]:
    """The dotted names of a class and of all it is known to derive from."""
    found: list[str] = []
    for value in ancestry(names, kind) if kind is not None else ():
        if isinstance(value, Inside):
            found.append(value.path)
        elif isinstance(value, Outside):
            found.extend(_outside_lineage(value.path))
    return found


def _outside_lineage(path: str) -> list[str]:
    found: list[str] = []
    current: str | None = path
    while current is not None and current not in found:
        found.append(current)
        if current.startswith("builtins."):
            kind = getattr(builtins, current.removeprefix("builtins."), None)
            found.extend(f"builtins.{base.__name__}" for base in getattr(kind, "__mro__", ())[1:])
            break
        current = base_of(current)
    return found


def is_exception(names: Names, value: Value) -> bool:
    """Is this a class of errors, as far as can be told?"""
    names_of = lineage(names, value) if isinstance(value, (Outside, Inside)) else []
    return "builtins.BaseException" in names_of or any(looks_like_error(name) for name in names_of)


def looks_like_error(path: str) -> bool:
    """Does the last part of a dotted name read as an exception class?"""
    last = path.rpartition(".")[2]
    return last.endswith(("Error", "Exception")) or path in {"stackerr.Error", "stackerr.Sentinel"}


def can_catch(kind: Kind, call: Outside | None) -> bool:
    """Can a handler of this class catch what the call raises? `call` is None for a call of the project's own."""
    if kind is None or is_broad(kind):
        return True
    if isinstance(kind, Outside) and is_control_flow(kind.path):
        return False
    if call is None:
        return True
    if isinstance(kind, Inside) or is_ours(kind):
        return False
    raised = raised_by(call.path)
    if raised is None:
        return True
    if is_builtin(kind):
        ours = set(_outside_lineage(kind.path))
        return any(f"builtins.{name}" in ours or kind.path in _outside_lineage(f"builtins.{name}") for name in raised)
    if call.path.endswith(".json") and kind.path.endswith("JSONDecodeError"):
        return True
    return are_kin(kind.root, call.root) or (is_common(kind.path) and not is_stdlib(call.path))


def catches_all_of(names: Names, outer: Kind, inner: Kind) -> bool:
    """Does a handler of the outer class catch an error of the inner one? Classes of one package are taken at their word."""
    if outer is None or inner is None or is_broad(outer):
        return True
    above = lineage(names, inner)
    path = outer.path
    if path in above:
        return True
    return is_external(outer) and is_external(inner) and are_kin(_root(outer), _root(inner))


def _root(kind: Kind) -> str:
    return kind.root if isinstance(kind, Outside) else ""
