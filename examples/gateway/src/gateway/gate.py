"""What comes before every route: who asks, how much is sent, and what becomes of an error that nobody else answers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse

from apierrors import ErrUnauthorized

from .errors import ErrTooMuch
from .problems import log_answer, respond

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .caller import Caller, Doorkeeper

LARGEST_BODY = 4 << 20
COOKIE = "gateway_token"
LOGIN = "/login"
_OPEN = (LOGIN, "/static/")
_API = ("/api/", "/openapi.json")
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


class Gate:
    """Lets through who has a token, and no more of a body than is wanted.

    Args:
        app: what is behind.
        doorkeeper: finds out who asks.

    Programs show their token in a header and get problem documents, the pages have it in a cookie and send people who
    have none to the login. The one is no good for the other's routes: no other site can make a browser use the API.
    """

    def __init__(self, app: ASGIApp, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. What fails after the answer has begun is raised: the server cuts the connection."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        scope["path"] = _with_slashes_kept(scope)
        request = Request(scope, receive)
        has_begun = False

        async def watch(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            if not request.url.path.startswith(_OPEN):
                request.state.caller = await self._caller(request)
            await self._app(scope, _once(await _read(request), receive), watch)
        except ClientDisconnect:
            return None  # nobody is left to answer
        except Exception as err:
            if has_begun:
                raise
            if isinstance(err, ErrUnauthorized) and not _is_api(request):
                log_answer(request, err, 303)
                return await RedirectResponse(LOGIN, 303)(scope, receive, watch)
            return await respond(request, err)(scope, receive, watch)

    async def _caller(self, request: Request) -> Caller:
        if not _is_api(request):
            return await self._doorkeeper.who(request.cookies.get(COOKIE))
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return await self._doorkeeper.who(token.strip() if scheme.lower() == "bearer" else None)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith(_API)


def _with_slashes_kept(scope: Scope) -> str:
    """The path with `%2F` as it was sent: there it is part of a name."""
    raw: bytes = scope.get("raw_path") or b""
    text = raw.split(b"?")[0].decode("ascii", "replace")
    return unquote(text.replace("%2F", "%252F").replace("%2f", "%252F")) if text else str(scope["path"])


async def _read(request: Request) -> bytes:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > LARGEST_BODY:
        raise ErrTooMuch
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > LARGEST_BODY:
            raise ErrTooMuch
        pieces.append(piece)
    return b"".join(pieces)


def _once(body: bytes, receive: Receive) -> Receive:
    """What gives the body that was read, and then whatever comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give
