"""What comes before every route: who asks, how much is sent, and what becomes of an error that nobody else answers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request

from apierrors import ErrUnauthorized
from clients import is_bearer
from stackerr import wrapping

from .errors import ErrTooMuch
from .problems import respond

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 8 << 20
LARGEST_IMPORT = 16 << 30


class Gate:
    """Lets through who has the token, and no more of a body than is wanted.

    Args:
        app: what is behind.
        tokens: one of these must be shown; compared in constant time.
        import_path: where bodies are large, and are read by the route piece by piece.
    """

    def __init__(self, app: ASGIApp, tokens: Sequence[str], import_path: str) -> None:
        self._app = app
        self._tokens = tokens
        self._import_path = import_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. What fails after the answer has begun is raised: the server cuts the connection."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        scope["path"] = _with_slashes_kept(scope)
        request = Request(scope, receive)
        has_begun = False

        async def watch(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            self._check(request)
            await self._app(scope, await self._bound(request, receive), watch)
        except ClientDisconnect:
            return None  # nobody is left to answer
        except Exception as err:
            if has_begun:
                raise
            return await respond(request, err)(scope, receive, send)

    def _check(self, request: Request) -> None:
        with wrapping("look at the token"):
            is_known = is_bearer(request.headers.get("authorization"), self._tokens)
        if not is_known:
            raise ErrUnauthorized("no token, or a wrong one", public="show a valid token")

    async def _bound(self, request: Request, receive: Receive) -> Receive:
        """The body, with an end to it."""
        is_import = request.url.path == self._import_path
        largest = LARGEST_IMPORT if is_import else LARGEST_BODY
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > largest:
            raise ErrTooMuch
        bounded = _counted(receive, largest)
        return bounded if is_import else _once(await _read(bounded), receive)


def _with_slashes_kept(scope: Scope) -> str:
    """The path with `%2F` as it was sent: there it is part of a name."""
    raw: bytes = scope.get("raw_path") or b""
    text = raw.split(b"?")[0].decode("ascii", "replace")
    return unquote(text.replace("%2F", "%252F").replace("%2f", "%252F")) if text else str(scope["path"])


def _counted(receive: Receive, largest: int) -> Receive:
    size = 0

    async def give() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > largest:
            raise ErrTooMuch
        return message

    return give


async def _read(receive: Receive) -> bytes:
    pieces = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(pieces)


def _once(body: bytes, receive: Receive) -> Receive:
    """What gives the body that was read, and then whatever comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give
