"""WRP401 type-compare: an error is told apart by its exact type, its type's name, its text, or a sentinel's identity.

Why: a wrapped error is of a subclass and its text has grown; these comparisons see neither. `is_err` and `except` see
through any number of layers.

Bad::

    if type(err) is FileNotFoundError or "No such file" in str(err):
        ...

Good::

    if is_err(err, FileNotFoundError):
        ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackerr.lint._look import Report
from stackerr.lint._told import compares_error, tests_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look

CODE = "WRP401"
NAME = "type-compare"
MESSAGE = "{how} does not see through a wrap: use is_err(err, ...)"


def check(look: Look) -> Iterator[Report]:
    """Report each comparison that a wrap would defeat."""
    for site in look.sites.compares:
        how = compares_error(look, site)
        if how is not None:
            yield Report(site.node, {"how": how})
    for site in look.sites.calls:
        if tests_text(look, site):
            yield Report(site.node, {"how": "looking for text in an error"})
