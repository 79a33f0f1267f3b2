"""The one pass over a file's tree: it notes each site a rule may judge, and what stands around it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from stackerr.lint._calls import ENTERING
from stackerr.lint._scopes import COMPREHENSIONS, arms_of
from stackerr.lint._values import FUNCTIONS, Arm, Function, Spot

if TYPE_CHECKING:
    from stackerr.lint._module import Module

Try = ast.Try | ast.TryStar
TRIES = (ast.Try, ast.TryStar)
ERROR_NAMES = frozenset({"e", "ex", "err", "error", "exc", "exception", "exc_type", "etype"})
WITHS = (ast.With, ast.AsyncWith)


class Guard(NamedTuple):
    """Something that may cover what stands within it: the context of a `with`, or a `try` whose body it is in."""

    node: ast.expr | Try
    spot: Spot


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """What stands around a statement: scope, guards from the outside in, the handler and function it is in."""

    spot: Spot
    guards: tuple[Guard, ...] = ()
    handler: HandlerSite | None = None
    function: Function | None = None
    outer: Place | None = None

    def under(self, arms: tuple[Arm, ...]) -> Place:
        """The same place, some arms further in."""
        return self.at(Spot(self.spot.scope, self.spot.arms + arms)) if arms else self

    def at(self, spot: Spot) -> Place:
        """The same surroundings, another spot."""
        return Place(spot, self.guards, self.handler, self.function, self.outer)

    def guarded(self, node: ast.expr | Try) -> Place:
        """The same place, within one more guard."""
        guards = (*self.guards, Guard(node, self.spot))
        return Place(self.spot, guards, self.handler, self.function, self.outer)


@dataclass(frozen=True, slots=True, eq=False)
class HandlerSite:
    """An `except` clause, the `try` it belongs to, and where that stands."""

    node: ast.ExceptHandler
    statement: Try
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A node that a rule may judge, where it stands, and the statement it is part of."""

    node: ast.AST
    place: Place
    statement: ast.stmt


@dataclass(slots=True)
class Sites:
    """All that one pass found, by kind."""

    calls: list[Site] = field(default_factory=list)
    raises: list[Site] = field(default_factory=list)
    compares: list[Site] = field(default_factory=list)
    statements: list[Site] = field(default_factory=list)
    handlers: dict[int, HandlerSite] = field(default_factory=dict)


