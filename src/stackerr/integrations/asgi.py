"""ASGI: an error that leaves the application is logged once, and answered with a problem document."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from .problem import answer, log_answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from typing import TypeAlias

    Message: TypeAlias = MutableMapping[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[Message]]
    Send: TypeAlias = Callable[[Message], Awaitable[None]]
    Application: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]


class ProblemMiddleware:
    """Answer with a problem document when an error leaves the application, and log the error once.

    Args:
        app: the ASGI application.
        logger: where to log; None is the logger `stackerr.asgi`.
        type_base: the URI that an error's `code` is put behind to make the document's `type`.

    An error that comes after the response has begun is raised on, unlogged: the server must cut the connection, and
    logs it. So is an error in a websocket or in the lifespan.

    Source: ASGI 3.0, HTTP & WebSocket message format; RFC 9457.

    >>> import asyncio
    >>> async def app(scope, receive, send):
    ...     raise KeyError("id")
    >>> async def send(message):
    ...     print(message["type"], message.get("status"))
    >>> silent = logging.getLogger("silent")
    >>> scope = {"type": "http", "method": "GET", "path": "/runs"}
    >>> asyncio.run(ProblemMiddleware(app, logger=silent)(scope, None, send))
    http.response.start 500
    http.response.body None
    """

    def __init__(self, app: Application, *, logger: logging.Logger | None = None, type_base: str | None = None) -> None:
        self.app = app
        self.logger: logging.Logger = logger or logging.getLogger("stackerr.asgi")
        self.type_base = type_base

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
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
            await self.app(scope, receive, watch)
        except Exception as err:
            if has_begun:
                raise
            await self._answer(err, scope, send)

    async def _answer(self, err: Exception, scope: Message, send: Send) -> None:
        method = scope["method"]
        answered = answer(err, method, self.type_base)
        path = scope.get("raw_path") or scope["path"].encode("utf-8", "backslashreplace")
        log_answer(self.logger, answered, method, path, err)
        headers = [(name.encode(), value.encode()) for name, value in answered.headers]
        await send({"type": "http.response.start", "status": answered.status, "headers": headers})
        await send({"type": "http.response.body", "body": answered.body})
