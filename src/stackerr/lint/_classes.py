"""Attributes of the project's classes: fields, methods, what any method stores on self, and what the bases add."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from stackerr.lint import _calls, _hints
from stackerr.lint._scopes import END, Binding, arms_of
from stackerr.lint._values import FUNCTIONS, Function, Inside, Outside, Spot, Value, Values, many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._names import Names

PROPERTIES = frozenset({"property", "cached_property", "abstractproperty", "reify", "setter"})
INTERFACES = frozenset({"typing.Protocol", "typing_extensions.Protocol", "abc.ABC"})


def attribute(names: Names, owner: Inside, name: str) -> Values:
    """What an attribute of a class of the project, or of an object of it, stands for."""
    key = ("attribute", id(owner.node), name, owner.is_made)
    return names.once(owner.module, key, lambda: _attribute(names, owner, name))


def _attribute(names: Names, owner: Inside, name: str) -> Values:
    found = _own(names, owner, name)
    if found:
        return found
    values: list[Value] = []
    for base in bases(names, owner):
        if isinstance(base, Inside):
            values.extend(attribute(names, Inside(base.module, base.node, base.spot, base.owner, owner.is_made), name))
        elif isinstance(base, Outside) and _may_inherit(base):
            path = f"{base.path}.{name}"
            values.append(Outside(path, owner.is_made, path))
    return tuple(values)


def bases(names: Names, owner: Inside) -> Values:
    """The bases of a class of the project."""
    if not isinstance(owner.node, ast.ClassDef):
        return ()
    found = (value for base in owner.node.bases for value in names.of(_bare(base), owner.spot))
    return tuple(
        value
        for value in found
        if not isinstance(value, Inside) or (isinstance(value.node, ast.ClassDef) and value.node is not owner.node)
    )


def ancestry(names: Names, value: Value, depth: int = 0) -> Iterator[Value]:
    """A class and everything it derives from, as far as it is known."""
    yield value
    if isinstance(value, Inside) and depth < 12:
        for base in bases(names, value):
            yield from ancestry(names, base, depth + 1)


def is_interface(names: Names, value: Value) -> bool:
    """Is this a Protocol or an abstract class of the project?"""
    if not isinstance(value, Inside) or not isinstance(value.node, ast.ClassDef):
        return False
    return any(isinstance(base, Outside) and base.path in INTERFACES for base in bases(names, value)) or any(
        isinstance(meta, Outside) and meta.path == "abc.ABCMeta"
        for keyword in value.node.keywords
        if keyword.arg == "metaclass"
        for meta in names.of(keyword.value, value.spot)
    )


def parameter(names: Names, binding: Binding) -> Values:
    """What a parameter stands for: its annotation, self or cls, its default."""
    function, arg = binding.spot.scope.node, binding.node
    assert isinstance(arg, ast.arg)
    if isinstance(function, FUNCTIONS) and (owner := _self_of(names, function, arg, binding.spot)):
        return owner
    outer = binding.spot.scope.outer or binding.spot
    if arg.annotation is not None:
        held = _hints.meaning(names, arg.annotation, outer)
        return _gathered(function, arg, held)
    return names.of(_default(function, arg), outer)


def _gathered(function: ast.AST, arg: ast.arg, held: Values) -> Values:
    args = getattr(function, "args", None)
    if args is not None and arg is args.vararg:
        return many(held)
    if args is not None and arg is args.kwarg:
        return many(held, is_table=True)
    return held


def _self_of(names: Names, function: Function, arg: ast.arg, spot: Spot) -> Values:
    outer = spot.scope.outer
    if outer is None or outer.scope.kind != "class":
        return ()
    args = [*function.args.posonlyargs, *function.args.args]
    kinds = decorators(function)
    if not args or args[0] is not arg or "staticmethod" in kinds:
        return ()
    node = outer.scope.node
    assert isinstance(node, ast.ClassDef) and outer.scope.outer is not None
    is_class = "classmethod" in kinds or function.name in {"__new__", "__init_subclass__", "__class_getitem__"}
    found = names.inside(node, outer.scope.outer)
    return (Inside(found.module, node, found.spot, found.owner, is_made=not is_class),)


def decorators(function: ast.ClassDef | Function) -> set[str]:
    """The last names of a function's decorators."""
    found = set()
    for node in function.decorator_list:
        inner = node.func if isinstance(node, ast.Call) else node
        found.add(inner.attr if isinstance(inner, ast.Attribute) else inner.id if isinstance(inner, ast.Name) else "")
    return found


