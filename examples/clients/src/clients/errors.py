"""What can go wrong between a client and a service, besides what the service answers (`apierrors.RemoteError`)."""

from __future__ import annotations

from stackerr import Sentinel


class ErrClient(Sentinel, message="the service gave no answer of use", code="client"):
    """The base of these."""


class ErrUnavailable(ErrClient, message="the service cannot be reached", code="unavailable"):
    """No answer, or half of one. What was asked for may have been done or not."""


class ErrTimeout(ErrUnavailable, TimeoutError, message="the service took too long"):
    """Nothing came for as long as was to be waited. What was asked for may have been done or not."""


class ErrBadAnswer(ErrClient, message="the answer is not understood", code="bad_answer"):
    """It is no JSON, not of the shape that was agreed, or larger than answers are."""


is_err_client = ErrClient.is_err
is_err_unavailable = ErrUnavailable.is_err
is_err_timeout = ErrTimeout.is_err
is_err_bad_answer = ErrBadAnswer.is_err
