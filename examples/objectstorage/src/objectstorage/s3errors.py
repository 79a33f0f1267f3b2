"""What boto3 raises, by the names of this package."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore import exceptions as botocore_errors
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
)
from botocore.parsers import ResponseParserError

from stackerr import mark

from .errors import (
    ErrChanged,
    ErrExist,
    ErrForbidden,
    ErrFull,
    ErrInvalidKey,
    ErrNoBucket,
    ErrNotExist,
    ErrStorage,
    ErrUnavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_BY_CODE: dict[str, type[ErrStorage]] = {
    "NoSuchKey": ErrNotExist,
    "NoSuchBucket": ErrNoBucket,
    "KeyTooLongError": ErrInvalidKey,
    "RequestTimeout": ErrUnavailable,
    "ConditionalRequestConflict": ErrUnavailable,
    "QuotaExceeded": ErrFull,
}
_BY_STATUS: dict[int, type[ErrStorage]] = {
    HTTPStatus.UNAUTHORIZED: ErrForbidden,
    HTTPStatus.FORBIDDEN: ErrForbidden,
    HTTPStatus.TOO_MANY_REQUESTS: ErrUnavailable,
    HTTPStatus.INSUFFICIENT_STORAGE: ErrFull,
}
_WITHOUT_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)
_WITHOUT_ANSWER = (botocore_errors.ConnectionError, HTTPClientError, IncompleteReadError, ResponseParserError)


class _Calling:
    """`with calling:` marks what boto3 raises; the original stays what it was, and is caught as such too."""

    __slots__ = ()

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, err: BaseException | None, traceback: TracebackType | None) -> None:
        if isinstance(err, (ClientError, BotoCoreError, ResponseParserError)):
            raise mark(err, sentinel_of(err), stacklevel=2) from err


calling = _Calling()


def sentinel_of(err: Exception) -> type[ErrStorage]:
    """What an error of boto3 is called here.

    >>> from botocore.exceptions import EndpointConnectionError
    >>> sentinel_of(EndpointConnectionError(endpoint_url="http://127.0.0.1:1")).__name__
    'ErrUnavailable'
    """
    if isinstance(err, ClientError):
        return _sentinel_of_answer(err)
    if isinstance(err, _WITHOUT_CREDENTIALS):
        return ErrForbidden
    return ErrUnavailable if isinstance(err, _WITHOUT_ANSWER) else ErrStorage


def _sentinel_of_answer(err: ClientError) -> type[ErrStorage]:
    code, status = _code_and_status(err.response)
    if code in _BY_CODE:
        return _BY_CODE[code]
    if status == HTTPStatus.NOT_FOUND and err.operation_name == "HeadObject":
        return ErrNotExist
    if status == HTTPStatus.PRECONDITION_FAILED:
        return ErrChanged if err.operation_name == "GetObject" else ErrExist
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return ErrUnavailable if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ErrStorage


def _code_and_status(answer: Mapping[str, Any]) -> tuple[str, int]:
    """What an answer has in its body and in its first line; one that was cut off may lack either."""
    code = answer.get("Error", {}).get("Code", "")
    return str(code), int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
