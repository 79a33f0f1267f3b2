"""What annotations say: strings, unions, generics, and the names in them."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from stackerr.lint._values import Inside, Maker, Outside, Spot, Value, Values, many, row

if TYPE_CHECKING:
    from stackerr.lint._names import Names

TRANSPARENT = frozenset(
    {
        "Optional",
        "Union",
        "Annotated",
        "Final",
        "ClassVar",
        "Required",
        "NotRequired",
        "ReadOnly",
        "InitVar",
        "Awaitable",
    }
)
COROUTINES = frozenset({"Coroutine"})
TABLES = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "DefaultDict", "defaultdict", "OrderedDict"})
CONTAINERS = frozenset({
    "list", "List", "set", "Set", "frozenset", "FrozenSet", "Sequence", "MutableSequence", "Iterable", "Iterator", "Collection", "deque", "Deque",
    "AsyncIterator", "AsyncIterable", "Generator", "AsyncGenerator", "AbstractSet", "MutableSet", "ContextManager", "AsyncContextManager",
    "AbstractContextManager", "AbstractAsyncContextManager",
})  # fmt: skip
TYPING = frozenset({"typing", "typing_extensions", "collections", "builtins", "contextlib", "dataclasses", "types"})


def meaning(names: Names, node: ast.AST | None, spot: Spot) -> Values:
    """Objects of the annotated type."""
    match node:
        case ast.Constant(value=str(text)):
            return _quoted(names, text, node, spot)
        case ast.BinOp(op=ast.BitOr()):
            return meaning(names, node.left, spot) + meaning(names, node.right, spot)
        case ast.Subscript():
            return _generic(names, node, spot)
        case ast.Name() | ast.Attribute():
            return tuple(found for value in names.of(node, spot) for found in _objects(value))
    return ()


def _objects(value: Value) -> Values:
    if isinstance(value, Maker):  # a name for an annotation: `Conn = Optional[Connection]`
        return value.makes
    found = made(value)
    return () if found is None else (found,)


def made(value: Value) -> Value | None:
    """An object of a class; None for what says nothing about its objects."""
    match value:
        case Outside():
            is_silent = (value.root in TYPING and not _is_telling(value.path)) or value.path == "logging.Logger"
            return None if is_silent else Outside(value.path, is_made=True, raw=value.raw)
        case Inside(node=ast.ClassDef()):
            return Inside(value.module, value.node, value.spot, value.owner, is_made=True)
    return None


def _is_telling(path: str) -> bool:
    """Is this, of what needs no import of a library, a stream or a class of errors?"""
    kind = getattr(builtins, path.removeprefix("builtins."), None)
    return path.endswith("IO") or (isinstance(kind, type) and issubclass(kind, BaseException))


def _quoted(names: Names, text: str, place: ast.Constant, spot: Spot) -> Values:
    module = spot.scope.module
    return names.once(module, ("quoted", id(place)), lambda: _parsed(names, text, place, spot))


def _parsed(names: Names, text: str, place: ast.Constant, spot: Spot) -> Values:
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    for part in ast.walk(node):
        ast.copy_location(part, place)
    spot.scope.module.kept.append(node)
    return meaning(names, node, spot)


def _generic(names: Names, node: ast.Subscript, spot: Spot) -> Values:
    head = _last(node.value)
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if head in TRANSPARENT:
        parts = parts[:1] if head == "Annotated" else parts
        return tuple(value for part in parts for value in meaning(names, part, spot))
    if head in {"tuple", "Tuple"}:
        return _row(names, parts, spot)
    if head in TABLES:
        return many(meaning(names, parts[-1], spot), is_table=True)
    if head in CONTAINERS:
        return many(meaning(names, parts[0], spot))
    if head in COROUTINES:
        return meaning(names, parts[-1], spot)
    if head == "Callable":
        return (Maker(meaning(names, parts[-1], spot)),)
    if head in {"type", "Type"}:
        return names.of(parts[0], spot)
    return meaning(names, node.value, spot)


def _row(names: Names, parts: list[ast.expr], spot: Spot) -> Values:
    if len(parts) == 2 and isinstance(parts[1], ast.Constant) and parts[1].value is ...:
        return many(meaning(names, parts[0], spot))
    return row(tuple(meaning(names, part, spot) for part in parts))


def _last(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