class Walk:
    """Walks statements; looks into the expressions only of those functions where a rule can have something to say."""

    def __init__(self, module: Module, *, is_wide: bool) -> None:
        self.module = module
        self.is_wide = is_wide
        self.sites = Sites()
        self._noted: list[tuple[ast.expr | None, Place, ast.stmt]] = []
        self._is_telling = is_wide

    def run(self) -> Sites:
        """Pass over the tree once and return what was found."""
        self._block(self.module.tree.body, Place(Spot(self.module.top)))
        self._look()
        return self.sites

    def _block(self, statements: list[ast.stmt], place: Place) -> None:
        for node in statements:
            self._statement(node, place)
            entering = _entered_context(node)
            if entering is not None:
                place = place.guarded(entering)

    def _statement(self, node: ast.stmt, place: Place) -> None:
        if isinstance(node, FUNCTIONS):
            self._function(node, place)
        elif isinstance(node, ast.ClassDef):
            self._class(node, place)
        elif isinstance(node, TRIES):
            self._try(node, place)
        elif isinstance(node, WITHS):
            self._with(node, place)
        else:
            self._simple(node, place)

    def _simple(self, node: ast.stmt, place: Place) -> None:
        if isinstance(node, ast.Raise):
            self.sites.raises.append(Site(node, place, node))
            self._is_telling = self._is_telling or place.handler is not None
        self._noted.append((None, place, node))
        for block, arms in arms_of(node):
            self._block(block, place.under(arms))

    def _function(self, node: Function, place: Place) -> None:
        for part in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self._noted.append((part, place, node))
        outer, was_telling = self._noted, self._is_telling
        self._noted, self._is_telling = [], self.is_wide or _takes_error(node)
        scope = self.module.scope(node, place.spot)
        self._block(node.body, Place(Spot(scope), function=node, outer=place))
        self._look()
        self._noted, self._is_telling = outer, was_telling

    def _class(self, node: ast.ClassDef, place: Place) -> None:
        for part in (*node.decorator_list, *node.bases):
            self._noted.append((part, place, node))
        scope = self.module.scope(node, place.spot)
        self._block(node.body, Place(Spot(scope), outer=place))

    def _try(self, node: Try, place: Place) -> None:
        blocks = list(arms_of(node))
        body, arms = blocks[0]
        self._block(body, place.under(arms).guarded(node))
        for handler, (block, arms) in zip(node.handlers, blocks[1:], strict=False):
            self._is_telling = self._is_telling or handler.name is not None
            site = HandlerSite(handler, node, place)
            self.sites.handlers[id(handler)] = site
            self._block(block, replace(place.under(arms), handler=site))
        for block, arms in blocks[len(node.handlers) + 1 :]:
            self._block(block, place.under(arms))

    def _with(self, node: ast.With | ast.AsyncWith, place: Place) -> None:
        for item in node.items:
            self._noted.append((item.context_expr, place, node))
            place = place.guarded(item.context_expr)
        self._block(node.body, place)

    def _look(self) -> None:
        """Look into the expressions noted since the function began, if it is one that matters."""
        if self._is_telling:
            for part, place, statement in self._noted:
                if part is None:
                    self.sites.statements.append(Site(statement, place, statement))
                    for child in ast.iter_child_nodes(statement):
                        if isinstance(child, ast.expr):
                            self._expression(child, place, statement)
                        elif isinstance(child, ast.match_case) and child.guard is not None:
                            self._expression(child.guard, place, statement)
                else:
                    self._expression(part, place, statement)

    def _expression(self, root: ast.expr, place: Place, statement: ast.stmt) -> None:
        pending: list[tuple[ast.AST, Place]] = [(root, place)]
        while pending:
            node, place = pending.pop()
            kind = type(node)
            if kind is ast.Name or kind is ast.Constant or kind is ast.Lambda:
                continue
            if kind is ast.Call:
                self.sites.calls.append(Site(node, place, statement))
            elif kind is ast.Compare:
                self.sites.compares.append(Site(node, place, statement))
            elif kind in COMPREHENSIONS:
                first = node.generators[0].iter  # type: ignore[attr-defined]
                pending.append((first, place))
                place = place.at(Spot(self.module.scope(node, place.spot)))
                pending.extend((child, place) for child in _inner_parts(node, first))
                continue
            for name in node._fields:
                value = getattr(node, name)
                if isinstance(value, list):
                    pending.extend((child, place) for child in value if isinstance(child, ast.AST))
                elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                    pending.append((value, place))


def _inner_parts(node: ast.AST, first: ast.expr) -> list[ast.AST]:
    parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
    for generator in node.generators:  # type: ignore[attr-defined]
        parts.extend(part for part in (generator.iter, *generator.ifs) if part is not first)
    return list(parts)


def _entered_context(node: ast.stmt) -> ast.expr | None:
    """`stack.enter_context(x)` as a statement or an assignment: the x, which holds from here on."""
    value = node.value if isinstance(node, (ast.Expr, ast.Assign, ast.AnnAssign)) else None
    value = value.value if isinstance(value, ast.Await) else value
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in ENTERING
        and value.args
    ):
        return value.args[0]
    return None


def _takes_error(node: Function) -> bool:
    """Does the function take an error as a parameter, going by annotations, or by names where there are none?"""
    args = node.args
    return any(
        arg.arg in ERROR_NAMES if arg.annotation is None else _names_error(arg.annotation)
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)
    )


def _names_error(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            return name.endswith(("Error", "Exception"))
        case ast.BinOp():
            return _names_error(node.left) or _names_error(node.right)
        case ast.Subscript():
            return _names_error(node.slice)
    return False
