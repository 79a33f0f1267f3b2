"""What can go wrong when something is opened."""

from __future__ import annotations

from apierrors import ErrInternal


class ErrSealed(ErrInternal, message="it cannot be opened", code="sealed"):
    """It was sealed with a key that is not among ours, or it was changed."""


is_err_sealed = ErrSealed.is_err
