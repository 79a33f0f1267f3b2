"""The application: all routes under one roof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI

from clients.query import API
from serving import Guard, answer_errors, describe, document
from stackerr import wrapping

from .gate import Secured, admit_by, is_api
from .pages import add_pages, show_error
from .routes_projects import add_project_routes
from .routes_runs import CONFIG_SCHEMAS, add_run_routes
from .routes_settings import add_setting_routes
from .routes_users import VERSION, add_user_routes

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from apierrors import Problem

    from .behind import Behind

LARGEST_BODY = 4 << 20
_ERRORS = describe(
    {
        400: "What was asked for makes no sense.",
        401: "It is not known who asks.",
        403: "It is not allowed.",
        404: "It is not there, or somebody else's.",
        409: "It is there already, or cannot be done now.",
        413: "It is too large.",
        500: "A service behind the gateway has failed.",
        503: "It cannot be answered now, or there is maintenance: try again later.",
    }
)


def make_app(behind: Behind) -> FastAPI:
    """The application.

    Args:
        behind: the services behind it.
    """
    app = FastAPI(title="gateway", version=VERSION, docs_url=None, redoc_url=None, strict_content_type=True)
    answer_errors(app)
    app.add_middleware(Guard, limit=LARGEST_BODY, admit=admit_by(behind.doorkeeper), keep_slashes=True, show=_show)
    app.add_middleware(Secured)
    router = APIRouter(prefix=API, responses=_ERRORS)
    for add in (add_user_routes, add_project_routes, add_setting_routes, add_run_routes):
        add(router, behind)
    pages = APIRouter(include_in_schema=False)
    with wrapping("add the pages"):
        add_pages(pages, behind)
    app.include_router(router)
    app.include_router(pages)
    app.openapi = lambda: _describe(app)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _show(request: Request, said: Problem) -> Response | None:
    """Programs get a problem document, browsers a page."""
    with wrapping("make a page of an error"):
        return None if is_api(request) else show_error(said)


def _describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with what a body of two media types refers to."""
    schema = document(app)
    schemas = schema["components"]["schemas"]
    for name, config_schema in CONFIG_SCHEMAS.items():
        if schemas.setdefault(name, config_schema) is not config_schema:
            raise ValueError(f"two types are called {name} in the OpenAPI document: rename one")
    schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    schema["security"] = [{"token": []}]
    return schema
