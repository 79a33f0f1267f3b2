"""Around every request: who asks, how much is sent, and what becomes of an error that nobody else answers."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from apierrors import ErrInternal, answer, is_err_api, problem
from stackerr import is_err, mark

from .body import announced, bounded, read_whole
from .errors import ErrMaintenance, ErrTooMuch, ErrUnavailable
from .problems import methods_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from apierrors import Problem


class Guard:
    """Lets through who may ask, and no more of a body than is wanted; answers an error, and logs it once.

    An error that comes after the answer has begun is raised on: the server cuts the connection, and logs it.

    Args:
        app: the application.
        limit: the bytes that a body may have.
        admit: looks at a request before anything of its body is read, and raises when it may not go on; for all paths,
            those that are none included.
        streamed: how the paths begin whose bodies routes read piece by piece, and the bytes that these may have. All
            others are read before the route, so that nothing is done for a body that is too large.
        keep_slashes: whether `%2F` in a path stays as it is, as part of a name.
        passing: errors that say that something below gives no answer: they are answered as `ErrUnavailable`.
        polled: how the paths begin that programs ask all the time, so that a 404 is worth no line.
        show: the answer for people instead of the problem document, or None.
    """

    def __init__(
        self,
        app: ASGIApp,
        limit: int,
        *,
        admit: Callable[[Request], Awaitable[None]] | None = None,
        streamed: Mapping[str, int] | None = None,
        keep_slashes: bool = False,
        passing: tuple[type[BaseException], ...] = (),
        polled: tuple[str, ...] = (),
        show: Callable[[Request, Problem], Response | None] | None = None,
    ) -> None:
        self._app = app
        self._limit = limit
        self._admit = admit
        self._streamed = streamed or {}
        self._keep_slashes = keep_slashes
        self._passing = passing
        self._polled = polled
        self._show = show

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
            await self._let_through(scope, receive, watch)
        except ClientDisconnect:
            return None  # nobody is left to answer
        except Exception as err:
            if has_begun:
                raise
            await self._respond(err, scope)(scope, receive, send)

    async def _let_through(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._keep_slashes:
            scope["path"] = _with_slashes_kept(scope)
        if self._admit:
            await self._admit(Request(scope))
        starts = [start for start in self._streamed if scope["path"].startswith(start)]
        limit = self._streamed[starts[0]] if starts else self._limit
        if announced(scope) > limit:
            raise ErrTooMuch(f"the body has more than {limit} bytes", limit=limit)
        body = bounded(receive, limit)
        await self._app(scope, body if starts else await read_whole(body), send)

    def _respond(self, err: Exception, scope: Scope) -> Response:
        # what lies below has words and codes of its own, which were not said to this caller
        kind = ErrUnavailable if is_err(err, self._passing) else ErrInternal
        public = err if is_err_api(err) else mark(err, kind)
        shown = self._show(Request(scope), problem(public)) if self._show else None
        response = shown or _document(public, scope)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response.headers["allow"] = ", ".join(methods_of(scope))
        log = logging.getLogger(scope["app"].title)
        level = self._level(public, response.status_code, scope["path"])
        log.log(level, "%s %r is answered %d", scope["method"], scope["path"], response.status_code, exc_info=err)
        return response

    def _level(self, err: Exception, status: int, path: str) -> int:
        """How much an operator cares: a fault is an error; what passes by itself, or is meant, is none."""
        if is_err(err, ErrMaintenance):
            return logging.INFO
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            return logging.WARNING
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return logging.ERROR
        is_daily = status == HTTPStatus.NOT_FOUND and path.startswith(self._polled)
        return logging.DEBUG if is_daily else logging.INFO


def _document(err: Exception, scope: Scope) -> Response:
    said = answer(err)
    return Response(b"" if scope["method"] == "HEAD" else said.body, said.status, dict(said.headers))


def _with_slashes_kept(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or b""
    text = raw.split(b"?")[0].decode("ascii", "replace")
    return unquote(text.replace("%2F", "%252F").replace("%2f", "%252F")) if text else str(scope["path"])
