"""WRP303 from-none: `raise wrap(e, …) from None`.

Why: `wrap` keeps its cause whatever `from` says, so `from None` hides nothing from matching or reports; it only takes the
cause out of the ordinary traceback. Use `from err`, or `opaque` to hide a cause.

Bad::

    raise wrap(err, "read config") from None

Good::

    raise wrap(err, "read config") from err
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from stackerr.lint._look import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look

CODE = "WRP303"
NAME = "from-none"
MESSAGE = '"from None" hides the cause that the wrap keeps: write "from {error}", or raise opaque(...) to hide it'


def check(look: Look) -> Iterator[Report]:
    """Report each wrap that is raised `from None`."""
    for site in look.sites.raises:
        node = site.node
        assert isinstance(node, ast.Raise)
        if (
            isinstance(node.cause, ast.Constant)
            and node.cause.value is None
            and look.cover.is_wrap(node.exc, site.place.spot)
        ):
            handler = site.place.handler
            yield Report(node, {"error": (handler.node.name if handler else None) or "err"})
