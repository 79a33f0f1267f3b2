"""What can go wrong here, besides the kinds of `apierrors`."""

from __future__ import annotations

from apierrors import ErrAPI, ErrInternal
from stackerr import Sentinel


class ErrSetup(Sentinel, message="the configstore cannot start", exit_code=78):
    """A setting is wrong, or a port is taken."""


class ErrUnavailable(
    ErrInternal, message="not available", status=503, public="the configstore cannot answer now; try again later"
):
    """It is about to start, or what it stands on gives no answer."""


class ErrMaintenance(
    ErrUnavailable, message="in maintenance", public="the configstore is in maintenance", code="maintenance"
):
    """Only maintenance, export and import are answered."""


class ErrTooMuch(ErrAPI, message="the body is too large", status=413, public="the body is too large"):
    """More was sent than is read."""


is_err_maintenance = ErrMaintenance.is_err
is_err_unavailable = ErrUnavailable.is_err
