"""Scopes and what each binds: one table a scope, filled when somebody first asks."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from stackerr.lint._values import FUNCTIONS, Arm, Spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stackerr.lint._module import Module

Position = tuple[int, int]
END: Position = (1 << 30, 0)
TYPE_ALIAS = getattr(ast, "TypeAlias", ())  # `type X = …`, from 3.12 on
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(slots=True, eq=False)
class Binding:
    """One place where a name gets its meaning."""

    kind: str  # value, hint, entered, each, caught, def, param, case, import, gone
    node: ast.AST | None
    at: Position
    spot: Spot
    path: str = ""  # import: the dotted path
    step: tuple[int, ...] = ()  # the way into an unpacked tuple
    value: ast.expr | None = None  # hint: the value beside it


@dataclass(eq=False)
class Scope:
    """A module, class, function, lambda or comprehension."""

    kind: str
    node: ast.AST
    module: Module
    outer: Spot | None = None
    stars: list[str] = field(default_factory=list)
    outer_names: set[str] = field(default_factory=set)

    @cached_property
    def table(self) -> dict[str, list[Binding]]:
        """All bindings of this scope by name, in the order of the text."""
        return _Binder(self).fill()


def find(name: str, spot: Spot, at: Position) -> list[Binding]:
    """The bindings that a name, used at this spot and position, can mean."""
    scope, arms, is_first = spot.scope, spot.arms, True
    while True:
        found = scope.table.get(name)
        if found and (is_first or scope.kind != "class") and name not in scope.outer_names:
            return reaching(found, arms, at)
        if scope.outer is None:
            return []
        if scope.kind in {"function", "lambda"}:
            at, is_first = END, False
            arms = ()
        else:
            arms, is_first = scope.outer.arms, is_first and scope.kind == "comprehension"
        scope = scope.outer.scope


def reaching(bindings: list[Binding], arms: Sequence[Arm], at: Position) -> list[Binding]:
    """Of a name's bindings, those that can still hold at a place: a later one ends an earlier one it is sure to follow."""
    live: list[Binding] = []
    for binding in bindings:
        if binding.at > at:
            if _share_loop(binding.spot.arms, arms):
                live.append(binding)
            continue
        if _exclude(binding.spot.arms, arms):
            continue
        if _is_prefix(binding.spot.arms, arms) and binding.kind != "hint-only":
            live = [other for other in live if other.kind == "hint-only"]
        live.append(binding)
    return live or (bindings if at != END else live)


def _is_prefix(shorter: Sequence[Arm], longer: Sequence[Arm]) -> bool:
    return len(shorter) <= len(longer) and tuple(longer[: len(shorter)]) == tuple(shorter)


def _exclude(one: Sequence[Arm], other: Sequence[Arm]) -> bool:
    """Do the two stand in different arms of one statement, of which only one runs?"""
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            return mine.statement == theirs.statement and mine.which != 0 != theirs.which
    return False


def _share_loop(one: Sequence[Arm], other: Sequence[Arm]) -> bool:
    return any(mine == theirs and mine.is_loop for mine, theirs in zip(one, other, strict=False))


def arms_of(node: ast.stmt) -> Iterator[tuple[list[ast.stmt], tuple[Arm, ...]]]:
    """The blocks of a compound statement, each with the arm that leads into it.

    Arm 0 of a `try` is its body, which may have run in part before a handler does; `else` goes on from it.
    """
    key = id(node)
    match node:
        case ast.If():
            yield node.body, (Arm(key, 1),)
            yield node.orelse, (Arm(key, 2),)
        case ast.For() | ast.AsyncFor() | ast.While():
            yield node.body, (Arm(key, 1, is_loop=True),)
            yield node.orelse, ()
        case ast.Try() | ast.TryStar():
            yield node.body, (Arm(key, 0),)
            for index, handler in enumerate(node.handlers, 1):
                yield handler.body, (Arm(key, index),)
            yield node.orelse, (Arm(key, 0),)
            yield node.finalbody, ()
        case ast.With() | ast.AsyncWith():
            yield node.body, ()
        case ast.Match():
            for index, case in enumerate(node.cases, 1):
                yield case.body, (Arm(key, index),)


