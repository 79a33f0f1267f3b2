"""What covers a call: contexts and decorators that wrap, handlers that can catch, and the project's own of each kind."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from stackerr.lint import _errors
from stackerr.lint._classes import attribute, decorators
from stackerr.lint._options import matches
from stackerr.lint._scopes import arms_of
from stackerr.lint._values import FUNCTIONS, Function, Inside, Outside, Spot, Value
from stackerr.lint._walk import TRIES, WITHS, Guard, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stackerr.lint._errors import Kind
    from stackerr.lint._names import Names
    from stackerr.lint._options import Options

CONTEXTS = frozenset({"contextlib.suppress", "pytest.raises"})
ASSERTIONS = frozenset({"assertRaises", "assertRaisesRegex", "assertRaisesRegexp", "failUnlessRaises"})
WRAPS = frozenset({"wrap", "wrapf", "with_stack", "with_message", "mark", "opaque", "join", "annotate"})
FACTORIES = frozenset({"contextmanager", "asynccontextmanager"})


class Cover:
    """Judges guards and wrappers, each once."""

    def __init__(self, names: Names, options: Options) -> None:
        self.names = names
        self.options = options
        self._contexts: dict[int, bool] = {}
        self._wrappers: dict[tuple[str, int], bool] = {}

    def is_wrapped(self, place: Place) -> bool:
        """Is the place within a context that wraps, or in a function that a decorator wraps?"""
        return self._is_decorated(place) or any(self.is_context(guard) for guard in place.guards)

    def covers_call(self, place: Place, call: Outside | None) -> bool:
        """Is a call at this place covered: wrapped, or in a `try` with a handler that can catch its errors?"""
        return self.is_wrapped(place) or self.is_caught(place.guards, call)

    def is_caught(self, guards: Iterable[Guard], call: Outside | None) -> bool:
        """Has any of the guards a handler that can catch what the call raises?"""
        return any(_errors.can_catch(kind, call) for guard in guards for kind in self.kinds(guard))

    def kinds(self, guard: Guard) -> Iterator[Kind]:
        """The classes that the handlers of a guarding `try` catch."""
        if isinstance(guard.node, TRIES):
            for handler in guard.node.handlers:
                yield from _errors.caught(self.names, handler, guard.spot)

    def is_context(self, guard: Guard) -> bool:
        """Is the guard a `with` context that wraps, swallows or expects errors?"""
        if not isinstance(guard.node, ast.expr):
            return False
        key = id(guard.node)
        if key not in self._contexts:
            self._contexts[key] = any(True for _ in self._wrapping_parts(guard.node, guard.spot))
        return self._contexts[key]

    def is_wrap(self, node: ast.expr | None, spot: Spot) -> bool:
        """Is this expression an error that `wrap`, or a function of the project that wraps, has made?"""
        if isinstance(node, ast.Name):
            return any(self.is_wrap(value, where) for value, where in self.names.assigned(node, spot))
        if isinstance(node, ast.IfExp):
            return self.is_wrap(node.body, spot) and self.is_wrap(node.orelse, spot)
        if isinstance(node, (ast.NamedExpr, ast.Await)):
            return self.is_wrap(node.value, spot)
        if not isinstance(node, ast.Call):
            return False
        if isinstance(node.func, ast.Attribute) and node.func.attr == "with_traceback":
            return self.is_wrap(node.func.value, spot)
        return self.is_wrap_function(node.func, spot)

    def is_wrap_function(self, func: ast.expr, spot: Spot) -> bool:
        """Does calling this wrap its argument?"""
        globs = self.options.wrap_functions
        if not globs and is_class_name(last_name(func)):
            return False
        values = self.names.of(func, spot)
        if globs and (matches(_written(func), globs) or any(matches(path, globs) for path in _paths(values))):
            return True
        return any(verb(value) in WRAPS or self.returns_wrap(value) for value in values)

    def _wrapping_parts(self, node: ast.expr, spot: Spot) -> Iterator[ast.expr]:
        """The calls, behind names and choices, that make a context which wraps."""
        match node:
            case ast.Name() | ast.Attribute() if self._is_configured(node, spot):
                yield node
            case ast.Name():
                for value, where in self.names.assigned(node, spot):
                    yield from self._wrapping_parts(value, where)
            case ast.Attribute() if any(map(_is_wrapping_object, self.names.of(node, spot))):
                yield node  # `self.doing`, made elsewhere
            case ast.IfExp():
                yield from self._wrapping_parts(node.body, spot)
                yield from self._wrapping_parts(node.orelse, spot)
            case ast.NamedExpr() | ast.Await():
                yield from self._wrapping_parts(node.value, spot)
            case ast.Call(func=ast.Attribute(attr="enter_context" | "enter_async_context")):
                yield from self._wrapping_parts(node.args[0], spot) if node.args else ()
            case ast.Call():
                if self._makes_context(node.func, spot):
                    yield node

    def _makes_context(self, func: ast.expr, spot: Spot) -> bool:
        if isinstance(func, ast.Attribute) and func.attr in ASSERTIONS:
            return True
        return self._is_configured(func, spot) or any(map(self._is_context_maker, self.names.of(func, spot)))

    def _is_configured(self, func: ast.expr, spot: Spot) -> bool:
        globs = self.options.wrap_contexts
        if not globs:
            return False
        return matches(_written(func), globs) or any(matches(path, globs) for path in _paths(self.names.of(func, spot)))

    def _is_context_maker(self, value: Value) -> bool:
        if verb(value) == "wrapping":
            return True
        if isinstance(value, Outside):
            return value.path in CONTEXTS
        if not isinstance(value, Inside):
            return False
        return self._remembered("context", value, self._wraps_in_context)

    def _wraps_in_context(self, value: Inside) -> bool:
        if isinstance(value.node, ast.ClassDef):
            return self._class_wraps(value)
        spot = self.names.inner(value.node, value.spot)
        if FACTORIES & decorators(value.node):
            return self._wraps_yield(value.node.body, spot, is_covered=False)
        return any(self._is_wrapping(node, spot) for node in _returned(value.node.body))

    def _is_wrapping(self, node: ast.expr, spot: Spot) -> bool:
        return any(True for _ in self._wrapping_parts(node, spot))

    def _class_wraps(self, value: Inside) -> bool:
        """Has a class of the project an `__exit__` that raises a wrapped error?"""
        for name in ("__exit__", "__aexit__"):
            for method in attribute(self.names, value, name):
                if verb(method) == "wrapping" or (
                    isinstance(method, Outside) and method.path.startswith("stackerr.wrapping.")
                ):
                    return True
                if isinstance(method, Inside) and isinstance(method.node, FUNCTIONS):
                    spot = self.names.inner(method.node, method.spot)
                    if self._raises_wrap(method.node.body, spot):
                        return True
        return False

    def _wraps_yield(self, block: list[ast.stmt], spot: Spot, *, is_covered: bool) -> bool:
        for node in block:
            if is_covered and any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in _own_parts(node)):
                return True
            if isinstance(node, WITHS):
                within = is_covered or any(self._is_wrapping(item.context_expr, spot) for item in node.items)
                if self._wraps_yield(node.body, spot, is_covered=within):
                    return True
                continue
            handles = isinstance(node, TRIES) and any(
                self._raises_wrap(handler.body, spot) for handler in node.handlers
            )
            for index, (inner, arms) in enumerate(arms_of(node)):
                within = is_covered or (handles and index == 0)
                if self._wraps_yield(inner, Spot(spot.scope, spot.arms + arms), is_covered=within):
                    return True
        return False

    def _raises_wrap(self, block: list[ast.stmt], spot: Spot) -> bool:
        for node in block:
            if isinstance(node, ast.Raise) and self.is_wrap(node.exc, spot):
                return True
            if any(self._raises_wrap(inner, Spot(spot.scope, spot.arms + arms)) for inner, arms in arms_of(node)):
                return True
        return False

    def _is_decorated(self, place: Place) -> bool:
        function, outer = place.function, place.outer
        if function is None or outer is None:
            return False
        return any(self._decorates(node, outer.spot) for node in function.decorator_list)

    def _decorates(self, node: ast.expr, spot: Spot) -> bool:
        key = id(node)
        if key not in self._contexts:
            self._contexts[key] = self._is_wrapping(node, spot) or self._is_decorator(node, spot)
        return self._contexts[key]

    def _is_decorator(self, node: ast.expr, spot: Spot) -> bool:
        func = node.func if isinstance(node, ast.Call) else node
        if self._is_configured(func, spot):
            return True
        values = self.names.of(func, spot)
        return any(isinstance(v, Inside) and self._remembered("decorator", v, self._wraps_inner) for v in values)

    def _wraps_inner(self, value: Inside) -> bool:
        """Is there a function within this decorator, or its `__call__`, whose body wraps?"""
        if isinstance(value.node, ast.ClassDef):
            methods = attribute(self.names, value, "__call__")
            return any(isinstance(method, Inside) and self._wraps_inner(method) for method in methods)
        spot = self.names.inner(value.node, value.spot)
        if any(
            isinstance(made, ast.Call) and self._is_wrapping(made.func, spot) for made in _returned(value.node.body)
        ):
            return True
        return any(
            self._body_wraps(inner, where) or self._wraps_inner(self.names.inside(inner, where))
            for inner, where in _functions(value.node.body, spot)
        )

    def _body_wraps(self, function: Function, spot: Spot) -> bool:
        is_decorated = any(self._decorates(node, spot) for node in function.decorator_list)
        return is_decorated or self._block_wraps(function.body, self.names.inner(function, spot))

    def _block_wraps(self, block: list[ast.stmt], spot: Spot) -> bool:
        for node in block:
            if isinstance(node, WITHS) and any(self._is_wrapping(item.context_expr, spot) for item in node.items):
                return True
            if isinstance(node, TRIES) and any(self._raises_wrap(handler.body, spot) for handler in node.handlers):
                return True
            if any(self._block_wraps(inner, Spot(spot.scope, spot.arms + arms)) for inner, arms in arms_of(node)):
                return True
        return False

    def returns_wrap(self, value: Value) -> bool:
        """Is this a function of the project that returns a wrap of its argument?"""
        if not isinstance(value, Inside) or not isinstance(value.node, FUNCTIONS):
            return False
        return self._remembered("function", value, self._returns_only_wraps)

    def _returns_only_wraps(self, value: Inside) -> bool:
        assert isinstance(value.node, FUNCTIONS)
        spot = self.names.inner(value.node, value.spot)
        return any(self.is_wrap(node, spot) for node in _returned(value.node.body))

    def _remembered(self, what: str, value: Inside, judge: object) -> bool:
        key = (what, id(value.node))
        if key not in self._wrappers:
            self._wrappers[key] = False  # one that leads back to itself wraps nothing
            self._wrappers[key] = judge(value)  # type: ignore[operator]
        return self._wrappers[key]


def verb(value: Value) -> str:
    """The name of stackerr's that a value is, or the empty string."""
    if isinstance(value, Outside) and not value.is_made and value.root == "stackerr":
        return value.path.rpartition(".")[2]
    if isinstance(value, Inside) and not value.is_made and value.module.name.partition(".")[0] == "stackerr":
        return value.node.name
    return ""


