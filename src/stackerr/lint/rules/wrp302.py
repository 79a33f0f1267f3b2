"""WRP302 bad-format: placeholders and arguments of `wrapf`, `errorf`, `wrapping` do not fit.

Why: the text is only built when something fails. A wrong format then spoils the one message you needed.

Bad::

    with wrapping("load run %s of %s", run_id):
        ...

Good::

    with wrapping("load run %s of %s", run_id, owner):
        ...
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from stackerr.lint._cover import last_name, verb
from stackerr.lint._format import misfit
from stackerr.lint._look import Report, spell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look
    from stackerr.lint._walk import Site

CODE = "WRP302"
NAME = "bad-format"
MESSAGE = "{call}() gets a format that does not fit: {why}"
FORMAT_AT = {"wrapf": 1, "errorf": 0, "wrapping": 0}


def check(look: Look) -> Iterator[Report]:
    """Report each format whose placeholders its arguments do not fill."""
    for site in look.sites.calls:
        assert isinstance(site.node, ast.Call)
        if not look.is_adopted and last_name(site.node.func) not in FORMAT_AT:
            continue
        at = next((FORMAT_AT[verb(value)] for value in look.callee(site) if verb(value) in FORMAT_AT), None)
        why = None if at is None else _misfit(look, site, at)
        if why is not None:
            yield Report(site.node, {"call": spell(site.node.func), "why": why})


def _misfit(look: Look, site: Site, at: int) -> str | None:
    call = site.node
    assert isinstance(call, ast.Call)
    if len(call.args) <= at or any(isinstance(arg, ast.Starred) for arg in call.args[: at + 1]):
        return None
    names = (
        {keyword.arg for keyword in call.keywords if keyword.arg}
        if all(keyword.arg for keyword in call.keywords)
        else None
    )
    return misfit(call.args[at], call.args[at + 1 :], _parameters(site), names, look, site)


def _parameters(site: Site) -> set[str] | None:
    """The parameters of the function that the call decorates; none where it decorates nothing; None for any name."""
    function = site.statement
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or site.node not in function.decorator_list:
        return set()
    args = function.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, (args.vararg,))]
    return None if args.kwarg else {arg.arg for arg in every}
