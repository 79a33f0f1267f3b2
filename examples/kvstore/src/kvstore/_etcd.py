"""The backend for a cluster; to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._errors import ErrRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._backend import Backend


def connect(endpoints: Sequence[str], timeout: float) -> Backend:
    """Reach a cluster."""
    raise ErrRefused("etcd is to come")
