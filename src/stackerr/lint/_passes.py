"""Handlers that only let an error pass, ahead of a broader one that would have taken it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackerr.lint._errors import catches_all_of, caught

if TYPE_CHECKING:
    from stackerr.lint._look import Look
    from stackerr.lint._walk import HandlerSite, Site


def is_pass_through(look: Look, handler: HandlerSite, site: Site) -> bool:
    """Is this the `except X: raise` that keeps X out of a broader handler after it?"""
    body = handler.node.body
    if len(body) != 1 or body[0] is not site.node:
        return False
    handlers = handler.statement.handlers
    later = handlers[handlers.index(handler.node) + 1 :]
    kinds = look.kinds(handler)
    broader = [kind for one in later for kind in caught(look.names, one, handler.place.spot)]
    return any(catches_all_of(look.names, outer, inner) for outer in broader for inner in kinds)