def last_name(func: ast.expr) -> str:
    """The last part of a dotted expression."""
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def is_class_name(name: str) -> bool:
    """Is the name written as classes are?"""
    letters = name.lstrip("_")
    return letters[:1].isupper() and not (letters.isupper() and len(letters) > 1 and "_" in letters)


def _is_wrapping_object(value: Value) -> bool:
    return isinstance(value, Outside) and value.is_made and value.path == "stackerr.wrapping"


def _paths(values: Iterable[Value]) -> Iterator[str]:
    return (value.path for value in values if isinstance(value, (Outside, Inside)))


def _written(func: ast.expr) -> str:
    return ast.unparse(func) if isinstance(func, (ast.Name, ast.Attribute)) else ""


def _returned(block: list[ast.stmt]) -> Iterator[ast.expr]:
    for node in block:
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value
        for inner, _ in arms_of(node):
            yield from _returned(inner)


def _functions(block: list[ast.stmt], spot: Spot) -> Iterator[tuple[Function, Spot]]:
    for node in block:
        if isinstance(node, FUNCTIONS):
            yield node, spot
        for inner, arms in arms_of(node):
            yield from _functions(inner, Spot(spot.scope, spot.arms + arms))


def _own_parts(node: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement that are not within its blocks."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from ast.walk(child)
