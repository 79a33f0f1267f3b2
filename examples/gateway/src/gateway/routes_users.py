"""The routes of users: for the admin, and of their own for users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Response

from apierrors import ErrConflict, ErrNotExist
from stackerr import wrapping

from .answers import Token, User, Version
from .errors import missing, passing_on
from .params import Name, NameRequest, PathName, UserRequest, WhoAsks

if TYPE_CHECKING:
    from fastapi import APIRouter

    from .behind import Behind
    from .caller import Caller

VERSION = "0.1.0"


def add_user_routes(router: APIRouter, behind: Behind) -> None:
    """Users and their tokens."""
    store = behind.configstore

    @router.get("/version")
    async def get_version() -> Version:
        """Which gateway it is."""
        return Version(version=VERSION)

    @router.get("/user")
    async def get_me(caller: WhoAsks) -> User:
        """The user whose token it is."""
        if caller.user is None:
            raise missing("user", "with the admin's token")
        return User.of(caller.user)

    @router.post("/users", status_code=201)
    async def create_user(caller: WhoAsks, request: UserRequest) -> User:
        """Make a user."""
        caller.check_admin()
        with wrapping("create user %s", request.name), passing_on({ErrConflict: f"there is a user {request.name}"}):
            return User.of(await store.create_user(request.name, admin=request.admin))

    @router.get("/users")
    async def list_users(
        caller: WhoAsks, start: Name | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> list[User]:
        """Users in the order of their names."""
        caller.check_admin()
        with wrapping("list users"), passing_on():
            return [User.of(user) for user in await store.list_users(start=start, limit=limit)]

    @router.delete("/users/{name}", status_code=204)
    async def delete_user(caller: WhoAsks, name: PathName) -> Response:
        """Delete a user who has nothing left."""
        caller.check_admin()
        words = {ErrConflict: f"user {name} has projects or project groups", ErrNotExist: f"there is no user {name}"}
        with wrapping("delete user %s", name), passing_on(words):
            await store.delete_user(f"user/{name}")
        return Response(status_code=204)

    @router.post("/users/{name}/tokens", status_code=201)
    async def create_token(caller: WhoAsks, name: PathName, request: NameRequest) -> Token:
        """Make a token."""
        _check_self(caller, name)
        words = {ErrConflict: f"there is a token {request.name}", ErrNotExist: f"there is no user {name}"}
        with wrapping("create a token of user %s", name), passing_on(words):
            return Token(token=await store.create_token(f"user/{name}", request.name))

    @router.delete("/users/{name}/tokens/{token_name}", status_code=204)
    async def delete_token(caller: WhoAsks, name: PathName, token_name: PathName) -> Response:
        """Make a token void."""
        _check_self(caller, name)
        with wrapping("delete a token of user %s", name), passing_on({ErrNotExist: f"there is no token {token_name}"}):
            await store.delete_token(f"user/{name}", token_name)
        return Response(status_code=204)


def _check_self(caller: Caller, name: str) -> None:
    """Others than oneself are not there, but for admins."""
    if not caller.is_admin and (caller.user is None or caller.user.name != name):
        raise missing("user", name)
