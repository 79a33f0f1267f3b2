"""Errors as answers: problem documents by `apierrors`, for every route and for what is no route."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from apierrors import MEDIA_TYPE, ErrAPI, ErrBadRequest, ErrInternal, ErrNotExist, answer, kind_of_status
from stackerr import is_err, mark

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

logger = logging.getLogger("gateway")

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
    403: _document("It is not allowed."),
    404: _document("It is not there, or somebody else's."),
    409: _document("It is there already, or cannot be done now."),
    413: _document("It is too large."),
}


def answer_errors(app: FastAPI) -> None:
    """Let an application answer every error with a problem document, and log it on one line."""
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(ErrAPI, _answer)


def log_answer(request: Request, err: Exception, status: int) -> None:
    """Log what was answered: from 500 on as an error of ours, else as a word about the caller."""
    level = logging.ERROR if status >= _INTERNAL else logging.INFO
    logger.log(level, "%s %r is answered %d", request.method, request.url.path, status, exc_info=err)


def respond(request: Request, err: Exception, headers: dict[str, str] | None = None) -> Response:
    """The problem document for an error, which is logged."""
    if not is_err(err, ErrAPI):  # what lies below has words of its own, which were not said to this caller
        err = mark(err, ErrInternal)
    said = answer(err)
    log_answer(request, err, said.status)
    return Response(said.body, said.status, {**said.headers, **(headers or {})})


def invalid(err: RequestValidationError) -> ErrBadRequest:
    """What is wrong and where, without what was sent: it may hold secrets."""
    first = err.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if not isinstance(part, str) or part.isidentifier())
    text = f"{where}: {first['msg']}"[:500]
    return ErrBadRequest(text, public=text)


async def _answer(request: Request, err: Exception) -> Response:
    return respond(request, err)


async def _answer_invalid(request: Request, err: Exception) -> Response:
    assert isinstance(err, RequestValidationError)  # noqa: S101
    return respond(request, invalid(err))


async def _answer_http(request: Request, err: Exception) -> Response:
    """What the framework says: no such route, or another method."""
    assert isinstance(err, HTTPException)  # noqa: S101
    kind = ErrNotExist if err.status_code == 404 else kind_of_status(err.status_code)  # noqa: PLR2004
    headers = _allow(request) if err.status_code == 405 else dict(err.headers or {})  # noqa: PLR2004
    return respond(request, mark(err, kind, status=err.status_code, public=str(err.detail)), headers)


def _allow(request: Request) -> dict[str, str]:
    """The methods of all routes of that path; the framework names those of the first."""
    routes = [route for route in request.app.state.routes if route.matches(request.scope)[0] is not Match.NONE]
    return {"allow": ", ".join(sorted({method for route in routes for method in route.methods}))}
