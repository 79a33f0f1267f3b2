"""Errors of an HTTP API: kinds to match by, RFC 9457 both ways, and no word that was not meant to be public.

>>> from stackerr import wrap
>>> try:
...     raise KeyError("row 42 of table runs")
... except KeyError as e:
...     err = ErrNotExist("run 42 is in no shard", public="there is no run 42", code="run_not_exist")
>>> answer(wrap(err, "load run 42")).body
b'{"type":"about:blank","title":"Not Found","status":404,"detail":"there is no run 42","code":"run_not_exist"}'
"""

from .kinds import (
    ErrAPI,
    ErrBadRequest,
    ErrConflict,
    ErrForbidden,
    ErrInternal,
    ErrNotExist,
    ErrUnauthorized,
    is_err_api,
    is_err_bad_request,
    is_err_conflict,
    is_err_forbidden,
    is_err_internal,
    is_err_not_exist,
    is_err_unauthorized,
    kind_of_status,
)
from .problem import MEDIA_TYPE, Answer, Problem, answer, problem
from .remote import RemoteError, is_remote, relay

__all__ = [
    "MEDIA_TYPE",
    "Answer",
    "ErrAPI",
    "ErrBadRequest",
    "ErrConflict",
    "ErrForbidden",
    "ErrInternal",
    "ErrNotExist",
    "ErrUnauthorized",
    "Problem",
    "RemoteError",
    "answer",
    "is_err_api",
    "is_err_bad_request",
    "is_err_conflict",
    "is_err_forbidden",
    "is_err_internal",
    "is_err_not_exist",
    "is_err_unauthorized",
    "is_remote",
    "kind_of_status",
    "problem",
    "relay",
]
