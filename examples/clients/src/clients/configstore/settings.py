"""What clients ask of the configstore about secrets and variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.client import Client
from clients.query import API, flag, part
from stackerr import wrapping

from .objects import Parent, ParentType, Secret, SecretData, Values, Variable
from .requests import SecretRequest, VariableRequest

if TYPE_CHECKING:
    from pydantic import BaseModel


class SettingCalls(Client):
    """The routes of secrets and variables; each is in a project or in a project group."""

    async def list_secrets(
        self, parent: Parent, *, tree: bool = False, overridden: bool = False, reveal: bool = False
    ) -> list[Secret]:
        """The secrets of a project or group.

        Args:
            parent: where they are; the id may be a path.
            tree: those of the groups around it too, the nearest first.
            overridden: of a name that occurs more than once in the tree, not the nearest alone.
            reveal: with their values.
        """
        with wrapping("list the secrets of %s %s", parent.type, parent.id):
            query = {"tree": flag(tree), "overridden": flag(overridden), "reveal": flag(reveal)}
            return await self.call("GET", _path(parent, "secrets"), list[Secret], query=query)

    async def create_secret(self, parent: Parent, name: str, data: SecretData) -> Secret:
        """Keep a secret."""
        with wrapping("create secret %s in %s %s", name, parent.type, parent.id, secret=name):
            body = SecretRequest(name=name, data=data)
            return await self.call("POST", _path(parent, "secrets"), Secret, body=body)

    async def update_secret(self, parent: Parent, name: str, data: SecretData, *, new_name: str = "") -> Secret:
        """Replace the values of a secret, and its name."""
        with wrapping("update secret %s in %s %s", name, parent.type, parent.id, secret=name):
            body = SecretRequest(name=new_name or name, data=data)
            return await self.call("PUT", _path(parent, "secrets", name), Secret, body=body)

    async def delete_secret(self, parent: Parent, name: str) -> None:
        """Delete a secret."""
        with wrapping("delete secret %s in %s %s", name, parent.type, parent.id, secret=name):
            await self.call("DELETE", _path(parent, "secrets", name))

    async def list_variables(self, parent: Parent, *, tree: bool = False, overridden: bool = False) -> list[Variable]:
        """The variables of a project or group; `tree` and `overridden` as for secrets."""
        with wrapping("list the variables of %s %s", parent.type, parent.id):
            query = {"tree": flag(tree), "overridden": flag(overridden)}
            return await self.call("GET", _path(parent, "variables"), list[Variable], query=query)

    async def create_variable(self, parent: Parent, name: str, values: Values) -> Variable:
        """Keep a variable."""
        return await self._send_variable("POST", parent, name, None, VariableRequest(name=name, values=values))

    async def update_variable(self, parent: Parent, name: str, values: Values, *, new_name: str = "") -> Variable:
        """Replace the values of a variable, and its name."""
        body = VariableRequest(name=new_name or name, values=values)
        return await self._send_variable("PUT", parent, name, name, body)

    async def _send_variable(
        self, method: str, parent: Parent, name: str, old_name: str | None, body: BaseModel
    ) -> Variable:
        what = "update" if old_name else "create"
        with wrapping("%s variable %s in %s %s", what, name, parent.type, parent.id, variable=name):
            return await self.call(method, _path(parent, "variables", old_name), Variable, body=body)

    async def delete_variable(self, parent: Parent, name: str) -> None:
        """Delete a variable."""
        with wrapping("delete variable %s in %s %s", name, parent.type, parent.id, variable=name):
            await self.call("DELETE", _path(parent, "variables", name))


def _path(parent: Parent, what: str, name: str | None = None) -> str:
    where = "projects" if parent.type is ParentType.PROJECT else "projectgroups"
    path = f"{API}/{where}/{part(parent.id)}/{what}"
    return f"{path}/{part(name)}" if name else path
