"""WRP105 external-raise: another package's exception type is raised by hand.

Why: whoever catches `requests.HTTPError` thinks that requests has spoken. Your own package has errors of its own to say;
borrow the type and callers depend on a library that you may change.

Bad::

    raise requests.HTTPError("no such run")

Good::

    raise ErrNotExist("no such run")
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from stackerr.lint._catalogue import base_of
from stackerr.lint._cover import is_class_name
from stackerr.lint._look import Report, bare, is_exempt
from stackerr.lint._values import Outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look
    from stackerr.lint._walk import Site

CODE = "WRP105"
NAME = "external-raise"
MESSAGE = "{what} belongs to another package: raise an error of your own"


def check(look: Look) -> Iterator[Report]:
    """Report each `raise` of a class that another package defines."""
    for site in look.sites.raises:
        found = _borrowed(look, site)
        if found is not None and not is_exempt(site.place):
            yield Report(site.node, {"what": found.path})


def _borrowed(look: Look, site: Site) -> Outside | None:
    error = bare(site.node.exc)  # type: ignore[attr-defined]
    values = look.of(error.func if isinstance(error, ast.Call) else error, site.place)
    return next((value for value in values if isinstance(value, Outside) and _is_error_class(look, value)), None)


def _is_error_class(look: Look, value: Outside) -> bool:
    last = value.path.rpartition(".")[2]
    is_class = is_class_name(last) or base_of(value.path) is not None or (last == "error" and not value.is_made)
    return look.is_foreign(value) and is_class
