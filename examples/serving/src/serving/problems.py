"""Errors as answers: one problem document for the caller, one line in the log, for every route and for what is none."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from apierrors import MEDIA_TYPE, ErrAPI, ErrBadRequest, ErrNotExist, answer, kind_of_status
from stackerr import as_err, mark

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.types import Scope

_LONGEST = 500
_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457, section 3.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
}


def describe(meanings: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    """What FastAPI wants to be told of the errors that a route answers with.

    >>> sorted(describe({404: "There is no such run."})[404])
    ['content', 'description']
    """
    content = {MEDIA_TYPE: {"schema": _SCHEMA}}
    return {status: {"description": text, "content": content} for status, text in meanings.items()}


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, without the status 422, which is answered as 400."""
    described = get_openapi(title=app.title, version=app.version, routes=app.routes)
    for path in described["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        described.get("components", {}).get("schemas", {}).pop(name, None)
    return described


def answer_errors(app: FastAPI) -> None:
    """Let an application answer with a problem document what FastAPI refuses by itself; `Guard` sees to the rest.

    Args:
        app: its title names the logger.
    """
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]  # the way that FastAPI's pages show


def respond(err: BaseException, scope: Scope) -> Response:
    """The answer for an error, which is logged: from 500 on as an error of ours, else as a word about the caller."""
    said = answer(err)
    log = logging.getLogger(scope["app"].title)
    log.log(_level(said.status), "%s %s is answered %d", scope["method"], scope["path"], said.status, exc_info=err)
    return Response(b"" if scope["method"] == "HEAD" else said.body, said.status, dict(said.headers))


def _level(status: int) -> int:
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return logging.WARNING  # starting, or in maintenance: it passes, and is no fault
    return logging.ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else logging.INFO


async def _answer_invalid(request: Request, err: Exception) -> Response:
    """What is wrong and where, without what was sent: it may hold secrets."""
    first = err.errors()[0]  # type: ignore[attr-defined]  # it is registered for RequestValidationError
    where = ".".join(str(part) for part in first["loc"] if not isinstance(part, str) or part.isidentifier())
    text = f"{where}: {first['msg']}"[:_LONGEST]
    return respond(ErrBadRequest(text, public=text), request.scope)


async def _answer_http(request: Request, err: Exception) -> Response:
    """What the framework says: no such path, another method, or a body that it could not read."""
    if (ours := as_err(err, ErrAPI)) is not None:  # it came out of reading the body
        return respond(ours, request.scope)
    status: int = err.status_code  # type: ignore[attr-defined]  # it is registered for HTTPException
    kind = ErrNotExist if status == HTTPStatus.NOT_FOUND else kind_of_status(status)
    response = respond(mark(err, kind, status=status, public=HTTPStatus(status).phrase), request.scope)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["allow"] = ", ".join(_methods(request))
    return response


def _methods(request: Request) -> list[str]:
    """All methods that the path is for: the framework names those of one route only."""
    return [method for method in _METHODS if _is_served({**request.scope, "method": method}, request.app)]


def _is_served(scope: Scope, app: FastAPI) -> bool:
    return any(route.matches(scope)[0] is Match.FULL for route in app.routes)
