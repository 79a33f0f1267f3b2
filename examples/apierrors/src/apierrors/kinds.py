"""The kinds of errors that an API answers with: one class each, and the HTTP status that belongs to it."""

from __future__ import annotations

from http import HTTPStatus

from stackerr import Sentinel


class ErrAPI(
    Sentinel, message="the request failed", api_kind="internal", status=HTTPStatus.INTERNAL_SERVER_ERROR.value
):
    """The base of the kinds.

    The text of an error is for the log. What the caller may read is said besides: `public=` is the sentence, `code=`
    the word that programs look at. Both are optional, and neither is ever taken from the text.

    The fields `api_kind` and `status` come with the class, and are in the log of every error that has the kind.

    A kind of your own is a subclass, with a `status` of its own where it differs:

    >>> class ErrMaintenance(ErrInternal, message="in maintenance", status=503, public="in maintenance, come back"):
    ...     '''The service is being looked after.'''
    >>> from apierrors import problem
    >>> problem(ErrMaintenance()).status, problem(ErrMaintenance()).detail
    (503, 'in maintenance, come back')
    """


class ErrBadRequest(ErrAPI, message="bad request", api_kind="bad_request", status=HTTPStatus.BAD_REQUEST.value):
    """What was asked for makes no sense."""


class ErrUnauthorized(
    ErrAPI, message="not authenticated", api_kind="unauthorized", status=HTTPStatus.UNAUTHORIZED.value
):
    """It is not known who asks."""


class ErrForbidden(ErrAPI, message="not allowed", api_kind="forbidden", status=HTTPStatus.FORBIDDEN.value):
    """Who asks may not do that."""


class ErrNotExist(ErrAPI, message="does not exist", api_kind="not_exist", status=HTTPStatus.NOT_FOUND.value):
    """What was asked for is not there."""


class ErrConflict(ErrAPI, message="conflict", api_kind="conflict", status=HTTPStatus.CONFLICT.value):
    """Somebody else was faster, or it is there already."""


class ErrInternal(ErrAPI, message="internal error"):
    """The fault is ours; every error that has no kind is one of these."""


is_err_api = ErrAPI.is_err
is_err_bad_request = ErrBadRequest.is_err
is_err_unauthorized = ErrUnauthorized.is_err
is_err_forbidden = ErrForbidden.is_err
is_err_not_exist = ErrNotExist.is_err
is_err_conflict = ErrConflict.is_err
is_err_internal = ErrInternal.is_err

_KINDS: tuple[type[ErrAPI], ...] = (ErrBadRequest, ErrUnauthorized, ErrForbidden, ErrNotExist, ErrConflict)
_BY_STATUS = {kind.class_fields["status"]: kind for kind in _KINDS}


def kind_of_status(status: int) -> type[ErrAPI]:
    """The kind that an HTTP status stands for; of those that we never send, and of 5xx, it is ErrInternal.

    >>> kind_of_status(404).__name__, kind_of_status(418).__name__
    ('ErrNotExist', 'ErrInternal')
    """
    return _BY_STATUS.get(status, ErrInternal)
