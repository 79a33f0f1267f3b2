"""What comes before every route: who asks, and how much he sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request

from apierrors import ErrAPI, ErrUnauthorized
from clients import is_bearer

from .problems import respond

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 16 << 20


class ErrTooMuch(ErrAPI, message="the body is too large", status=413, public="the body is too large"):
    """More was sent than is read."""


class Gate:
    """Lets through who has the token, and no more of a body than is wanted; answers whatever error comes back.

    Args:
        app: what is behind.
        tokens: one of these must be shown; compared in constant time.
        largest_body: in bytes.
    """

    def __init__(self, app: ASGIApp, tokens: Sequence[str], largest_body: int = LARGEST_BODY) -> None:
        self._app = app
        self._tokens = tokens
        self._largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        has_begun = False

        async def watch(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        request = Request(scope, receive)
        try:
            await self._let_through(request, scope, receive, watch)
        except ClientDisconnect:
            return None  # nobody is left to answer
        except Exception as err:
            if has_begun:
                raise  # the server cuts the connection, and logs it
            return await respond(request, err)(scope, receive, send)

    async def _let_through(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        if not is_bearer(request.headers.get("authorization"), self._tokens):
            raise ErrUnauthorized("no token, or a wrong one", public="show a valid token")
        body = await self._read(request)
        await self._app(scope, _once(body, receive), send)

    async def _read(self, request: Request) -> bytes:
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._largest_body:
            raise ErrTooMuch
        pieces, size = [], 0
        async for piece in request.stream():
            size += len(piece)
            if size > self._largest_body:
                raise ErrTooMuch
            pieces.append(piece)
        return b"".join(pieces)


def _once(body: bytes, receive: Receive) -> Receive:
    """What gives the body that was read, and then whatever comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give
