"""WRP101 external-call: a fallible call into another package leaves the function uncovered.

Why: the error that comes out says what went wrong inside that package, never what you were doing with it. Three calls
above, nobody can tell which file, which run, which request it was.

Bad::

    def load_config(path):
        with open(path) as file:
            return json.load(file)

Good::

    def load_config(path):
        with wrapping("load config %s", path), open(path) as file:
            return json.load(file)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from stackerr.lint._look import Report, is_exempt, spell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look
    from stackerr.lint._walk import Site

CODE = "WRP101"
NAME = "external-call"
MESSAGE = '{call}() may fail here with nobody saying what for: put it under "with wrapping(...)"'


def check(look: Look) -> Iterator[Report]:
    """Report the external calls that count and are not covered."""
    if look.options.call_policy == "off" or not look.is_adopted:
        return
    for site in look.sites.calls:
        assert isinstance(site.node, ast.Call)
        if not is_exempt(site.place) and not is_raised(site) and leaks(look, site):
            yield Report(site.node, {"call": spell(site.node.func)})


def leaks(look: Look, site: Site) -> bool:
    """Does an external error leave the function from this call, with nothing said?"""
    call = look.external(site)
    if call is not None:
        return not look.cover.covers_call(site.place, call)
    if look.options.call_policy != "external" or look.interface(site) is None or look.internal(site) is not None:
        return False  # what crosses a border within the project is for WRP201
    return not look.cover.covers_call(site.place, None)


def is_raised(site: Site) -> bool:
    """Does the call only make the error that its own statement raises?"""
    return isinstance(site.statement, ast.Raise) and site.statement.exc is site.node
