"""Errors as answers: problem documents by `apierrors`, for every route and for what is no route."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from apierrors import MEDIA_TYPE, ErrBadRequest, ErrNotExist, answer, kind_of_status
from stackerr import mark

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

logger = logging.getLogger("executor")

_INTERNAL = 500
_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
}


def _document(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}


ERRORS: dict[int | str, dict[str, Any]] = {
    400: _document("What was asked for makes no sense."),
    401: _document("It is not known who asks."),
    404: _document("It is not there."),
    409: _document("There is no room for it now."),
    413: _document("It is too large."),
    422: _document("What was asked for makes no sense."),
    503: _document("The executor is about to end."),
}


def answer_errors(app: FastAPI) -> None:
    """Let an application answer what the framework raises as `gate.Gate` answers everything else."""
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)


def respond(request: Request, err: Exception, headers: dict[str, str] | None = None) -> Response:
    """The answer for an error, which is logged: from 500 on as an error of ours, else as a word about the caller."""
    said = answer(err)
    level = logging.ERROR if said.status >= _INTERNAL else logging.INFO
    logger.log(level, "%s %r is answered %d", request.method, request.url.path, said.status, exc_info=err)
    return Response(said.body, said.status, {**said.headers, **(headers or {})})


async def _answer_invalid(request: Request, err: Exception) -> Response:
    """What is wrong and where, without what was sent: it may hold secrets."""
    assert isinstance(err, RequestValidationError)  # noqa: S101
    first = err.errors()[0]
    text = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"[:500]
    return respond(request, ErrBadRequest(text, public=text))


async def _answer_http(request: Request, err: Exception) -> Response:
    """What the framework says: no such route, or another method."""
    assert isinstance(err, HTTPException)  # noqa: S101
    kind = ErrNotExist if err.status_code == 404 else kind_of_status(err.status_code)  # noqa: PLR2004
    marked = mark(err, kind, status=err.status_code, public=str(err.detail))
    return respond(request, marked, dict(err.headers or {}))
