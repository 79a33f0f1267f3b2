"""WRP202 internal-reraise: an error of another part of the project is raised again as it is.

Why: as for WRP102, at the borders that `wrp-report-internal` draws within the project.

Bad::

    except StorageError:
        raise

Good::

    except StorageError as err:
        raise wrap(err, "load run %s" % run_id) from err
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackerr.lint import _errors
from stackerr.lint._look import Report
from stackerr.lint._passes import is_pass_through
from stackerr.lint._values import Inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._errors import Kind
    from stackerr.lint._look import Look
    from stackerr.lint._walk import HandlerSite

CODE = "WRP202"
NAME = "internal-reraise"
MESSAGE = (
    'the error of {what} is raised again as it came: say what was being done, "raise wrap({error}, ...) from {error}"'
)


def check(look: Look) -> Iterator[Report]:
    """Report each `raise` that hands an internal error on with nothing added."""
    for site in look.sites.raises:
        handler = look.reraised(site)
        if handler is None or is_pass_through(look, handler, site):
            continue
        kinds = look.kinds(handler)
        what = _internal_kind(look, handler, kinds)
        if what is not None and look.external_kind(handler) is None and look.leaves(site, kinds):
            yield Report(site.node, {"what": what, "error": handler.node.name or "err"})


def _internal_kind(look: Look, handler: HandlerSite, kinds: list[Kind]) -> str | None:
    if any(_errors.is_broad(kind) for kind in kinds):
        return None
    sites = [site for site in look.calls_in.get(id(handler.statement), ()) if look.internal(site)]
    leaking = [site for site in sites if not look.is_settled(site, handler, None)]
    if sites and not leaking:
        return None
    for kind in kinds:
        if isinstance(kind, Inside) and look.is_far(kind.module):
            return kind.path
    if leaking and any(_errors.is_builtin(kind) and _errors.can_catch(kind, None) for kind in kinds):
        target = look.internal(leaking[0])
        return target.path if target else None
    return None
