"""What a call gives back, and what a `with` statement enters."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from stackerr.lint import _classes, _hints
from stackerr.lint._catalogue import row_of
from stackerr.lint._scopes import arms_of
from stackerr.lint._values import (
    FUNCTIONS,
    Inside,
    Maker,
    Many,
    Outside,
    Spot,
    Value,
    Values,
    elements,
    many,
    row,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stackerr.lint._names import Names

SAME_AS_FIRST = frozenset({
    "contextlib.closing", "contextlib.aclosing", "contextlib.nullcontext", "functools.partial", "copy.copy", "copy.deepcopy", "weakref.ref",
    "weakref.proxy", "asyncio.wait_for", "asyncio.shield",
})  # fmt: skip
COLLECTORS = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "filter"})
ENTERING = frozenset({"enter_context", "enter_async_context"})
FACTORIES = frozenset({"contextmanager", "asynccontextmanager"})
FIELDS = frozenset({"dataclasses.field", "attr.ib", "attr.attrib", "attr.field", "attrs.field", "pydantic.Field"})
FACTORY_FIELDS = frozenset({"attr.Factory", "attrs.Factory"})


def result(names: Names, node: ast.Call, spot: Spot) -> Values:
    """What a call gives back."""
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in ENTERING and node.args:
            return entered(names, names.of(node.args[0], spot))
        held = _from_container(names, node, node.func, spot)
        if held:
            return held
    return tuple(value for func in names.of(node.func, spot) for value in _called(names, func, node, spot))


def makes(values: Values) -> Values:
    """A callable that gives these back."""
    return (Maker(values),) if values else ()


def entered(names: Names, values: Values) -> Values:
    """What `with … as` binds."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, Many):
            found.extend(value.each)
        elif isinstance(value, Inside) and value.is_made:
            found.extend(_entered_object(names, value))
        else:
            found.append(value)
    return tuple(found)


def returned(names: Names, function: Inside) -> Values:
    """What a function of the project returns: by its annotation, else by its return statements."""
    node = function.node
    if not isinstance(node, FUNCTIONS):
        return ()
    spot = names.inner(node, function.spot)
    if node.returns is not None:
        found = _hints.meaning(names, node.returns, function.spot)
        return found or _self_hint(names, function, node.returns)
    if FACTORIES & _classes.decorators(node):
        return many(tuple(v for part in _yields(node.body) for v in names.of(part, spot)))
    return tuple(value for part in _returns(node.body) for value in names.of(part, spot))


def inherited(names: Names, func: ast.Attribute, spot: Spot) -> Values:
    """The method that `super().name` finds."""
    scope = spot.scope
    while scope.kind != "class" and scope.outer is not None:
        scope = scope.outer.scope
    if scope.kind != "class" or scope.outer is None:
        return ()
    owner = names.inside(scope.node, scope.outer)  # type: ignore[arg-type]
    made = Inside(owner.module, owner.node, owner.spot, owner.owner, is_made=True)
    found: list[Value] = []
    for base in _classes.bases(names, made):
        if isinstance(base, Inside):
            base = Inside(base.module, base.node, base.spot, base.owner, is_made=True)
            found.extend(_classes.attribute(names, base, func.attr))
        elif isinstance(base, Outside) and base.root != "builtins":
            found.append(Outside(f"{base.path}.{func.attr}", is_made=True, raw=f"{base.path}.{func.attr}"))
    return tuple(found)


def _called(names: Names, func: Value, node: ast.Call, spot: Spot) -> Values:
    match func:
        case Outside(path=path) if path in SAME_AS_FIRST:
            return names.of(node.args[0], spot) if node.args else ()
        case Outside(path="typing.cast" | "typing_extensions.cast"):
            return _hints.meaning(names, node.args[0], spot) if node.args else ()
        case Outside(path="typing.TypeVar" | "typing_extensions.TypeVar"):
            bounds = [keyword.value for keyword in node.keywords if keyword.arg == "bound"]
            return _hinting(names, bounds or node.args[1:], spot)
        case Outside(path="typing.NewType" | "typing_extensions.NewType"):
            return _hinting(names, node.args[1:], spot)
        case Outside(path=path) if path in FIELDS:
            return _field(names, node, spot)
        case Outside(path=path) if path in FACTORY_FIELDS:
            return _made_by(names, node.args[0], spot) if node.args else ()
        case Outside() if func.root == "builtins":
            return _builtin(names, func, node, spot)
        case Outside():
            return _made_row(func.path) or (Outside(func.path, is_made=True, raw=func.raw),)
        case Maker():
            return func.makes
        case Inside(node=ast.ClassDef(), is_made=False):
            return (Inside(func.module, func.node, func.spot, func.owner, is_made=True),)
        case Inside(node=ast.ClassDef()):
            return _invoked(names, func, "__call__")
        case Inside():
            return returned(names, func)
    return ()


