"""WRP301 discarded: the result of `wrap`, `wrapf`, `with_stack`, `mark`, `join` … is thrown away.

Why: these make a new error and change nothing that exists. A call on a line of its own does nothing at all; what was
meant is `raise wrap(...)` or `with wrapping(...)`.

Bad::

    except OSError as err:
        wrap(err, "read config")
        raise

Good::

    except OSError as err:
        raise wrap(err, "read config") from err
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from stackerr.lint._cover import WRAPS, last_name, verb
from stackerr.lint._look import Report, spell
from stackerr.lint._values import Inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look
    from stackerr.lint._walk import Site

CODE = "WRP301"
NAME = "discarded"
MESSAGE = "what {call}() makes is thrown away: {remedy}"
MAKERS = WRAPS | {"new", "errorf", "Error", "wrapping"}


def check(look: Look) -> Iterator[Report]:
    """Report each statement that only makes an error."""
    for site in look.sites.statements:
        if isinstance(site.node, ast.Expr):
            for call in _results(site.node.value):
                if _makes_error(look, call, site):
                    yield Report(call, {"call": spell(call.func), "remedy": _remedy(look, call, site)})


def _results(node: ast.expr) -> Iterator[ast.Call]:
    match node:
        case ast.Call():
            yield node
        case ast.IfExp():
            yield from _results(node.body)
            yield from _results(node.orelse)
        case ast.BoolOp():
            yield from _results(node.values[-1])


def _makes_error(look: Look, call: ast.Call, site: Site) -> bool:
    if not look.is_adopted and last_name(call.func) not in MAKERS:
        return False
    values = look.of(call.func, site.place)
    return any(verb(value) in MAKERS for value in values) or any(
        isinstance(value, Inside) and look.cover.returns_wrap(value) for value in values
    )


def _remedy(look: Look, call: ast.Call, site: Site) -> str:
    if any(verb(value) == "wrapping" for value in look.of(call.func, site.place)):
        return 'write "with wrapping(...):" around what may fail'
    return "raise it"
