"""What an instance knows, to be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._sequence import Sequence


@dataclass(frozen=True, slots=True)
class Status:
    """What an instance knows.

    Attributes:
        maintenance: whether it is in maintenance.
        applied: the last WAL that it has seen; None when it has not looked yet.
        checkpoint: the checkpoint that it stands on.
        checkpointed: the last WAL in that.
        objects: how many objects of each type there are.
        pending: how many changes are in memory because they are not in that checkpoint.
    """

    maintenance: bool
    applied: Sequence | None = None
    checkpoint: Sequence | None = None
    checkpointed: Sequence | None = None
    objects: Mapping[str, int] = field(default_factory=dict)
    pending: int = 0
