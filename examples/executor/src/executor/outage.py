"""What fails again and again is told once in a while, and its end once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import Logger

_AGAIN_AFTER = 30.0


class Outage:
    """The log lines of something that is tried every few seconds.

    Args:
        logger: where they go.
        doing: what is tried.

    >>> import logging
    >>> outage = Outage(logging.getLogger("silent"), "register")
    >>> outage.began(OSError("no route to host"))
    >>> outage.ended()
    """

    def __init__(self, logger: Logger, doing: str) -> None:
        self._logger = logger
        self._doing = doing
        self._told = 0.0

    def began(self, err: Exception) -> None:
        """It failed: a line for the first failure, and another one when it goes on for half a minute."""
        if not self._told or time.monotonic() - self._told > _AGAIN_AFTER:
            self._told = time.monotonic()
            self._logger.warning("cannot %s, and try again", self._doing, exc_info=err)

    def ended(self) -> None:
        """It did not fail: a line if it did before."""
        if self._told:
            self._told = 0.0
            self._logger.info("%s: works again", self._doing)
