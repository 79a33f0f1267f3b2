"""WRP201 internal-call: a call into another part of the project leaves the function uncovered.

Why: as for WRP101, one border further in: between the packages of one project too, an error should say what was being
done when it crossed. What counts as a border is for `wrp-report-internal` to say: package, module or all.

Bad::

    from storage import read_object

    def load_run(run_id):
        return read_object(f"runs/{run_id}")

Good::

    def load_run(run_id):
        with wrapping("load run %s", run_id):
            return read_object(f"runs/{run_id}")
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from stackerr.lint._look import Report, is_exempt, spell
from stackerr.lint.rules.wrp101 import is_raised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look
    from stackerr.lint._walk import Site

CODE = "WRP201"
NAME = "internal-call"
MESSAGE = '{call}() crosses into {where} with nobody saying what for: put it under "with wrapping(...)"'


def check(look: Look) -> Iterator[Report]:
    """Report the calls that cross a border within the project and are not covered."""
    if not look.is_adopted:
        return
    for site in look.sites.calls:
        if is_exempt(site.place) or is_raised(site):
            continue
        where = _crossed(look, site)
        if where is not None and not look.cover.covers_call(site.place, None):
            assert isinstance(site.node, ast.Call)
            yield Report(site.node, {"call": spell(site.node.func), "where": where})


def _crossed(look: Look, site: Site) -> str | None:
    target = look.internal(site)
    return target.module.name if target is not None else None
