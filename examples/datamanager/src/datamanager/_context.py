"""What the parts of one data manager share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kvstore import Store

    from ._checkpoint import Checkpoint
    from ._objects import Objects
    from ._options import Options
    from ._wal import Journal


@dataclass(frozen=True, slots=True)
class Context:
    """Where everything is.

    Attributes:
        store: the store, for the keys of the data manager alone.
        journal: the log in it.
        objects: the object storage.
        types: the types of objects.
        options: the numbers.
    """

    store: Store
    journal: Journal
    objects: Objects
    types: tuple[str, ...]
    options: Options


@dataclass(slots=True)
class Known:
    """The newest checkpoint that this instance has seen, whose indexes it need not read again."""

    checkpoint: Checkpoint | None = None
