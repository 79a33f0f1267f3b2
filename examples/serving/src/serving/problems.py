"""Errors as answers: one problem document for the caller, for every route and for what is none, and in OpenAPI."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NoReturn

from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.routing import Match

from apierrors import MEDIA_TYPE, ErrAPI, ErrBadRequest, ErrNotExist
from stackerr import as_err, mark

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.types import Scope

_MOST, _LONGEST = 10, 1000
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
    """Give what FastAPI refuses by itself a kind and public words, and leave the answer to `Guard`.

    Args:
        app: its title names the logger.
    """
    app.add_exception_handler(RequestValidationError, _refuse_shape)
    app.add_exception_handler(HTTPException, _refuse)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]  # the way that FastAPI's pages show


async def _refuse_shape(request: Request, err: Exception) -> NoReturn:  # noqa: ARG001
    """What is wrong and where, without what was sent: it may hold secrets."""
    complaints = err.errors()[:_MOST]  # type: ignore[attr-defined]  # it is registered for RequestValidationError
    text = "; ".join(map(_complain, complaints))[:_LONGEST]
    raise ErrBadRequest(text, public=text, code="bad_shape") from None  # which shows the input


def _complain(complaint: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in complaint["loc"] if not isinstance(part, str) or part.isidentifier())
    return f"{where}: {complaint['msg']}"


async def _refuse(request: Request, err: Exception) -> NoReturn:  # noqa: ARG001
    """What the framework says: no such path, another method, or a body that it could not read."""
    if (ours := as_err(err, ErrAPI)) is not None:  # it came out of reading the body
        raise ours from None
    assert isinstance(err, HTTPException)  # noqa: S101 - it is registered for that
    kind = ErrNotExist if err.status_code == HTTPStatus.NOT_FOUND else ErrBadRequest
    raise mark(err, kind, status=err.status_code, public=str(err.detail)) from err


def methods_of(scope: Scope) -> list[str]:
    """All methods that the path is for: the framework names those of one route only."""
    return [method for method in _METHODS if _is_served({**scope, "method": method})]


def _is_served(scope: Scope) -> bool:
    return any(route.matches(scope)[0] is Match.FULL for route in scope["app"].routes)
