"""What any service may have to say instead of what was asked for."""

from __future__ import annotations

from apierrors import ErrBadRequest, ErrInternal


class ErrTooMuch(
    ErrBadRequest, message="the body is too large", status=413, public="the body is too large", code="too_large"
):
    """More was sent than is read."""


class ErrUnavailable(
    ErrInternal,
    message="not available",
    status=503,
    public="the service cannot answer now; try again later",
    code="unavailable",
):
    """It starts, or what it stands on gives no answer: this passes, and the fault, if there is one, is elsewhere."""


class ErrMaintenance(
    ErrUnavailable, message="in maintenance", public="in maintenance; try again later", code="maintenance"
):
    """It is not available since somebody wants it so."""
