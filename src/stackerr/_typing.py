"""What the core needs of `typing` at run time: importing that takes twice as long as all of stackerr."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import overload as overload  # noqa: PLC0414 - a re-export, for type checkers
else:

    def overload(function: object) -> object:
        """Mark a signature for type checkers, as typing's does."""
        return function
