"""The application: all routes under one roof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI

from clients.query import API

from .gate import Gate
from .problems import ERRORS, answer_errors
from .routes_projects import add_group_routes, add_project_routes
from .routes_settings import add_setting_routes
from .routes_upkeep import add_upkeep_routes
from .routes_users import add_user_routes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .service import Service


def make_app(service: Service, tokens: Sequence[str]) -> FastAPI:
    """The application.

    Args:
        service: whose routes they are.
        tokens: what a caller has to show one of.
    """
    app = FastAPI(title="configstore", version="v1alpha", docs_url=None, redoc_url=None, strict_content_type=True)
    answer_errors(app)
    app.add_middleware(Gate, tokens=tuple(tokens), import_path=f"{API}/import")
    router = APIRouter(prefix=API, responses=ERRORS)
    for add in (add_user_routes, add_project_routes, add_group_routes, add_setting_routes, add_upkeep_routes):
        add(router, service)
    app.include_router(router)
    app.state.routes = router.routes
    make_schema = app.openapi
    app.openapi = lambda: _without_422(make_schema())  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _without_422(schema: dict[str, Any]) -> dict[str, Any]:
    """Drop an answer that the framework documents and that nobody gets: it is a 400 here."""
    for path in schema["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    for unused in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(unused, None)
    return schema
