"""Around every request: what fails is answered and is one line in the log, no body is endless, and a token is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect, Request

from apierrors import ErrAPI, ErrUnauthorized
from clients import is_bearer

from .problems import respond

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ErrTooMuch(ErrAPI, message="the body is too large", status=413, public="the body is too large"):
    """More was sent than is read."""


class Guard:
    """Answers with a problem document when an error leaves the application, logs it once, and bounds what comes in.

    An error that comes after the answer has begun is raised on: the server cuts the connection, and logs it.

    Args:
        app: the application.
        limit: the bytes that may be sent to a path.
    """

    def __init__(self, app: ASGIApp, limit: Callable[[str], int]) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        has_begun = False

        async def watch(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, self._bounded(scope, receive), watch)
        except ClientDisconnect:
            return None  # nobody is left to answer
        except Exception as err:
            if has_begun:
                raise
            await respond(err, scope)(scope, receive, send)

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        """The body as it comes, until it becomes too large."""
        limit = self._limit(scope["path"])
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        size = 0

        async def bounded() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit or (announced.isdigit() and int(announced) > limit):
                raise ErrTooMuch(f"the body has more than {limit} bytes", limit=limit)
            return message

        return bounded


def guarded_router(tokens: Callable[[Request], Iterable[str]], **options: Any) -> APIRouter:
    """A router whose routes want a token, before anything else of the request is looked at.

    Args:
        tokens: gives the tokens of which one must be shown as `Authorization: Bearer …`; compared in constant time.
        **options: those of `fastapi.APIRouter`.
    """

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def guarded(request: Request) -> Response:
                if not is_bearer(request.headers.get("authorization"), tokens(request)):
                    raise ErrUnauthorized("no token, or a wrong one", public="show a valid token")
                return await handle(request)

            return guarded

    return APIRouter(route_class=Guarded, **options)
