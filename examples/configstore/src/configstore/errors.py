"""What can go wrong here, besides the kinds of `apierrors`."""

from __future__ import annotations

from apierrors import ErrInternal
from stackerr import Sentinel


class ErrSetup(Sentinel, message="the configstore cannot start", exit_code=78):
    """A setting is wrong, or a port is taken."""


class ErrSealed(ErrInternal, message="the secret cannot be opened", code="sealed"):
    """It was sealed with a key that is not among ours, or it was changed."""


is_err_sealed = ErrSealed.is_err
