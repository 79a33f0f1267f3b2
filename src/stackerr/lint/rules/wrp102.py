"""WRP102 external-reraise: an external error is raised again as it is.

Why: the handler had the error in its hand, knew what was being done, and said nothing. A bare `raise` only moves it on.

Bad::

    except requests.HTTPError as err:
        session.close()
        raise

Good::

    except requests.HTTPError as err:
        session.close()
        raise wrap(err, "fetch run list") from err
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackerr.lint._look import Report
from stackerr.lint._passes import is_pass_through

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look

CODE = "WRP102"
NAME = "external-reraise"
MESSAGE = (
    'the error of {what} is raised again as it came: say what was being done, "raise wrap({error}, ...) from {error}"'
)


def check(look: Look) -> Iterator[Report]:
    """Report each `raise` that hands an external error on with nothing added."""
    for site in look.sites.raises:
        handler = look.reraised(site)
        if handler is None or is_pass_through(look, handler, site):
            continue
        what = look.external_kind(handler)
        if what is not None and look.leaves(site, look.kinds(handler)):
            yield Report(site.node, {"what": what.removeprefix("builtins."), "error": handler.node.name or "err"})
