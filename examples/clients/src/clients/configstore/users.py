"""What clients ask of the configstore about users and their tokens."""

from __future__ import annotations

from clients.client import Client
from clients.query import API, part
from stackerr import wrapping

from .objects import User
from .requests import AuthenticateRequest, TokenCreateRequest, TokenCreateResponse, UserCreateRequest


class UserCalls(Client):
    """The routes of users."""

    async def create_user(self, name: str, *, admin: bool = False) -> User:
        """Make a user, and the project group that is the root of what the user has."""
        with wrapping("create user %s", name, user=name):
            return await self.call("POST", f"{API}/users", User, body=UserCreateRequest(name=name, admin=admin))

    async def list_users(self, *, start: str | None = None, limit: int = 100) -> list[User]:
        """Users in the order of their names, those after `start`."""
        with wrapping("list users"):
            return await self.call("GET", f"{API}/users", list[User], query={"start": start, "limit": limit})

    async def get_user(self, ref: str) -> User:
        """A user."""
        with wrapping("get user %s", ref, user=ref):
            return await self.call("GET", f"{API}/users/{part(ref)}", User)

    async def delete_user(self, ref: str) -> None:
        """Delete a user who has no project and no group left."""
        with wrapping("delete user %s", ref, user=ref):
            await self.call("DELETE", f"{API}/users/{part(ref)}")

    async def create_token(self, ref: str, name: str) -> str:
        """Make a token of that name for a user; nobody can ask for it again."""
        with wrapping("create token %s of user %s", name, ref, user=ref):
            body = TokenCreateRequest(name=name)
            answer = await self.call("POST", f"{API}/users/{part(ref)}/tokens", TokenCreateResponse, body=body)
        return answer.token

    async def delete_token(self, ref: str, name: str) -> None:
        """Make a token void."""
        with wrapping("delete token %s of user %s", name, ref, user=ref):
            await self.call("DELETE", f"{API}/users/{part(ref)}/tokens/{part(name)}")

    async def authenticate(self, token: str) -> User:
        """The user whose token it is; `is_remote(err, ErrNotExist)` of the error when it is nobody's."""
        with wrapping("authenticate a user"):
            return await self.call("POST", f"{API}/authenticate", User, body=AuthenticateRequest(token=token))
