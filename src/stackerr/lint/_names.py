"""What names and expressions mean: imports, provenance and types, followed through the modules of the project."""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace
from typing import TYPE_CHECKING

from stackerr.lint import _calls, _classes, _hints
from stackerr.lint._catalogue import canonical, is_plain, made_by
from stackerr.lint._project import OURS
from stackerr.lint._scopes import END, Binding, Position, find, reaching
from stackerr.lint._values import (
    FUNCTIONS,
    WIDTH,
    Caught,
    Inside,
    Many,
    Outside,
    Room,
    Spot,
    Value,
    Values,
    cell,
    elements,
    many,
    row,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from stackerr.lint._module import Module

BUILTINS = frozenset(dir(builtins))
DEPTH = 40
STEPS = 3000
LIMIT = 16
CLEAR = 1 << 30


class Names:
    """Answers what an expression stands for. One for each file that is checked; it remembers its answers."""

    def __init__(self) -> None:
        self._busy: dict[Hashable, int] = {}
        self._lowest = CLEAR
        self._steps = 0
        self._following: set[int] = set()

    def of(self, node: ast.AST | None, spot: Spot) -> Values:
        """All that the expression can stand for; empty where nothing is known."""
        if node is None or isinstance(node, ast.Constant):
            return ()
        return self.once(spot.scope.module, id(node), lambda: self._of(node, spot))

    def once(self, module: Module, key: Hashable, work: Callable[[], Values]) -> Values:
        """Remember an answer with the module it is about. One that leads back to itself counts as unknown meanwhile."""
        known = module.known.get(key)
        if known is not None:
            return known
        full = (module, key)
        depth = len(self._busy)
        if full in self._busy or depth > DEPTH or self._steps > STEPS:
            self._lowest = min(self._lowest, self._busy.get(full, 0))
            return ()
        self._busy[full] = depth
        self._steps = self._steps + 1 if depth else 0
        outer, self._lowest = self._lowest, CLEAR
        try:
            found = tuple(dict.fromkeys(work()))[:LIMIT]
        finally:
            del self._busy[full]
        if self._lowest >= depth:  # nothing in the answer waits for a question still open
            module.known[key] = found
            self._lowest = CLEAR
        self._lowest = min(outer, self._lowest)
        return found

    def assigned(self, node: ast.Name, spot: Spot) -> Iterator[tuple[ast.expr, Spot]]:
        """The expressions that a name may have been given whole, each with where it stands."""
        for binding in find(node.id, spot, (node.lineno, node.col_offset)):
            value = binding.node
            if (
                binding.kind == "value"
                and not binding.step
                and isinstance(value, ast.expr)
                and id(value) not in self._following
            ):
                self._following.add(id(value))
                try:
                    yield value, binding.spot
                finally:
                    self._following.discard(id(value))

    def _of(self, node: ast.AST, spot: Spot) -> Values:
        match node:
            case ast.Name():
                return self.name(node.id, spot, (node.lineno, node.col_offset))
            case ast.Attribute():
                return self._attribute(node, spot)
            case ast.Call():
                return _calls.result(self, node, spot)
            case ast.Await() | ast.NamedExpr() | ast.Starred():
                return self.of(node.value, spot)
            case ast.IfExp():
                return self.of(node.body, spot) + self.of(node.orelse, spot)
            case ast.BoolOp():
                return tuple(value for part in node.values for value in self.of(part, spot))
            case ast.BinOp(op=ast.Div()):
                return tuple(v for side in (node.left, node.right) for v in self.of(side, spot) if is_path(v))
            case ast.BinOp(op=ast.BitOr()):
                return _calls.makes(_hints.meaning(self, node, spot))
            case ast.Subscript():
                return self._subscript(node, spot)
            case ast.Tuple():
                return row(tuple(self.of(part, spot) for part in node.elts))
            case ast.List() | ast.Set():
                return many(tuple(value for part in node.elts[:WIDTH] for value in self.of(part, spot)))
            case ast.Dict():
                return many(
                    tuple(value for part in node.values[:WIDTH] for value in self.of(part, spot)), is_table=True
                )
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                return many(self.of(node.elt, self.inner(node, spot)))
            case ast.DictComp():
                return many(self.of(node.value, self.inner(node, spot)), is_table=True)
            case ast.Lambda():
                return _calls.makes(self.of(node.body, self.inner(node, spot)))
        return ()

    def inner(self, node: ast.AST, spot: Spot) -> Spot:
        """The spot within the scope that a node opens."""
        return Spot(spot.scope.module.scope(node, spot))

    def name(self, name: str, spot: Spot, at: Position) -> Values:
        """What a name stands for at a place."""
        found = find(name, spot, at)
        module = spot.scope.module
        if (found and found[0].spot.scope is module.top) or name in spot.scope.outer_names:
            found = [*found, *module.global_bindings.get(name, ())] if _is_placeholder(found) else found
        if found:
            return tuple(value for binding in found for value in self.bound(binding))
        return self._starred(module, name) or ((Outside(f"builtins.{name}"),) if name in BUILTINS else ())

    def export(self, module: Module, name: str) -> Values:
        """What a name stands for at the end of a module of the project."""
        return self.once(module, ("export", name), lambda: self._exported(module, name))

    def _exported(self, module: Module, name: str) -> Values:
        bindings = reaching(module.top.table.get(name, []), (), END)
        found = tuple(value for binding in bindings for value in self.bound(binding))
        return found or self._starred(module, name) or self._submodule(f"{module.name}.{name}", module)

    def path(self, path: str, module: Module) -> Values:
        """What a dotted path, imported in a module, stands for."""
        if not module.project.is_first_party(path):
            return (Outside(canonical(path), raw=path),)
        room = module.project.module(path)
        if room is not None:
            return (Room(room),)
        base, _, name = path.rpartition(".")
        home = module.project.module(base) if base.strip(".") else None
        if home is not None:
            return self.export(home, name)
        return ()

    def bound(self, binding: Binding) -> Values:
        """What a binding gives its name."""
        match binding.kind:
            case "import":
                return self.path(binding.path, binding.spot.scope.module)
            case "def":
                return (self.inside(binding.node, binding.spot),)  # type: ignore[arg-type]
            case "caught":
                return (Caught(binding.node),)  # type: ignore[arg-type]
            case "param":
                return _classes.parameter(self, binding)
            case "hint" | "hint-only":
                return self._hinted(binding)
        values = self.of(binding.node, binding.spot) if binding.kind != "gone" else ()
        if binding.kind == "each":
            values = elements(values)
        elif binding.kind == "entered":
            values = _calls.entered(self, values)
        for index in binding.step:
            values = cell(values, index)
        return values

    def _hinted(self, binding: Binding) -> Values:
        declared = _hints.meaning(self, binding.node, binding.spot)
        made = self.of(binding.value, binding.spot)
        return declared + tuple(value for value in made if not isinstance(value, Inside)) if declared else made

    def inside(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, spot: Spot) -> Inside:
        """A class or function of the project as a value."""
        owner = spot.scope.node if spot.scope.kind == "class" else None
        return Inside(spot.scope.module, node, spot, owner)  # type: ignore[arg-type]

    def _attribute(self, node: ast.Attribute, spot: Spot) -> Values:
        if _calls.is_super(node.value):
            return _calls.inherited(self, node, spot)
        if (path := _dotted(node)) and (found := self._imported(path, spot, node)):
            return found
        values: list[Value] = []
        for base in self.of(node.value, spot):
            values.extend(self.attribute(base, node.attr))
        return tuple(values)

    def _imported(self, path: str, spot: Spot, node: ast.Attribute) -> Values:
        """`import a.b` binds only `a`; the rest of the dotted name is looked up as a path of the project."""
        root, _, rest = path.partition(".")
        bindings = find(root, spot, (node.lineno, node.col_offset))
        if not bindings or any(binding.kind != "import" or binding.path != root for binding in bindings):
            return ()
        module = spot.scope.module
        return self.path(path, module) if rest and module.project.is_first_party(path) else ()

    def attribute(self, base: Value, name: str) -> Values:
        """What an attribute of a value stands for."""
        match base:
            case Outside() | Inside() if name == "__class__":
                return (replace(base, is_made=False),)
            case Outside() if base.is_made and is_plain(base.path):
                return ()
            case Outside():
                path = f"{made_by(base.path) if base.is_made else base.path}.{name}"
                return (Outside(canonical(path), base.is_made, f"{base.raw or base.path}.{name}"),)
            case Room():
                return self.export(base.module, name)
            case Inside(node=ast.ClassDef()):
                return _classes.attribute(self, base, name)
        return ()

    def _subscript(self, node: ast.Subscript, spot: Spot) -> Values:
        values = self.of(node.value, spot)
        if any(isinstance(value, Outside) and not value.is_made and value.root in _hints.TYPING for value in values):
            return _calls.makes(_hints.meaning(self, node, spot))
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
            return cell(values, node.slice.value)
        if isinstance(node.slice, ast.Slice):
            return values
        return elements(tuple(Many(value.each) if isinstance(value, Many) else value for value in values)) + tuple(
            value for value in values if isinstance(value, (Outside, Inside)) and not value.is_made
        )

    def _starred(self, module: Module, name: str) -> Values:
        if name in module.top.table:
            return ()
        for path in reversed(module.top.stars):
            home = module.project.module(path) if module.project.is_first_party(path) else None
            if home is not None and (found := self.export(home, name)):
                return found
        return ()

    def _submodule(self, path: str, module: Module) -> Values:
        room = module.project.module(path) if module.is_package else None
        return (Room(room),) if room else ()


def is_ours(value: Value) -> bool:
    """Is this stackerr itself, or something that came from it?"""
    return isinstance(value, Outside) and value.root == OURS


def is_path(value: Value) -> bool:
    """Is this a `pathlib` path?"""
    return isinstance(value, Outside) and value.is_made and made_by(value.path) == "pathlib.Path"


def is_function(value: Value) -> bool:
    """Is this a function of the project?"""
    return isinstance(value, Inside) and isinstance(value.node, FUNCTIONS)


def _is_placeholder(bindings: list[Binding]) -> bool:
    """Is the name bound only to `None`, until some function gives it a value through `global`?"""
    return all(isinstance(b.value or b.node, ast.Constant) or b.kind.startswith("hint") for b in bindings)


def _dotted(node: ast.Attribute) -> str | None:
    parts = [node.attr]
    value = node.value
    while isinstance(value, ast.Attribute):
        parts.append(value.attr)
        value = value.value
    return ".".join([value.id, *reversed(parts)]) if isinstance(value, ast.Name) else None
