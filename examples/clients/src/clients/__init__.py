"""Clients of the example services, and the types that they share with them. Imports no service.

`clients.runservice` and `clients.executor` each hold a client and its types; here is what all have in common.

>>> from stackerr import wrap
>>> is_err_unavailable(wrap(ErrUnavailable("no route to host"), "get run 42"))
True
"""

from .auth import bearer, is_bearer, read_tokens
from .client import Client, Download
from .errors import (
    ErrBadAnswer,
    ErrClient,
    ErrTimeout,
    ErrUnavailable,
    is_err_bad_answer,
    is_err_client,
    is_err_timeout,
    is_err_unavailable,
)
from .model import Id, Model, Time, now
from .query import API

__all__ = [
    "API",
    "Client",
    "Download",
    "ErrBadAnswer",
    "ErrClient",
    "ErrTimeout",
    "ErrUnavailable",
    "Id",
    "Model",
    "Time",
    "bearer",
    "is_bearer",
    "is_err_bad_answer",
    "is_err_client",
    "is_err_timeout",
    "is_err_unavailable",
    "now",
    "read_tokens",
]
