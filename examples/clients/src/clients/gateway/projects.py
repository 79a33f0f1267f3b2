"""What users ask of the gateway about themselves, projects, secrets and variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from clients.client import Client
from clients.query import API, flag, part
from stackerr import wrapping

from .objects import Project, ProjectGroup, Secret, Token, User, Variable, VariableValue, Version
from .requests import NameRequest, PlaceRequest, SecretRequest, UserRequest, VariableRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Place: TypeAlias = Literal["projects", "projectgroups"]


class UserCalls(Client):
    """The routes of users; all but the first are for the admin."""

    async def me(self) -> User:
        """The user whose token it is; the admin's token is nobody's."""
        with wrapping("ask who I am"):
            return await self.call("GET", f"{API}/user", User)

    async def version(self) -> Version:
        """Which gateway it is."""
        with wrapping("ask for the version"):
            return await self.call("GET", f"{API}/version", Version)

    async def create_user(self, name: str, *, admin: bool = False) -> User:
        """Make a user."""
        with wrapping("create user %s", name, user=name):
            return await self.call("POST", f"{API}/users", User, body=UserRequest(name=name, admin=admin))

    async def list_users(self, *, start: str | None = None, limit: int = 100) -> list[User]:
        """Users in the order of their names."""
        with wrapping("list users"):
            return await self.call("GET", f"{API}/users", list[User], query={"start": start, "limit": limit})

    async def delete_user(self, name: str) -> None:
        """Delete a user who has nothing left."""
        with wrapping("delete user %s", name, user=name):
            await self.call("DELETE", f"{API}/users/{part(name)}")

    async def create_token(self, user: str, name: str) -> str:
        """Make a token for a user; users may make their own."""
        with wrapping("create token %s of user %s", name, user, user=user):
            body = NameRequest(name=name)
            return (await self.call("POST", f"{API}/users/{part(user)}/tokens", Token, body=body)).token

    async def delete_token(self, user: str, name: str) -> None:
        """Make a token void."""
        with wrapping("delete token %s of user %s", name, user, user=user):
            await self.call("DELETE", f"{API}/users/{part(user)}/tokens/{part(name)}")


class ProjectCalls(Client):
    """The routes of projects and project groups; a `ref` is an id, or a path such as `user/ann/tools/web`."""

    async def create_project_group(self, name: str, parent: str) -> ProjectGroup:
        """Make a project group in another one."""
        with wrapping("create project group %s in %s", name, parent, project_group=name):
            body = PlaceRequest(name=name, parent=parent)
            return await self.call("POST", f"{API}/projectgroups", ProjectGroup, body=body)

    async def list_groups(self, ref: str) -> list[ProjectGroup]:
        """The groups that are directly in a group."""
        with wrapping("list the groups in %s", ref, project_group=ref):
            return await self.call("GET", f"{API}/projectgroups/{part(ref)}/subgroups", list[ProjectGroup])

    async def delete_project_group(self, ref: str) -> None:
        """Delete a project group in which nothing is."""
        with wrapping("delete project group %s", ref, project_group=ref):
            await self.call("DELETE", f"{API}/projectgroups/{part(ref)}")

    async def create_project(self, name: str, parent: str) -> Project:
        """Make a project in a group."""
        with wrapping("create project %s in %s", name, parent, project=name):
            body = PlaceRequest(name=name, parent=parent)
            return await self.call("POST", f"{API}/projects", Project, body=body)

    async def get_project(self, ref: str) -> Project:
        """A project."""
        with wrapping("get project %s", ref, project=ref):
            return await self.call("GET", f"{API}/projects/{part(ref)}", Project)

    async def list_projects(self, ref: str) -> list[Project]:
        """The projects that are directly in a group."""
        with wrapping("list the projects in %s", ref, project_group=ref):
            return await self.call("GET", f"{API}/projectgroups/{part(ref)}/projects", list[Project])

    async def delete_project(self, ref: str) -> None:
        """Delete a project with its secrets and variables."""
        with wrapping("delete project %s", ref, project=ref):
            await self.call("DELETE", f"{API}/projects/{part(ref)}")


class SettingCalls(Client):
    """The routes of secrets and variables, for projects and for project groups."""

    async def list_secrets(self, ref: str, *, of: Place = "projects", tree: bool = False) -> list[Secret]:
        """The secrets of a place; `tree` adds those of the groups around it."""
        with wrapping("list the secrets of %s", ref):
            return await self.call("GET", f"{API}/{of}/{part(ref)}/secrets", list[Secret], query={"tree": flag(tree)})

    async def create_secret(self, ref: str, name: str, data: Mapping[str, str], *, of: Place = "projects") -> Secret:
        """Keep a secret."""
        with wrapping("create secret %s of %s", name, ref, secret=name):
            body = SecretRequest(name=name, data=dict(data))
            return await self.call("POST", f"{API}/{of}/{part(ref)}/secrets", Secret, body=body)

    async def update_secret(self, ref: str, name: str, data: Mapping[str, str], *, of: Place = "projects") -> Secret:
        """Replace the values of a secret."""
        with wrapping("update secret %s of %s", name, ref, secret=name):
            body = SecretRequest(name=name, data=dict(data))
            return await self.call("PUT", f"{API}/{of}/{part(ref)}/secrets/{part(name)}", Secret, body=body)

    async def delete_secret(self, ref: str, name: str, *, of: Place = "projects") -> None:
        """Delete a secret."""
        with wrapping("delete secret %s of %s", name, ref, secret=name):
            await self.call("DELETE", f"{API}/{of}/{part(ref)}/secrets/{part(name)}")

    async def list_variables(self, ref: str, *, of: Place = "projects", tree: bool = False) -> list[Variable]:
        """The variables of a place; `tree` adds those of the groups around it."""
        with wrapping("list the variables of %s", ref):
            path = f"{API}/{of}/{part(ref)}/variables"
            return await self.call("GET", path, list[Variable], query={"tree": flag(tree)})

    async def create_variable(
        self, ref: str, name: str, values: Sequence[VariableValue], *, of: Place = "projects"
    ) -> Variable:
        """Keep a variable; the first of its values that is meant for a run counts."""
        with wrapping("create variable %s of %s", name, ref, variable=name):
            body = VariableRequest(name=name, values=list(values))
            return await self.call("POST", f"{API}/{of}/{part(ref)}/variables", Variable, body=body)

    async def delete_variable(self, ref: str, name: str, *, of: Place = "projects") -> None:
        """Delete a variable."""
        with wrapping("delete variable %s of %s", name, ref, variable=name):
            await self.call("DELETE", f"{API}/{of}/{part(ref)}/variables/{part(name)}")
