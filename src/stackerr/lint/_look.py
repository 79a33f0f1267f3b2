"""What the rules share: one look at one file, with answers about calls, handlers and re-raised errors."""

from __future__ import annotations

import ast
import os
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from stackerr.lint import _errors
from stackerr.lint._catalogue import is_fallible, is_stdlib
from stackerr.lint._classes import is_interface
from stackerr.lint._cover import Cover, last_name, verb
from stackerr.lint._ignored import is_ignored, is_ignored_package
from stackerr.lint._names import Names, is_ours
from stackerr.lint._options import Options, matches
from stackerr.lint._values import FUNCTIONS, Caught, Inside, Outside, Spot, Value, Values

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeGuard

    from stackerr.lint._errors import Kind
    from stackerr.lint._module import Module
    from stackerr.lint._walk import HandlerSite, Place, Site, Sites

CHECKED_DUNDERS = frozenset({
    "__init__", "__new__", "__call__", "__post_init__", "__attrs_post_init__", "__enter__", "__exit__", "__aenter__", "__aexit__",
})  # fmt: skip
GIVE_CURRENT = frozenset({"exc_info", "exception"})
QUIET_BUILTINS = frozenset({"open", "input", "eval", "exec", "compile"})


class Report(NamedTuple):
    """What a rule found: the node to point at, and what its message is to be filled with."""

    node: ast.AST
    what: dict[str, str]


