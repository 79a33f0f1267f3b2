"""The HTTP application of an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException

from . import _client_routes, _executor_routes, _maintenance_routes
from ._guard import Guard, answer_http_error, answer_validation_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._service import Service


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
    routers = [_client_routes.router, _executor_routes.router, _maintenance_routes.router]
    app.state.service = service
    app.state.routes = [route for router in routers for route in router.routes]
    for router in routers:
        app.include_router(router)
    app.state.parameters = dict(_parameters(describe(app)))
    app.add_middleware(Guard, service=service)
    return app


def _parameters(document: dict[str, Any]) -> Iterator[tuple[tuple[str, str], set[str]]]:
    """The names of the parameters after the question mark, by path and method."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parameters = operation.get("parameters", [])
            yield (path, method.upper()), {each["name"] for each in parameters if each["in"] == "query"}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; what the framework says of status 422, which is never sent, is left out."""
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
    return document
