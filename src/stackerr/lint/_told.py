"""How code tells errors apart: by type, by name, by text, by identity."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from stackerr.lint._cover import last_name, verb
from stackerr.lint._errors import is_exception, lineage
from stackerr.lint._scopes import find
from stackerr.lint._values import Caught, Inside, Outside, Spot, Value
from stackerr.lint._walk import ERROR_NAMES

if TYPE_CHECKING:
    from stackerr.lint._look import Look
    from stackerr.lint._walk import Site

ERROR_NAME = re.compile(r"(^|_)(e|ex|err|error|exc|exception|cause)$")
TYPE_NAME = re.compile(r"^(e|ex|exc|err|error|exception)_?(type|cls|class|kind)$")
SENTINEL_NAME = re.compile(r"^(err|Err|ERR)(_|[A-Z]|$)|Error$")
EQUAL = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
SAME = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)
IN = (ast.In, ast.NotIn)
CASES = frozenset({"lower", "upper", "strip", "casefold", "lstrip", "rstrip", "splitlines", "split", "replace"})
TESTS = frozenset({"startswith", "endswith"})
CURRENT = frozenset({"sys.exc_info", "sys.exception"})
GIVERS = frozenset(
    {
        "as_err",
        "unwrap",
        "cause",
        "wrap",
        "wrapf",
        "with_stack",
        "with_message",
        "mark",
        "opaque",
        "new",
        "errorf",
        "join",
    }
)


def compares_error(look: Look, site: Site) -> str | None:
    """What kind of comparison this is, if it tells an error apart in a way that a wrap defeats."""
    node = site.node
    assert isinstance(node, ast.Compare)
    sides = [node.left, *node.comparators]
    for index, operator in enumerate(node.ops):
        if isinstance(operator, EQUAL):
            how = _told_apart(look, site.place.spot, operator, sides[index], sides[index + 1])
            if how is not None:
                return how
    return None


def tests_text(look: Look, site: Site) -> bool:
    """Is this `str(e).startswith(…)` or the like?"""
    func = site.node.func  # type: ignore[attr-defined]
    return (
        isinstance(func, ast.Attribute) and func.attr in TESTS and _is_text_of_error(look, func.value, site.place.spot)
    )


def _told_apart(look: Look, spot: Spot, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> str | None:
    if any(_is_type_of_error(look, side, other, spot) for side, other in ((left, right), (right, left))):
        return "comparing the type of an error"
    if any(_is_type_name(look, side, spot) for side in (left, right)):
        return "comparing the name of an error's type"
    if any(_is_text_of_error(look, side, spot) for side in (left, right)):
        return "comparing the text of an error"
    if isinstance(operator, IN) and isinstance(right, (ast.Tuple, ast.List, ast.Set)):
        is_test = any(_is_sentinel_test(look, part, left, spot) for part in right.elts)
        return "comparing an error with a sentinel" if is_test else None
    if isinstance(operator, SAME) and any(
        _is_sentinel_test(look, side, other, spot) for side, other in ((left, right), (right, left))
    ):
        return "comparing an error with a sentinel"
    return None


def _is_sentinel_test(look: Look, side: ast.expr, other: ast.expr, spot: Spot) -> bool:
    if not isinstance(other, (ast.Name, ast.Attribute, ast.Call)) or not (
        look.is_adopted or _reads_as_test(side, other)
    ):
        return False
    if isinstance(other, ast.Call) and not _subject_of_type(look, other, spot) and not is_error(look, other, spot):
        return False
    return _is_sentinel(look, side, spot) and not _is_sentinel(look, other, spot)


def _reads_as_test(side: ast.expr, other: ast.expr) -> bool:
    """Do the names alone say that an error is compared with one? Asked where stackerr is not imported, to save reading modules."""
    return bool(ERROR_NAME.search(last_name(other)) or SENTINEL_NAME.search(last_name(side)))


def _is_sentinel(look: Look, node: ast.expr, spot: Spot) -> bool:
    """Is this the name of a sentinel: a class made by `sentinel`, a subclass of `Sentinel`, a module's `new(…)`?"""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return False
    return any(_is_sentinel_value(look, value) for value in look.names.of(node, spot)) and not _is_local(node, spot)


def _is_sentinel_value(look: Look, value: Value) -> bool:
    if isinstance(value, Outside):
        return value.is_made and value.path in {"stackerr.sentinel", "stackerr.new", "stackerr.errorf"}
    return isinstance(value, Inside) and not value.is_made and "stackerr.Sentinel" in lineage(look.names, value)


def _is_local(node: ast.expr, spot: Spot) -> bool:
    if not isinstance(node, ast.Name):
        return False
    bindings = find(node.id, spot, (node.lineno, node.col_offset))
    return any(binding.spot.scope.kind != "module" for binding in bindings) if bindings else False


