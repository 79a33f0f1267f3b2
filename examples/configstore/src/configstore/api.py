"""The application: all routes under one roof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI

import kvstore
import objectstorage
from clients.query import API
from serving import Guard, answer_errors, describe, wants_token

from .routes_projects import add_group_routes, add_project_routes
from .routes_settings import add_setting_routes
from .routes_upkeep import add_upkeep_routes
from .routes_users import add_user_routes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .service import Service

LARGEST_BODY, LARGEST_IMPORT = 8 << 20, 16 << 30
_PASSING = (kvstore.ErrUnavailable, kvstore.ErrLeaseExpired, objectstorage.ErrUnavailable)
_ERRORS = describe(
    {
        400: "What was asked for makes no sense.",
        401: "It is not known who asks.",
        403: "It is not allowed.",
        404: "It is not there.",
        409: "It is there already, or somebody else was faster.",
        413: "It is too large.",
        503: "In maintenance, or not able to answer now.",
    }
)


def make_app(service: Service, tokens: Sequence[str]) -> FastAPI:
    """The application.

    Args:
        service: whose routes they are.
        tokens: what a caller has to show one of.
    """
    app = FastAPI(title="configstore", version="v1alpha", docs_url=None, redoc_url=None, strict_content_type=True)
    answer_errors(app)
    app.add_middleware(
        Guard,
        limit=LARGEST_BODY,
        admit=wants_token(tokens),
        streamed={f"{API}/import": LARGEST_IMPORT},
        keep_slashes=True,
        passing=_PASSING,
    )
    router = APIRouter(prefix=API, responses=_ERRORS)
    for add in (add_user_routes, add_project_routes, add_group_routes, add_setting_routes, add_upkeep_routes):
        add(router, service)
    app.include_router(router)
    return app