def _default(function: ast.AST, arg: ast.arg) -> ast.expr | None:
    args = getattr(function, "args", None)
    if not isinstance(args, ast.arguments):
        return None
    positional = [*args.posonlyargs, *args.args]
    pairs = list(zip(reversed(positional), reversed(args.defaults), strict=False))
    pairs += [(one, default) for one, default in zip(args.kwonlyargs, args.kw_defaults, strict=False) if default]
    return next((default for one, default in pairs if one is arg), None)


def _own(names: Names, owner: Inside, name: str) -> Values:
    assert isinstance(owner.node, ast.ClassDef)
    spot = names.inner(owner.node, owner.spot)
    declared = [value for binding in spot.scope.table.get(name, ()) for value in _member(names, owner, binding)]
    stored = [value for binding in _stores(owner, names).get(name, ()) for value in names.bound(binding)]
    return tuple(dict.fromkeys([*declared, *stored]))


def _member(names: Names, owner: Inside, binding: Binding) -> Values:
    if binding.kind != "def" or not isinstance(binding.node, FUNCTIONS):
        return names.bound(binding)
    method = names.inside(binding.node, binding.spot)
    return _calls.returned(names, method) if PROPERTIES & decorators(binding.node) and owner.is_made else (method,)


def _stores(owner: Inside, names: Names) -> dict[str, list[Binding]]:
    """Every `self.name = …` of every method, by name."""
    stores = owner.module.stores
    if id(owner.node) not in stores:
        stores[id(owner.node)] = _collected(owner, names)
    return stores[id(owner.node)]


def _collected(owner: Inside, names: Names) -> dict[str, list[Binding]]:
    assert isinstance(owner.node, ast.ClassDef)
    spot = names.inner(owner.node, owner.spot)
    found: dict[str, list[Binding]] = {}
    for method in owner.node.body:
        if isinstance(method, FUNCTIONS) and (args := [*method.args.posonlyargs, *method.args.args]):
            for target, binding in _assigned(method.body, names.inner(method, spot)):
                if isinstance(target.value, ast.Name) and target.value.id == args[0].arg:
                    found.setdefault(target.attr, []).append(binding)
    return found


Stored = tuple[ast.Attribute, Binding]


def _assigned(block: list[ast.stmt], spot: Spot) -> Iterator[Stored]:
    for node in block:
        match node:
            case ast.Assign():
                for target in node.targets:
                    yield from _attributes(target, node.value, spot, ())
            case ast.AnnAssign(target=ast.Attribute() as attr):
                yield attr, Binding("hint", node.annotation, END, spot, value=node.value)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    if isinstance(item.optional_vars, ast.Attribute):
                        yield item.optional_vars, Binding("entered", item.context_expr, END, spot)
        for inner, arms in arms_of(node):
            yield from _assigned(inner, Spot(spot.scope, spot.arms + arms))


def _attributes(target: ast.expr, value: ast.expr, spot: Spot, step: tuple[int, ...]) -> Iterator[Stored]:
    if isinstance(target, ast.Attribute):
        yield target, Binding("value", value, END, spot, step=step)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for index, part in enumerate(target.elts):
            yield from _attributes(part, value, spot, (*step, index))


def _bare(base: ast.expr) -> ast.expr:
    """`Generic[T]` and the like: the class without its arguments."""
    return base.value if isinstance(base, ast.Subscript) else base


def _may_inherit(base: Outside) -> bool:
    return base.root not in {"builtins", "typing", "abc", "typing_extensions", "enum"} and base.path not in INTERFACES
