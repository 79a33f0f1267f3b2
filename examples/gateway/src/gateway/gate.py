"""Who may pass: programs show their token in a header, the pages have it in a cookie.

The one is no good for the other's routes: no other site can make a browser use the API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .caller import Doorkeeper

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


def is_api(request: Request) -> bool:
    """Whether a program asks, and not a browser."""
    return request.url.path.startswith(_API)


def admit_by(doorkeeper: Doorkeeper) -> Callable[[Request], Awaitable[None]]:
    """What the guard admits by: somebody's token, on every path but the login's.

    Args:
        doorkeeper: finds out who asks; the routes find that in the state of the request.
    """

    async def admit(request: Request) -> None:
        if not request.url.path.startswith(_OPEN):
            token = _shown(request) if is_api(request) else request.cookies.get(COOKIE)
            request.state.caller = await doorkeeper.who(token)

    return admit


def _shown(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


class Secured:
    """Gives every answer the headers that keep a browser from doing what it should not.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_secured)
