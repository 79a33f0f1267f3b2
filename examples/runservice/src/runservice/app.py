"""The HTTP application of an instance."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException

from . import _client_routes, _executor_routes, _maintenance_routes
from ._guard import Guard, answer_http_error, answer_validation_error

if TYPE_CHECKING:
    from ._service import Service

ROUTERS = (_client_routes.router, _executor_routes.router, _maintenance_routes.router)
ROUTES = [route for router in ROUTERS for route in router.routes]


def make_app(service: Service) -> FastAPI:
    """The application that answers for an instance.

    Args:
        service: the instance; it must be running.
    """
    app = FastAPI(
        title="runservice",
        version="1alpha",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        exception_handlers={HTTPException: answer_http_error, RequestValidationError: answer_validation_error},
    )
    app.state.service = service
    app.state.routes = ROUTES
    app.state.parameters = _parameters()
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Guard, service=service)
    return app


@cache
def _parameters() -> dict[tuple[str, str], set[str]]:
    """The names of the parameters after the question mark, by path and method."""
    document = get_openapi(title="", version="", routes=ROUTES)
    return {
        (path, method.upper()): {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; what the framework says of status 422, which is never sent, is left out."""
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
    return document
