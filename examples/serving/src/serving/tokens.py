"""Who asks: a bearer token, for all paths alike or for each router its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from apierrors import ErrBadRequest, ErrUnauthorized
from clients import is_bearer
from stackerr import wrapping

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

_LONGEST = 200


def wants_token(tokens: Sequence[str]) -> Callable[[Request], Awaitable[None]]:
    """What `Guard` admits by: one of these tokens, shown as `Authorization: Bearer …`, compared in constant time."""

    async def admit(request: Request) -> None:
        _check(request, tokens)

    return admit


def guarded_router(tokens: Callable[[Request], Iterable[str]], **options: Any) -> APIRouter:
    """A router whose routes want a token of their own, and no parameters but those that they know.

    The token is looked at before anything else of the request; with `Guard(streamed={"/": …})` also before the body.

    Args:
        tokens: gives the tokens of which one must be shown as `Authorization: Bearer …`; compared in constant time.
        **options: those of `fastapi.APIRouter`.
    """

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()
            known: set[str] | None = None

            async def guarded(request: Request) -> Response:
                nonlocal known
                _check(request, tokens(request))
                known = _parameters(self) if known is None else known
                if unknown := sorted(set(request.query_params) - known):
                    text = f"unknown parameter: {', '.join(unknown)[:_LONGEST]}"
                    raise ErrBadRequest("unknown parameters", public=text)
                return await handle(request)

            return guarded

    return APIRouter(route_class=Guarded, **options)


def _check(request: Request, tokens: Iterable[str]) -> None:
    with wrapping("look at the token"):
        is_known = is_bearer(request.headers.get("authorization"), tokens)
    if not is_known:
        raise ErrUnauthorized("no token, or a wrong one", public="show a valid token")


def _parameters(route: APIRoute) -> set[str]:
    """The names of the parameters after the question mark."""
    with wrapping("look what parameters %s has", route.path):
        [path] = get_openapi(title="", version="", routes=[route])["paths"].values()
    return {
        each["name"] for operation in path.values() for each in operation.get("parameters", ()) if each["in"] == "query"
    }
