"""WRP402 log-raise: a handler logs at warning or above and then raises on the same path.

Why: whoever catches the error logs it again, and one failure reads like two. Say it once: wrap and raise, or log and
stop.

Bad::

    except OSError as err:
        log.error("cannot read config: %s", err)
        raise

Good::

    except OSError as err:
        raise wrap(err, "read config") from err
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackerr.lint._look import Report, spell
from stackerr.lint._paths import logged_then_raised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look

CODE = "WRP402"
NAME = "log-raise"
MESSAGE = "{call}() logs what is raised afterwards and will be logged again: wrap and raise, or log and stop"


def check(look: Look) -> Iterator[Report]:
    """Report each logging call that a `raise` follows."""
    for handler in look.sites.handlers.values():
        for call in logged_then_raised(look, handler):
            yield Report(call, {"call": spell(call.func)})