def _made_row(path: str) -> Values:
    return row(tuple((Outside(kind, is_made=True),) if kind else () for kind in row_of(path)))


def _hinting(names: Names, hints: Sequence[ast.expr], spot: Spot) -> Values:
    return makes(tuple(value for hint in hints for value in _hints.meaning(names, hint, spot)))


def _field(names: Names, node: ast.Call, spot: Spot) -> Values:
    """What a field of a dataclass or of attrs holds, by what its declaration says of it."""
    found: list[Value] = []
    for keyword in node.keywords:
        match keyword.arg:
            case "factory" | "default_factory":
                found.extend(_made_by(names, keyword.value, spot))
            case "default":
                found.extend(names.of(keyword.value, spot))
            case "type":
                found.extend(_hints.meaning(names, keyword.value, spot))
    return tuple(found)


def _made_by(names: Names, factory: ast.expr, spot: Spot) -> Values:
    """What a factory gives back when it is called without arguments."""
    call = ast.copy_location(ast.Call(factory, [], []), factory)
    return tuple(value for func in names.of(factory, spot) for value in _called(names, func, call, spot))


def _builtin(names: Names, func: Outside, node: ast.Call, spot: Spot) -> Values:
    name = func.path.removeprefix("builtins.")
    if name == "type" and len(node.args) == 1:
        return tuple(v for value in names.of(node.args[0], spot) for v in names.attribute(value, "__class__"))
    args = [names.of(arg, spot) for arg in node.args[:3]]
    if name in COLLECTORS and args:
        return many(elements(args[-1]))
    if name == "next" and args:
        return elements(args[0])
    if name == "enumerate" and args:
        return many(row(((), elements(args[0]))))
    if name == "zip":
        return many(row(tuple(elements(arg) for arg in args)))
    if (
        name == "getattr"
        and len(args) > 1
        and isinstance(node.args[1], ast.Constant)
        and isinstance(node.args[1].value, str)
    ):
        return tuple(value for base in args[0] for value in names.attribute(base, node.args[1].value))
    return (Outside(func.path, is_made=True, raw=func.raw),) if name == "open" else ()


def _from_container(names: Names, node: ast.Call, func: ast.Attribute, spot: Spot) -> Values:
    tables = [value for value in names.of(func.value, spot) if isinstance(value, Many)]
    each = tuple(inner for value in tables for inner in value.each)
    match func.attr:
        case "get" | "pop" | "setdefault" | "popleft" | "popitem":
            return each
        case "values" | "copy":
            return many(each)
        case "items":
            return many(row(((), each)))
        case "__aenter__" | "__enter__":
            return entered(names, names.of(func.value, spot))
    return ()


def _entered_object(names: Names, value: Inside) -> Values:
    for method in ("__enter__", "__aenter__"):
        found = _classes.attribute(names, value, method)
        if found:
            return tuple(each for func in found for each in _entered_by(names, func, value)) or (value,)
    return (value,)


def _entered_by(names: Names, func: Value, owner: Inside) -> Values:
    if isinstance(func, Inside):
        return returned(names, func)
    return (Outside(func.path.rpartition(".")[0], is_made=True),) if isinstance(func, Outside) else (owner,)


def _invoked(names: Names, owner: Inside, method: str) -> Values:
    return tuple(
        v
        for func in _classes.attribute(names, owner, method)
        if isinstance(func, Inside)
        for v in returned(names, func)
    )


def _self_hint(names: Names, function: Inside, hint: ast.expr) -> Values:
    is_self = isinstance(hint, (ast.Name, ast.Attribute)) and ast.unparse(hint).endswith("Self")
    if not is_self or function.owner is None or function.spot.scope.outer is None:
        return ()
    owner = names.inside(function.owner, function.spot.scope.outer)
    return (Inside(owner.module, owner.node, owner.spot, owner.owner, is_made=True),)


def _returns(block: list[ast.stmt]) -> Iterator[ast.expr]:
    for node in block:
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value
        for inner, _ in arms_of(node):
            yield from _returns(inner)


def _yields(block: list[ast.stmt]) -> Iterator[ast.expr]:
    for node in block:
        value = node.value if isinstance(node, (ast.Expr, ast.Assign)) else None
        if isinstance(value, ast.Yield) and value.value is not None:
            yield value.value
        for inner, _ in arms_of(node):
            yield from _yields(inner)


def is_super(node: ast.expr) -> bool:
    """Is this a call of `super`?"""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
