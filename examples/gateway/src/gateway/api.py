"""The application: all routes under one roof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI

from clients.query import API
from stackerr import wrapping

from .gate import Gate
from .pages import add_pages
from .problems import ERRORS, answer_errors
from .routes_projects import add_project_routes
from .routes_runs import CONFIG_SCHEMAS, add_run_routes
from .routes_settings import add_setting_routes
from .routes_users import VERSION, add_user_routes

if TYPE_CHECKING:
    from .behind import Behind


def make_app(behind: Behind) -> FastAPI:
    """The application.

    Args:
        behind: the services behind it.
    """
    app = FastAPI(title="gateway", version=VERSION, docs_url=None, redoc_url=None, strict_content_type=True)
    answer_errors(app)
    app.add_middleware(Gate, doorkeeper=behind.doorkeeper)
    router = APIRouter(prefix=API, responses=ERRORS)
    for add in (add_user_routes, add_project_routes, add_setting_routes, add_run_routes):
        add(router, behind)
    pages = APIRouter(include_in_schema=False)
    with wrapping("add the pages"):
        add_pages(pages, behind)
    app.include_router(router)
    app.include_router(pages)
    app.state.routes = [*router.routes, *pages.routes]
    make_schema = app.openapi
    app.openapi = lambda: _mend(make_schema())  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _mend(schema: dict[str, Any]) -> dict[str, Any]:
    """Drop an answer that nobody gets, and add what a body of two media types refers to."""
    for path in schema["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    schemas = schema["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for name, config_schema in CONFIG_SCHEMAS.items():
        if schemas.setdefault(name, config_schema) is not config_schema:
            raise ValueError(f"two types are called {name} in the OpenAPI document: rename one")
    schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    schema["security"] = [{"token": []}]
    return schema
