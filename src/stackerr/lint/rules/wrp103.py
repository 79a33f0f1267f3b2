"""WRP103 dropped-cause: a new error is raised in a handler without `from`.

Why: the new error does not say that the caught one is its cause. Readers of the chain, matching and one-line reports
see only the new one. `from None` says that this is meant.

Bad::

    except KeyError as err:
        raise ConfigError("no such section")

Good::

    except KeyError as err:
        raise ConfigError("no such section") from err
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackerr.lint._look import Report
from stackerr.lint._raised import drops_cause, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look

CODE = "WRP103"
NAME = "dropped-cause"
MESSAGE = '{new} is raised in a handler and drops its cause: add "from {error}" (or "from None" if that is meant)'


def check(look: Look) -> Iterator[Report]:
    """Report each new error that does not name its cause."""
    for site in look.sites.raises:
        handler = site.place.handler
        if handler is not None and drops_cause(look, site, handler):
            yield Report(site.node, {"new": name_of(site.node.exc), "error": handler.node.name or "err"})  # type: ignore[attr-defined]
