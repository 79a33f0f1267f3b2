"""What a `raise` raises: a new error, a wrap, or something that was there before."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from stackerr.lint._cover import is_class_name, last_name
from stackerr.lint._look import bare, spell
from stackerr.lint._scopes import find
from stackerr.lint._values import Caught, Inside, Outside, Spot, Value

if TYPE_CHECKING:
    from stackerr.lint._look import Look
    from stackerr.lint._walk import HandlerSite, Site

EXEMPT = frozenset(
    f"builtins.{name}" for name in ("SystemExit", "KeyboardInterrupt", "StopIteration", "StopAsyncIteration")
)
GROUPS = frozenset({"builtins.ExceptionGroup", "builtins.BaseExceptionGroup"})


def drops_cause(look: Look, site: Site, handler: HandlerSite) -> bool:
    """Does the `raise` make a new error in this handler and say nothing of its cause?"""
    assert isinstance(site.node, ast.Raise)
    if site.node.exc is None or site.node.cause is not None or look.reraised(site) is not None:
        return False
    return is_new(look, site.node.exc, site.place.spot, handler) and not _sets_cause(handler.node)


def is_new(look: Look, error: ast.expr, spot: Spot, handler: HandlerSite) -> bool:
    """Is the error made here, and is it no wrap of another?"""
    error = bare(error) or error
    match error:
        case ast.IfExp():
            return is_new(look, error.body, spot, handler) or is_new(look, error.orelse, spot, handler)
        case ast.BoolOp():
            return any(is_new(look, part, spot, handler) for part in error.values)
        case ast.Await():
            return is_new(look, error.value, spot, handler)
        case ast.Call():
            return _is_own_class(look, error.func, spot) or (
                not look.cover.is_wrap(error, spot) and not _is_exempt_call(look, error, spot, handler)
            )
        case ast.Name():
            return _is_new_name(look, error, spot, handler)
        case ast.Attribute():
            values = look.names.of(error, spot)
            return is_class_name(error.attr) and not any(
                _is_exempt(value) or isinstance(value, Caught) for value in values
            )
    return False


def name_of(error: ast.expr | None) -> str:
    """The raised error as it is written, shortly."""
    inner = bare(error)
    if isinstance(inner, ast.Call):
        return spell(inner.func)
    return spell(inner) if inner is not None else "an error"


def _is_own_class(look: Look, func: ast.expr, spot: Spot) -> bool:
    """Is this a class by its name, imported from the project? Then it is new; its module need not be read."""
    root = func
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name) or not is_class_name(last_name(func)):
        return False
    bindings = find(root.id, spot, (func.lineno, func.col_offset))
    project = look.module.project
    return bool(bindings) and all(one.kind == "import" and project.is_first_party(one.path) for one in bindings)


def _is_exempt_call(look: Look, error: ast.Call, spot: Spot, handler: HandlerSite) -> bool:
    values = look.names.of(error.func, spot)
    if any(_is_exempt(value) for value in values):
        return True
    is_group = any(isinstance(value, Outside) and value.path in GROUPS for value in values)
    return is_group and any(isinstance(part, ast.Name) and part.id == handler.node.name for part in ast.walk(error))


def _is_exempt(value: Value) -> bool:
    return isinstance(value, Outside) and value.path in EXEMPT


def _is_new_name(look: Look, error: ast.Name, spot: Spot, handler: HandlerSite) -> bool:
    first, last = handler.node.lineno, handler.node.end_lineno or handler.node.lineno
    for value, where in look.names.assigned(error, spot):
        if where.scope is spot.scope and first <= value.lineno <= last:
            return is_new(look, value, where, handler)
    return _is_class_value(look, error, spot)


def _is_class_value(look: Look, error: ast.Name, spot: Spot) -> bool:
    values = look.names.of(error, spot)
    if any(_is_exempt(value) for value in values):
        return False
    if any(
        isinstance(value, Inside) and isinstance(value.node, ast.ClassDef) and not value.is_made for value in values
    ):
        return True
    if any(isinstance(value, Outside) and value.is_made and value.path.startswith("stackerr.") for value in values):
        return True
    return is_class_name(error.id) and not any(
        isinstance(value, (Caught,)) or getattr(value, "is_made", False) for value in values
    )


def _sets_cause(handler: ast.ExceptHandler) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in {"__cause__", "__context__"}
        and isinstance(node.ctx, ast.Store)
        for node in ast.walk(handler)
    )
