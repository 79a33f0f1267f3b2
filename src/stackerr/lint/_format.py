"""%-formats: what they ask for, and whether they get it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from stackerr.lint._scopes import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stackerr.lint._look import Look
    from stackerr.lint._walk import Site

PLACEHOLDER = re.compile(
    r"%(?:\((?P<name>[^)]*)\))?(?P<flags>[#0\- +]*)(?P<width>\*|\d*)(?:\.(?P<precision>\*|\d*))?[hlL]?(?P<kind>.?)",
    re.DOTALL,
)
KINDS = frozenset("diouxXeEfFgGcrsa")
NUMERIC = frozenset("diouxXeEfFgG")
PLAIN = re.compile(r"%[0-9.]*[srd](?![A-Za-z0-9])|%\(\w+\)[sdrfxi]")


class Format(NamedTuple):
    """What a format asks for: positional conversions, names, and what is wrong with it in itself."""

    kinds: list[str]
    names: set[str]
    fault: str | None


def read_format(text: str) -> Format:
    """Read the placeholders of a %-format."""
    kinds: list[str] = []
    names: set[str] = set()
    for found in PLACEHOLDER.finditer(text):
        kind = found["kind"]
        if kind == "%" and not found["name"]:
            continue
        if kind not in KINDS:
            return Format(kinds, names, f"{found[0]!r} is no placeholder" if kind else "it ends within a placeholder")
        if found["name"] is not None:
            names.add(found["name"])
            continue
        kinds.extend("*" for part in (found["width"], found["precision"]) if part == "*")
        kinds.append(kind)
    return Format(kinds, names, "it mixes named and positional placeholders" if kinds and names else None)


def misfit(
    node: ast.expr,
    args: Sequence[ast.expr],
    parameters: set[str] | None,
    fields: set[str] | None,
    look: Look,
    site: Site,
) -> str | None:
    """Why format and arguments do not fit; None where they do, or where it cannot be told."""
    text = _text(node, look, site)
    if text is None:
        return None
    if not args:
        return _unfilled(text, parameters, fields)
    asked = read_format(text)
    if asked.fault is not None:
        return asked.fault
    if any(isinstance(arg, ast.Starred) for arg in args):
        least = len(args) - 1
        return None if asked.names or least <= len(asked.kinds) else _count(len(asked.kinds), least)
    if asked.names:
        return _missing(asked.names, args)
    if len(asked.kinds) != len(args):
        return _count(len(asked.kinds), len(args))
    return next(_mistyped(asked.kinds, args), None)


def _unfilled(text: str, parameters: set[str] | None, fields: set[str] | None) -> str | None:
    """Without arguments the text is literal, but for `%(name)s` in a decorator, which reads the call's arguments."""
    if parameters is None or fields is None:
        return None
    known = parameters | fields
    for found in PLAIN.finditer(text.replace("%%", "")):
        name = re.match(r"%\((\w+)\)", found[0])
        if name is None:
            return f"nothing fills {found[0]}"
        if name[1] not in known:
            return f"there is no argument {name[1]!r} for {found[0]}"
    return None


def _missing(names: set[str], args: Sequence[ast.expr]) -> str | None:
    if len(args) != 1:
        return "named placeholders want one mapping"
    table = args[0]
    if not isinstance(table, ast.Dict):
        return "named placeholders want one mapping" if isinstance(table, (ast.Constant, ast.JoinedStr)) else None
    if any(not isinstance(key, ast.Constant) for key in table.keys):
        return None
    lacking = sorted(names - {str(key.value) for key in table.keys if isinstance(key, ast.Constant)})
    return f"the mapping has no {lacking[0]!r}" if lacking else None


def _mistyped(kinds: Sequence[str], args: Sequence[ast.expr]) -> Iterator[str]:
    for kind, arg in zip(kinds, args, strict=True):
        is_text = isinstance(arg, ast.JoinedStr) or (isinstance(arg, ast.Constant) and isinstance(arg.value, str))
        if is_text and kind in NUMERIC:
            yield f"%{kind} is given text"


def _count(wanted: int, given: int) -> str:
    return f"{wanted} placeholder{'' if wanted == 1 else 's'}, {given} argument{'' if given == 1 else 's'}"


def _text(node: ast.expr, look: Look, site: Site) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(op=ast.Add()):
            left, right = _text(node.left, look, site), _text(node.right, look, site)
            return None if left is None or right is None else left + right
        case ast.Name():
            bindings = find(node.id, site.place.spot, (node.lineno, node.col_offset))
            one = bindings[0].node if len(bindings) == 1 and bindings[0].kind == "value" else None
            return one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else None
    return None
