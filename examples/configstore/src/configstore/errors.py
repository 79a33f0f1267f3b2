"""What can go wrong here, besides the kinds of `apierrors`."""

from __future__ import annotations

from stackerr import Sentinel


class ErrSetup(Sentinel, message="the configstore cannot start", exit_code=78):
    """A setting is wrong, or a port is taken."""