class _Binder:
    """Walks the statements of one scope and notes what they bind."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.table: dict[str, list[Binding]] = {}

    def fill(self) -> dict[str, list[Binding]]:
        node = self.scope.node
        if isinstance(node, (*FUNCTIONS, ast.Lambda)):
            self._parameters(node.args)
        if isinstance(node, COMPREHENSIONS):
            for generator in node.generators:
                self._targets(generator.target, "each", generator.iter, (0, 0), ())
        elif isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS)):
            self._block(node.body, ())
        return self.table

    def _add(
        self, name: str, kind: str, node: ast.AST | None, at: Position, arms: tuple[Arm, ...], **more: object
    ) -> None:
        binding = Binding(kind, node, at, Spot(self.scope, arms), **more)  # type: ignore[arg-type]
        self.table.setdefault(name, []).append(binding)

    def _parameters(self, args: ast.arguments) -> None:
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs):
            self._add(arg.arg, "param", arg, (0, 0), ())
        for arg in filter(None, (args.vararg, args.kwarg)):
            self._add(arg.arg, "param", arg, (0, 0), ())

    def _block(self, statements: list[ast.stmt], arms: tuple[Arm, ...]) -> None:
        for statement in statements:
            self._statement(statement, arms)
            for block, more in arms_of(statement):
                self._block(block, arms + more)

    def _statement(self, node: ast.stmt, arms: tuple[Arm, ...]) -> None:
        at = (node.end_lineno or node.lineno, node.end_col_offset or 0)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._add(node.name, "def", node, (node.lineno, node.col_offset), arms)
                return
            case ast.Import() | ast.ImportFrom():
                self._import(node, at, arms)
                return
            case ast.Assign():
                for target in node.targets:
                    self._targets(target, "value", node.value, at, arms)
            case ast.AnnAssign(target=ast.Name(id=name)):
                kind = "hint" if node.value is not None or self.scope.kind == "class" else "hint-only"
                self._add(name, kind, node.annotation, at, arms, value=node.value)
            case ast.AugAssign(target=ast.Name(id=name)):
                self._add(name, "gone", node, at, arms)
            case ast.Delete():
                for target in node.targets:
                    self._targets(target, "gone", node, at, arms)
            case ast.For() | ast.AsyncFor():
                self._targets(
                    node.target, "each", node.iter, _end(node.target), (*arms, Arm(id(node), 1, is_loop=True))
                )
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    if item.optional_vars is not None:
                        self._targets(item.optional_vars, "entered", item.context_expr, _end(item.optional_vars), arms)
            case ast.Try() | ast.TryStar():
                for index, handler in enumerate(node.handlers, 1):
                    if handler.name:
                        where = (*arms, Arm(id(node), index))
                        self._add(handler.name, "caught", handler, (handler.lineno, handler.col_offset), where)
            case ast.Match():
                for index, case in enumerate(node.cases, 1):
                    self._pattern(case.pattern, node.subject, (*arms, Arm(id(node), index)))
            case _ if isinstance(node, TYPE_ALIAS):
                self._targets(node.name, "value", node.value, at, arms)
            case ast.Global() | ast.Nonlocal():
                self.scope.outer_names.update(node.names)
                return
        self._walruses(node, arms)

    def _import(self, node: ast.Import | ast.ImportFrom, at: Position, arms: tuple[Arm, ...]) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                path = alias.name if alias.asname else alias.name.partition(".")[0]
                self._add(alias.asname or path, "import", node, at, arms, path=path)
            return
        base = self.scope.module.absolute(node.module, node.level)
        for alias in node.names:
            if alias.name == "*":
                self.scope.stars.append(base)
            else:
                self._add(alias.asname or alias.name, "import", node, at, arms, path=f"{base}.{alias.name}")

    def _targets(
        self,
        target: ast.expr,
        kind: str,
        source: ast.AST,
        at: Position,
        arms: tuple[Arm, ...],
        step: tuple[int, ...] = (),
    ) -> None:
        if isinstance(target, ast.Name):
            self._add(target.id, kind, source, at, arms, step=step)
        elif isinstance(target, ast.Starred):
            self._targets(target.value, "gone", source, at, arms)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for index, part in enumerate(target.elts):
                self._targets(part, kind, source, at, arms, (*step, index))

    def _pattern(self, pattern: ast.pattern, subject: ast.expr, arms: tuple[Arm, ...]) -> None:
        match pattern:
            case ast.MatchAs(name=str(name), pattern=None):
                self._add(name, "value", subject, _end(pattern), arms)
            case ast.MatchAs(name=str(name), pattern=ast.MatchClass(cls=kind)):
                self._add(name, "hint", kind, _end(pattern), arms)
                return
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                self._add(name, "gone", pattern, _end(pattern), arms)
            case ast.MatchMapping(rest=str(name)):
                self._add(name, "gone", pattern, _end(pattern), arms)
        for child in ast.iter_child_nodes(pattern):
            if isinstance(child, ast.MatchAs) and child.name and child.pattern is None:
                self._add(child.name, "gone", child, _end(child), arms)
            elif isinstance(child, ast.pattern):
                self._pattern(child, subject, arms)
        if isinstance(pattern, ast.MatchClass):
            self._narrowed(pattern, subject, arms)

    def _narrowed(self, pattern: ast.MatchClass, subject: ast.expr, arms: tuple[Arm, ...]) -> None:
        """`match f:` with `case Path():` says what `f` is within that case."""
        if isinstance(subject, ast.Name):
            self._add(subject.id, "hint", pattern.cls, _end(pattern), arms)

    def _walruses(self, node: ast.stmt, arms: tuple[Arm, ...]) -> None:
        if not self.scope.module.has_walrus:
            return
        for header in headers(node):
            for part in ast.walk(header):
                if isinstance(part, ast.NamedExpr):
                    self._targets(part.target, "value", part.value, _end(part), arms)


def headers(node: ast.stmt) -> Iterator[ast.expr]:
    """The expressions that a statement evaluates itself, not those of the statements in its blocks."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from node.decorator_list
            yield from node.args.defaults
            yield from (default for default in node.args.kw_defaults if default is not None)
        case ast.ClassDef():
            yield from node.decorator_list
            yield from node.bases
            yield from (keyword.value for keyword in node.keywords)
        case ast.With() | ast.AsyncWith():
            yield from (item.context_expr for item in node.items)
        case ast.Match():
            yield node.subject
            yield from (case.guard for case in node.cases if case.guard is not None)
        case ast.AnnAssign():
            yield from (part for part in (node.value, node.target) if part is not None)
        case _:
            yield from (part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))


def _end(node: ast.AST) -> Position:
    return (node.end_lineno or 0, node.end_col_offset or 0)  # type: ignore[attr-defined]
