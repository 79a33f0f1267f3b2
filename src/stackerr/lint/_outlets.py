"""The ways in which a statement hands a value on: return, yield, store, put, callback."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from stackerr.lint._cover import is_class_name
from stackerr.lint._values import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look
    from stackerr.lint._walk import Place, Site

TAKERS = frozenset({
    "put", "put_nowait", "append", "appendleft", "add", "insert", "extend", "set_exception", "setdefault", "throw", "athrow", "send", "asend",
    "send_nowait", "call_soon", "call_soon_threadsafe", "call_later", "push",
})  # fmt: skip
CALLBACK = re.compile(
    r"(^|_)(on|cb|call_?back|handler|handle|hook|errback|listener|observer|notify|emit|reject|fail|report|sink)(_|s?$)",
    re.IGNORECASE,
)
HOLDERS = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Starred, ast.IfExp, ast.BoolOp, ast.keyword)
LOGGERS = re.compile(r"(^|_)(log|logger|logging)$", re.IGNORECASE)


def handed_on(look: Look, site: Site) -> Iterator[ast.Name]:
    """The names that a statement hands on as they are."""
    node = site.node
    match node:
        case ast.Return(value=ast.expr() as value):
            yield from _held(value, is_result=True)
        case ast.Assign() if any(_is_store(target, look, site) for target in node.targets):
            yield from _held(node.value)
        case ast.AnnAssign(value=ast.expr() as value) if _is_store(node.target, look, site):
            yield from _held(value)
        case ast.AugAssign() if isinstance(node.op, ast.Add):
            yield from _held(node.value) if isinstance(node.value, HOLDERS) else ()
    for part in _evaluated(node):
        if isinstance(part, ast.Yield) and part.value is not None:
            yield from _held(part.value, is_result=True)
        elif isinstance(part, ast.Call) and _is_outlet(look, part, site):
            for argument in (*part.args, *(keyword.value for keyword in part.keywords)):
                yield from _held(argument)


def _held(node: ast.expr, *, is_result: bool = False) -> Iterator[ast.Name]:
    """The names in a value, within containers; in a result, within an object made around them too."""
    match node:
        case ast.Name():
            yield node
        case ast.Tuple() | ast.List() | ast.Set():
            for part in node.elts:
                yield from _held(part)
        case ast.Dict():
            for part in node.values:
                yield from _held(part)
        case ast.IfExp():
            yield from _held(node.body)
            yield from _held(node.orelse)
        case ast.BoolOp():
            for part in node.values:
                yield from _held(part)
        case ast.Starred() | ast.Await() | ast.NamedExpr():
            yield from _held(node.value)
        case ast.Call() if is_result and _makes_holder(node.func):
            for part in (*node.args, *(keyword.value for keyword in node.keywords)):
                yield from _held(part)


def _makes_holder(func: ast.expr) -> bool:
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return is_class_name(name) and not name.endswith(("Error", "Exception"))


def _is_store(target: ast.expr, look: Look, site: Site) -> bool:
    if isinstance(target, ast.Name):
        return target.id in site.place.spot.scope.outer_names
    if isinstance(target, ast.Attribute):
        return not target.attr.startswith("__")
    return isinstance(target, ast.Subscript)


def _is_outlet(look: Look, call: ast.Call, site: Site) -> bool:
    func = call.func
    if isinstance(func, ast.Attribute):
        if _is_logger(func.value):
            return False
        return func.attr in TAKERS or bool(CALLBACK.search(func.attr))
    if not isinstance(func, ast.Name) or look.is_stackerr(func, site.place.spot):
        return False
    return _is_parameter(func.id, site) or (
        bool(CALLBACK.search(func.id)) and not look.cover.is_wrap(call, site.place.spot)
    )


def _is_logger(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return bool(LOGGERS.search(name))


def _is_parameter(name: str, site: Site) -> bool:
    place: Place | None = site.place
    while place is not None and place.function is not None:
        args = place.function.args
        if any(arg.arg == name for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)):
            return True
        place = place.outer
    return False


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """The expressions of a statement itself, lambdas and inner blocks left out."""
    pending = [
        child
        for child in ast.iter_child_nodes(node)
        if not isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case))
    ]
    while pending:
        part = pending.pop()
        if isinstance(part, (ast.Lambda, *FUNCTIONS)):
            continue
        yield part
        pending.extend(ast.iter_child_nodes(part))
