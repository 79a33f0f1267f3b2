"""The routes of users and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response

from clients.configstore import (
    AuthenticateRequest,
    TokenCreateRequest,
    TokenCreateResponse,
    User,
    UserCreateRequest,
)

from .params import AnyRef, Limit, NameInPath, Start
from .users import Users

if TYPE_CHECKING:
    from fastapi import APIRouter

    from .service import Service


def add_user_routes(router: APIRouter, service: Service) -> None:
    """Users, their tokens, and whose token one is."""

    @router.post("/users", status_code=201)
    async def create_user(request: UserCreateRequest) -> User:
        """Make a user."""
        async with service.records() as records:
            return await Users(records).create(request.name, admin=request.admin)

    @router.get("/users")
    async def list_users(start: Start = None, limit: Limit = 100) -> list[User]:
        """Users in the order of their names."""
        async with service.records() as records:
            return await Users(records).list(start or "", limit)

    @router.get("/users/{ref}")
    async def get_user(ref: AnyRef) -> User:
        """A user."""
        async with service.records() as records:
            return await Users(records).get(ref)

    @router.delete("/users/{ref}", status_code=204)
    async def delete_user(ref: AnyRef) -> Response:
        """Delete a user who has nothing left."""
        async with service.records() as records:
            await Users(records).delete(ref)
        return Response(status_code=204)

    @router.post("/users/{ref}/tokens", status_code=201)
    async def create_token(ref: AnyRef, request: TokenCreateRequest) -> TokenCreateResponse:
        """Make a token."""
        async with service.records() as records:
            return TokenCreateResponse(token=await Users(records).create_token(ref, request.name))

    @router.delete("/users/{ref}/tokens/{name}", status_code=204)
    async def delete_token(ref: AnyRef, name: NameInPath) -> Response:
        """Make a token void."""
        async with service.records() as records:
            await Users(records).delete_token(ref, name)
        return Response(status_code=204)

    @router.post("/authenticate")
    async def authenticate(request: AuthenticateRequest) -> User:
        """The user whose token it is."""
        async with service.records() as records:
            return await Users(records).authenticate(request.token)
