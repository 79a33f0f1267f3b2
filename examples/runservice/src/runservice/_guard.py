"""Around every request: failures become problem documents and one line in the log, and no body is endless."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import Match

from apierrors import ErrBadRequest, ErrInternal, ErrNotExist, ErrUnauthorized, answer, is_err_api
from clients import is_bearer
from stackerr import as_err, mark, wrapping

from .errors import ErrMaintenance, ErrTooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ._service import Service

log = logging.getLogger("runservice")

EXECUTORS = "/api/v1alpha/executor/"
UPLOADS = ("/api/v1alpha/import", "/api/v1alpha/executor/caches/")


class Guard:
    """Answers with a problem document when an error leaves the application, logs it once, and bounds what comes in.

    An error that comes after the answer has begun is raised on: the server cuts the connection, and logs it.

    Args:
        app: the application.
        service: whose requests these are.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_begun = False

        async def watch(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            async with self.service.request():
                await self.app(scope, self._bounded(scope, receive), watch)
        except Exception as err:
            if has_begun:
                raise
            await respond(err, scope)(scope, receive, send)

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        """The body as it comes, until it becomes too large."""
        is_upload = scope["path"].startswith(UPLOADS)
        limit = self.service.settings.largest_upload if is_upload else self.service.settings.largest_request
        size = 0

        async def bounded() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise ErrTooLarge(f"the body has more than {limit} bytes", limit=limit)
            return message

        return bounded


def respond(err: BaseException, scope: Scope) -> Response:
    """The answer for an error, which is logged: from status 500 on as an error, but for maintenance."""
    answered = answer(err if is_err_api(err) else mark(err, ErrInternal))  # or codes of what lies below would be sent
    level = logging.INFO if ErrMaintenance.is_err(err) else _level(scope["path"], answered.status)
    log.log(level, "%s %s answered %d", scope["method"], scope["path"], answered.status, exc_info=err)
    body = b"" if scope["method"] == "HEAD" else answered.body
    return Response(body, answered.status, dict(answered.headers))


def _level(path: str, status: int) -> int:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return logging.ERROR
    is_daily = status == HTTPStatus.NOT_FOUND and path.startswith(EXECUTORS)  # how executors learn that they may forget
    return logging.DEBUG if is_daily else logging.INFO


async def answer_http_error(request: Request, err: Exception) -> Response:
    """The answer for what the framework refuses: unknown paths and methods, bodies that are no JSON."""
    status: int = err.status_code  # type: ignore[attr-defined]  # it is registered for HTTPException
    if (too_large := as_err(err, ErrTooLarge)) is not None:
        return respond(too_large, request.scope)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        refused = ErrBadRequest("method not allowed", public=f"{request.method} is not for this path", status=status)
        response = respond(refused, request.scope)
        response.headers["allow"] = ", ".join(sorted(_methods(request)))
        return response
    if status == HTTPStatus.NOT_FOUND:
        return respond(ErrNotExist("no such path", public="there is no such path"), request.scope)
    kind = ErrBadRequest if status < HTTPStatus.INTERNAL_SERVER_ERROR else ErrInternal
    return respond(mark(err, kind, "read the request", public="the request cannot be read"), request.scope)


def _methods(request: Request) -> set[str]:
    """All methods that the path is for: the framework names those of one route only."""
    methods: set[str] = set()
    for route in request.app.state.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return methods


async def answer_validation_error(request: Request, err: Exception) -> Response:
    """The answer for a request that is not of the shape that was agreed; what was in it is not repeated."""
    complaints = [_complain(complaint) for complaint in err.errors()[:10]]  # type: ignore[attr-defined]  # as above
    refused = ErrBadRequest("; ".join(complaints), public="; ".join(complaints), code="bad_shape")
    return respond(refused, request.scope)


def _complain(complaint: dict[str, Any]) -> str:
    return f"{'.'.join(map(str, complaint['loc']))}: {complaint['msg']}"


def router_for(tokens: Callable[[Request], Iterable[str]], **options: Any) -> APIRouter:
    """A router whose routes want one of these tokens, and no parameters that they do not know.

    The token is looked at before anything else of the request.
    """

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def guarded(request: Request) -> Response:
                with wrapping("look at the token"):
                    is_known = is_bearer(request.headers.get("authorization"), tokens(request))
                if not is_known:
                    raise ErrUnauthorized("no token, or a wrong one", public="a token is needed")
                known = request.app.state.parameters[self.path_format, request.method]
                if unknown := sorted(set(request.query_params) - known):
                    raise ErrBadRequest("unknown parameters", public=f"unknown parameter: {', '.join(unknown)[:200]}")
                return await handle(request)

            return guarded

    return APIRouter(route_class=Guarded, **options)
