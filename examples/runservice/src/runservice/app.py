"""The HTTP application of an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

import kvstore
import objectstorage
from serving import Guard, answer_errors

from . import _client_routes, _executor_routes, _maintenance_routes
from ._wire import API

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from .service import Service

_ROUTERS = (_client_routes.router, _executor_routes.router, _maintenance_routes.router)
_UPLOADS = (f"{API}/import", f"{API}/executor/caches/")
_POLLED = (f"{API}/executor/",)  # a 404 is how executors learn that they may forget
_PASSING = (kvstore.ErrUnavailable, kvstore.ErrLeaseExpired, objectstorage.ErrUnavailable)


class _Counted:
    """Counts the requests that are under way, for which a mode waits."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        async with self._service.request():
            await self._app(scope, receive, send)


def make_app(service: Service) -> FastAPI:
    """The application that answers for an instance.

    Args:
        service: the instance; it must be running.
    """
    settings = service.settings
    app = FastAPI(title="runservice", version="1alpha", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.service = service
    for router in _ROUTERS:
        app.include_router(router)
    answer_errors(app)
    app.add_middleware(_Counted, service=service)
    # all is streamed: which token is wanted is known to the routes, and no body is read before it was shown
    streamed = {**dict.fromkeys(_UPLOADS, settings.largest_upload), "/": settings.largest_request}
    app.add_middleware(Guard, limit=settings.largest_request, streamed=streamed, passing=_PASSING, polled=_POLLED)
    return app