def _is_type_of_error(look: Look, side: ast.expr, other: ast.expr, spot: Spot) -> bool:
    subject = _subject_of_type(look, side, spot)
    if subject is None:
        return _holds_type(look, side, spot) and _names_error_class(look, other, spot)
    return is_error(look, subject, spot) or _names_error_class(look, other, spot)


def _subject_of_type(look: Look, node: ast.expr, spot: Spot) -> ast.expr | None:
    """`e` of `type(e)` and `e.__class__`."""
    match node:
        case ast.Call(func=ast.Name(id="type"), args=[subject]):
            return subject
        case ast.Attribute(attr="__class__"):
            return node.value
        case ast.Name():
            return next(
                (
                    found
                    for value in look.names.assigned(node, spot)
                    if (found := _subject_of_type(look, value[0], value[1]))
                ),
                None,
            )
    return None


def _holds_type(look: Look, node: ast.expr, spot: Spot) -> bool:
    """Is this a name for the type of an error, as the parameters of `__exit__` and the parts of `sys.exc_info()` have?"""
    if not isinstance(node, ast.Name):
        return False
    return bool(TYPE_NAME.match(node.id)) or any(
        isinstance(one.node, ast.Call) and last_name(one.node.func) == "exc_info"
        for one in find(node.id, spot, (node.lineno, node.col_offset))
    )


def _names_error_class(look: Look, node: ast.expr, spot: Spot) -> bool:
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return any(_names_error_class(look, part, spot) for part in node.elts)
    return any(
        isinstance(value, (Outside, Inside)) and not value.is_made and is_exception(look.names, value)
        for value in look.names.of(node, spot)
    )


def _is_type_name(look: Look, node: ast.expr, spot: Spot) -> bool:
    match node:
        case ast.Attribute(attr="__name__" | "__qualname__"):
            subject = _subject_of_type(look, node.value, spot)
            return subject is not None and is_error(look, subject, spot)
        case ast.Name():
            return any(
                isinstance(value, ast.Attribute) and _is_type_name(look, value, where)
                for value, where in look.names.assigned(node, spot)
            )
        case ast.Call(func=ast.Name(id="str" | "repr"), args=[inner]):
            subject = _subject_of_type(look, inner, spot)
            return subject is not None and is_error(look, subject, spot)
    return False


def _is_text_of_error(look: Look, node: ast.expr, spot: Spot) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="str" | "repr"), args=[subject]):
            return is_error(look, subject, spot) or _is_args(look, subject, spot)
        case ast.Call(func=ast.Attribute(attr=attr) as func) if attr in CASES:
            return _is_text_of_error(look, func.value, spot)
        case ast.Call(func=ast.Attribute(attr="__str__" | "__repr__") as func):
            return is_error(look, func.value, spot)
        case ast.JoinedStr(values=[ast.FormattedValue(value=subject)]):
            return is_error(look, subject, spot)
        case ast.Subscript() | ast.Attribute():
            return _is_args(look, node, spot)
        case ast.Name():
            return any(_is_text_of_error(look, value, where) for value, where in look.names.assigned(node, spot))
    return False


def _is_args(look: Look, node: ast.expr, spot: Spot) -> bool:
    """`e.args`, or a part of it."""
    if isinstance(node, ast.Subscript):
        return _is_args(look, node.value, spot)
    return isinstance(node, ast.Attribute) and node.attr == "args" and is_error(look, node.value, spot)


def is_error(look: Look, node: ast.expr, spot: Spot) -> bool:
    """Is this known to be an error: caught, made by stackerr, or declared as one?"""
    if isinstance(node, ast.Attribute) and node.attr in {"__cause__", "__context__"}:
        return True
    if not isinstance(node, (ast.Name, ast.Call, ast.Attribute, ast.NamedExpr)):
        return False
    if isinstance(node, ast.Name) and _is_error_parameter(node, spot):
        return True
    return any(_is_error_value(look, value) for value in look.names.of(node, spot))


def _is_error_parameter(node: ast.Name, spot: Spot) -> bool:
    """Is this a parameter that nobody declared, and that is called as errors are?"""
    if node.id not in ERROR_NAMES:
        return False
    bindings = find(node.id, spot, (node.lineno, node.col_offset))
    return bool(bindings) and all(
        isinstance(one.node, ast.arg) and one.node.annotation is None and one.spot.scope.kind == "function"
        for one in bindings
    )


def _is_error_value(look: Look, value: Value) -> bool:
    if isinstance(value, Caught):
        return True
    if isinstance(value, Outside) and value.is_made:
        if value.root == "stackerr":
            return value.path.rpartition(".")[2] in GIVERS
        if value.path in CURRENT:
            return True
        return is_exception(look.names, value)
    return isinstance(value, Inside) and value.is_made and not verb(value) and is_exception(look.names, value)
