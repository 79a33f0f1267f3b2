"""WRP104 escaped: a caught external error is handed on as a value, unwrapped.

Why: an error that is returned, queued, set on a future or given to a callback leaves as surely as one that is raised, and
where it comes up again nobody knows what was being done.

Bad::

    except requests.HTTPError as err:
        future.set_exception(err)

Good::

    except requests.HTTPError as err:
        future.set_exception(wrap(err, "fetch run list"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackerr.lint._look import Report
from stackerr.lint._outlets import handed_on

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from stackerr.lint._look import Look
    from stackerr.lint._walk import Site

CODE = "WRP104"
NAME = "escaped"
MESSAGE = 'the error of {what} is handed on as it came: hand on "wrap({error}, ...)"'


def check(look: Look) -> Iterator[Report]:
    """Report each statement that hands a caught external error on."""
    for site in look.sites.statements:
        for error in handed_on(look, site):
            what = _external(look, error, site)
            if what is not None:
                yield Report(site.node, {"what": what.removeprefix("builtins."), "error": error.id})
                break


def _external(look: Look, error: ast.Name, site: Site) -> str | None:
    for value in look.of(error, site.place):
        handler = look.handler_of(value)
        if handler is not None:
            return look.external_kind(handler, with_broad=True)
    return None
