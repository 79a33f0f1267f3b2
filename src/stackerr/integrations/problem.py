"""Problem documents: what an HTTP client is told of an error, and what it is not."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

import stackerr

MEDIA_TYPE = "application/problem+json"
_SENTINEL = "stackerr.Sentinel"


class Answer(NamedTuple):
    """What to send to the client.

    Attributes:
        status: the HTTP status code.
        headers: names and values, in ASCII.
        body: the problem document as JSON.
        instance: the URI that names this occurrence.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    instance: str


def to_problem(err: BaseException, *, instance: str | None = None, type_base: str | None = None) -> dict[str, Any]:
    """The error as a problem document; it holds public text only, never the text of the error.

    Args:
        err: any exception.
        instance: a URI that names this occurrence.
        type_base: the URI that the error's `code` is put behind to make the member `type`. Without it, and for an error
            without a code, the type is `about:blank`.

    Returns:
        `type`, `title` (the phrase of the status), `status`; `detail` when a layer has a public message, `code` when
        one has a code, `instance` when it was given. The status is that of the outermost sentinel that has one, between
        400 and 599, else 500: a field `status` elsewhere is data, such as what another server answered.

    Source: RFC 9457, sections 3.1 and 4.2.1.

    >>> from stackerr import Sentinel, wrap
    >>> class ErrNotExist(Sentinel, message="no such object", status=404, code="not_exist"):
    ...     '''The object is not there.'''
    >>> to_problem(wrap(ErrNotExist("/srv/runs/42"), "load run", public="run 42 does not exist"))
    {'type': 'about:blank', 'title': 'Not Found', 'status': 404, 'detail': 'run 42 does not exist', 'code': 'not_exist'}
    >>> to_problem(KeyError("secret"))
    {'type': 'about:blank', 'title': 'Internal Server Error', 'status': 500}
    """
    status, code = _status(err), _code(err)
    has_type = type_base is not None and code is not None
    problem = {
        "type": f"{type_base}{quote(str(code), safe='')}" if has_type else "about:blank",
        "title": _phrase(status),
        "status": status,
        "detail": _writable(stackerr.public_message(err, "")) or None,
        "code": code,
        "instance": instance,
    }
    return {name: value for name, value in problem.items() if value is not None}


def answer(err: BaseException, method: str, type_base: str | None = None) -> Answer:
    """What to send for an error that left an application.

    Args:
        err: any exception.
        method: the method of the request; the answer to HEAD has no body.
        type_base: as `to_problem` takes it.

    Returns:
        The status, the headers and the document. Its `instance` is an id, which `log_answer` writes to the log too, so
        that whoever gets the answer can quote it.

    >>> answer(KeyError("id"), "GET").status
    500
    """
    instance = uuid4().urn
    problem = to_problem(err, instance=instance, type_base=type_base)
    body = json.dumps(problem).encode()
    headers = [("content-type", MEDIA_TYPE), ("content-length", str(len(body))), ("cache-control", "no-store")]
    return Answer(problem["status"], headers, b"" if method == "HEAD" else body, instance)


def log_answer(logger: logging.Logger, answered: Answer, method: str, path: bytes, err: BaseException) -> None:
    """Log the error with what it was answered with: an ERROR from status 500 on, else a WARNING.

    >>> err = KeyError("id")
    >>> log_answer(logging.getLogger("silent"), answer(err, "GET"), "GET", b"/runs", err)
    """
    level = logging.ERROR if answered.status >= HTTPStatus.INTERNAL_SERVER_ERROR else logging.WARNING
    # quoted, since a decoded path may hold the line breaks of a forged log line
    request = f"{quote(method)} {quote(path, safe='/%')}"
    logger.log(level, "%s answered %d (%s)", request, answered.status, answered.instance, exc_info=err)


def _status(err: BaseException) -> int:
    """The status of the outermost sentinel that has a usable one."""
    for link in stackerr.chain(err):
        is_sentinel = link.kind == "mark" or _SENTINEL in link.bases
        status = link.fields.get("status")
        if is_sentinel and isinstance(status, int) and 400 <= status <= 599:  # noqa: PLR2004 - RFC 9110's errors
            return int(status)
    return int(HTTPStatus.INTERNAL_SERVER_ERROR)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Client Error" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "Server Error"


def _code(err: BaseException) -> str | int | None:
    code = stackerr.code(err)
    if isinstance(code, int):
        return int(code)
    return _writable(code) if isinstance(code, str) else None


def _writable(text: str) -> str:
    """The text without the lone surrogates that UTF-8 cannot hold."""
    return str(text).encode("utf-8", "backslashreplace").decode()