class Look:
    """One look at one file."""

    def __init__(self, module: Module, sites: Sites, options: Options, *, is_adopted: bool) -> None:
        self.module = module
        self.sites = sites
        self.options = options
        self.is_adopted = is_adopted
        self.names: Names = Names()
        self.cover: Cover = Cover(self.names, options)

    def of(self, node: ast.AST | None, place: Place) -> Values:
        """What an expression at a place stands for."""
        return self.names.of(node, place.spot)

    @cached_property
    def calls_in(self) -> dict[int, list[Site]]:
        """The calls in the body of each `try`, by the identity of the statement."""
        found: dict[int, list[Site]] = {}
        for site in self.sites.calls:
            for guard in site.place.guards:
                found.setdefault(id(guard.node), []).append(site)
        return found

    def callee(self, site: Site) -> Values:
        """What is called at a call site."""
        assert isinstance(site.node, ast.Call)
        return self.names.of(site.node.func, site.place.spot)

    def external(self, site: Site) -> Outside | None:
        """The other package's function that is called, if it counts under the policy and is not ignored."""
        for value in self.callee(site):
            if isinstance(value, Outside) and self._counts(value) and not is_ignored(self, value, site):
                return value
        return None

    def internal(self, site: Site) -> Inside | None:
        """The project's own function that is called, if it lies far enough away and is not ignored."""
        for value in self.callee(site):
            target = self._target(value)
            if target and self.is_far(target.module) and not is_ignored(self, target, site):
                return target
        return None

    def interface(self, site: Site) -> Inside | None:
        """The Protocol or abstract class of the project whose public method is called, if it is one."""
        func = site.node.func  # type: ignore[attr-defined]
        if not isinstance(func, ast.Attribute) or func.attr.startswith("_") or _is_self(func.value):
            return None
        for value in self.names.of(func.value, site.place.spot):
            if (
                isinstance(value, Inside)
                and value.is_made
                and is_interface(self.names, value)
                and not is_ignored(self, value, site)
            ):
                return value
        return None

    def is_far(self, module: Module) -> bool:
        """Does `wrp-report-internal` make a border between that module and this one?"""
        match self.options.report_internal:
            case "all":
                return True
            case "module":
                return module.file != self.module.file
            case "package":
                return os.path.dirname(module.file) != os.path.dirname(self.module.file)
        return False

    def handler_of(self, error: Value) -> HandlerSite | None:
        """The handler that caught an error."""
        return self.sites.handlers.get(id(error.handler)) if isinstance(error, Caught) else None

    def reraised(self, site: Site) -> HandlerSite | None:
        """The handler whose error is raised again as it is, if that is what this `raise` does."""
        assert isinstance(site.node, ast.Raise)
        error = bare(site.node.exc)
        if error is None:
            return site.place.handler
        if isinstance(error, ast.Call) and last_name(error.func) not in GIVE_CURRENT:
            return None  # what a call gives back is not what was caught, and its module need not be read
        for value in self.of(error, site.place):
            if isinstance(value, Outside) and value.path in {"sys.exc_info", "sys.exception"}:
                return site.place.handler
            found = self.handler_of(value)
            if found is not None and found.place.spot.scope is site.place.spot.scope:
                return found
        return None

    def kinds(self, handler: HandlerSite) -> list[Kind]:
        """The classes that a handler catches."""
        return _errors.caught(self.names, handler.node, handler.place.spot)

    def external_kind(self, handler: HandlerSite, *, with_broad: bool = False) -> str | None:
        """What external error a handler catches, by name: another package's class, or a builtin from an external call."""
        kinds = self.kinds(handler)
        calls = [(site, call) for site, call in self.external_calls(handler)]
        leaking = [call for site, call in calls if not self.is_settled(site, handler, call)]
        outside = next((kind for kind in kinds if self.is_foreign(kind)), None)
        if any(_errors.is_broad(kind) for kind in kinds):
            return leaking[0].path if with_broad and leaking else None
        if outside is not None:
            return None if not leaking and (calls or self._has_ignored(handler)) else outside.path
        builtin = [kind for kind in kinds if _errors.is_builtin(kind)]
        return next((call.path for call in leaking for kind in builtin if _errors.can_catch(kind, call)), None)

    def is_foreign(self, kind: Kind) -> TypeGuard[Outside]:
        """Is this another package's exception class, of a package that is not ignored?"""
        return (
            isinstance(kind, Outside) and _errors.is_external(kind) and not is_ignored_package(self.options, kind.path)
        )

    def external_calls(self, handler: HandlerSite) -> Iterator[tuple[Site, Outside]]:
        """The external calls in the body of a handler's `try`, covered or not."""
        for site in self.calls_in.get(id(handler.statement), ()):
            call = self._reaching(site)
            if call is not None:
                yield site, call

    def _has_ignored(self, handler: HandlerSite) -> bool:
        """Is there a call in the body of a handler's `try` that an option leaves alone?"""
        return any(
            isinstance(value, Outside) and not is_ours(value) and is_ignored(self, value, site)
            for site in self.calls_in.get(id(handler.statement), ())
            for value in self.callee(site)
        )

    def is_settled(self, site: Site, handler: HandlerSite, call: Outside | None) -> bool:
        """Is a call in the body of a `try` wrapped or caught before its error gets to the handler?"""
        nodes = [guard.node for guard in site.place.guards]
        within = site.place.guards[nodes.index(handler.statement) + 1 :]
        return any(self.cover.is_context(guard) for guard in within) or self.cover.is_caught(within, call)

    def leaves(self, site: Site, kinds: list[Kind]) -> bool:
        """Does an error of these classes, raised here, leave the function as it is?"""
        if self.cover.is_wrapped(site.place) or is_exempt(site.place):
            return False
        outer = [kind for guard in site.place.guards for kind in self.cover.kinds(guard)]
        return not any(_errors.catches_all_of(self.names, above, kind) for above in outer for kind in kinds)

    def is_stackerr(self, node: ast.expr, spot: Spot) -> bool:
        """Does the expression come from stackerr?"""
        return any(is_ours(value) or verb(value) for value in self.names.of(node, spot))

    def _counts(self, value: Outside) -> bool:
        if is_ours(value) or (value.root == "builtins" and value.path.removeprefix("builtins.") not in QUIET_BUILTINS):
            return self._is_extra(value)
        if self.options.call_policy == "external":
            return True
        return is_fallible(value.path) or self._is_extra(value)

    def _is_extra(self, value: Outside) -> bool:
        globs = self.options.extra_fallible
        return bool(globs) and (matches(value.path, globs) or matches(value.raw, globs))

    def _reaching(self, site: Site) -> Outside | None:
        """As `external`, but any third-party call counts: who catches its error knows that it fails."""
        for value in self.callee(site):
            if not isinstance(value, Outside) or is_ours(value) or is_ignored(self, value, site):
                continue
            if self._counts(value) or not is_stdlib(value.path):
                return value
        return None

    def _target(self, value: Value) -> Inside | None:
        if not isinstance(value, Inside) or verb(value):
            return None
        if isinstance(value.node, FUNCTIONS):
            return value
        if value.is_made or _errors.is_exception(self.names, value):
            return None
        makers = ("__init__", "__new__", "__post_init__", "__attrs_post_init__")
        found = (self.names.attribute(value, name) for name in makers)
        return value if any(isinstance(maker, Inside) for values in found for maker in values) else None


def bare(error: ast.expr | None) -> ast.expr | None:
    """`e` of `e.with_traceback(t)`."""
    while isinstance(error, ast.Call) and isinstance(error.func, ast.Attribute) and error.func.attr == "with_traceback":
        error = error.func.value
    return error.value if isinstance(error, ast.NamedExpr) else error


def is_exempt(place: Place) -> bool:
    """Is this import-time code, a class body, or a method of a protocol whose errors mean something to the interpreter?"""
    scope = place.spot.scope
    while scope.kind == "comprehension" and scope.outer is not None:
        scope = scope.outer.scope
    if scope.kind != "function" or place.function is None:
        return True
    name = place.function.name
    return name.startswith("__") and name.endswith("__") and name not in CHECKED_DUNDERS


def spell(func: ast.expr) -> str:
    """A called expression as it is written, with what would make it long left out."""
    match func:
        case ast.Name():
            return func.id
        case ast.Attribute():
            return f"{spell(func.value)}.{func.attr}"
        case ast.Call():
            return f"{spell(func.func)}(…)"
        case ast.Await():
            return spell(func.value)
        case ast.Subscript():
            return f"{spell(func.value)}[…]"
    return "…"


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}
