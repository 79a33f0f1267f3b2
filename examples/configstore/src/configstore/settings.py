"""Secrets and variables: each has a name in a project or in a project group."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from apierrors import ErrConflict, ErrNotExist
from clients.configstore import Secret, Variable
from datamanager import Delete
from stackerr import wrapping

from .records import StoredSecret, new_id, put
from .tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from clients.configstore import SecretRequest, VariableRequest
    from datamanager import Action
    from vault import Vault

    from .records import Node, Records

S = TypeVar("S", StoredSecret, Variable)
SECRET, VARIABLE = "secret", "variable"


class Settings:
    """What can be done with secrets and variables.

    Args:
        records: where they are.
        vault: what seals the values of secrets.
    """

    def __init__(self, records: Records, vault: Vault) -> None:
        self.records = records
        self.vault = vault
        self.tree = Tree(records)

    async def list_secrets(self, type: str, ref: str, *, tree: bool, overridden: bool, reveal: bool) -> list[Secret]:
        """The secrets of a node, the nearest first; with their values if they are to be revealed."""
        with wrapping("list the secrets of %s %s", type, ref, ref=ref):
            node = await self.tree.node(type, ref)
            found = await self._list(StoredSecret, SECRET, node, tree=tree, overridden=overridden)
            return [self._shown(secret, reveal=reveal) for secret in found]

    async def list_variables(self, type: str, ref: str, *, tree: bool, overridden: bool) -> list[Variable]:
        """The variables of a node, the nearest first."""
        with wrapping("list the variables of %s %s", type, ref, ref=ref):
            node = await self.tree.node(type, ref)
            return await self._list(Variable, VARIABLE, node, tree=tree, overridden=overridden)

    async def _list(self, model: type[S], kind: str, node: Node, *, tree: bool, overridden: bool) -> list[S]:
        found: list[S] = []
        for place in await self.tree.around(node) if tree else [node]:
            names = {one.name for one in found}
            here = await self.records.find_all(model, kind, f"{place.id}/")
            found += [one for one in here if overridden or one.name not in names]
        return found

    async def create_secret(self, type: str, ref: str, request: SecretRequest) -> Secret:
        """Keep a secret.

        Raises:
            ErrConflict: the name is taken there.
        """
        stored = await self._write(SECRET, type, ref, None, self._sealing(request), StoredSecret, request.name)
        return self._shown(stored)

    async def update_secret(self, type: str, ref: str, name: str, request: SecretRequest) -> Secret:
        """Replace a secret."""
        stored = await self._write(SECRET, type, ref, name, self._sealing(request), StoredSecret, request.name)
        return self._shown(stored)

    async def create_variable(self, type: str, ref: str, request: VariableRequest) -> Variable:
        """Keep a variable.

        Raises:
            ErrConflict: the name is taken there.
        """
        return await self._write(VARIABLE, type, ref, None, _varying(request), Variable, request.name)

    async def update_variable(self, type: str, ref: str, name: str, request: VariableRequest) -> Variable:
        """Replace a variable."""
        return await self._write(VARIABLE, type, ref, name, _varying(request), Variable, request.name)

    async def delete(self, kind: str, type: str, ref: str, name: str) -> None:
        """Delete a secret or a variable."""
        with wrapping("delete %s %s of %s %s", kind, name, type, ref, ref=ref):
            key = f"{(await self.tree.node(type, ref)).id}/{name}"

            async def decide() -> tuple[None, list[Action]]:
                if await self.records.find_raw(kind, key) is None:
                    raise _missing(kind, name)
                return None, [Delete(kind, key)]

            await self.records.change([f"{kind}/{key}"], decide)

    async def _write(
        self, kind: str, type: str, ref: str, old: str | None, make: Callable[[str, Node], S], model: type[S], name: str
    ) -> S:
        """Create a setting, or replace the old one of that name."""
        with wrapping("%s %s %s of %s %s", "update" if old else "create", kind, name, type, ref, ref=ref):
            node_id = (await self.tree.node(type, ref)).id
            old_key, new_key = f"{node_id}/{old or name}", f"{node_id}/{name}"

            async def decide() -> tuple[S, list[Action]]:
                node = await self.tree.node(type, node_id)
                before = await self.records.find(model, kind, old_key) if old else None
                if old and before is None:
                    raise _missing(kind, old)
                if old != name and await self.records.find_raw(kind, new_key):
                    text = f"there is a {kind} named {name}"
                    raise ErrConflict(text, public=text, code="name_taken")
                made = make(before.id if before else new_id(), node)
                freed: list[Action] = [Delete(kind, old_key)] if old and old != name else []
                return made, [*freed, put(kind, new_key, made)]

            return await self.records.change([f"{kind}/{old_key}", f"{kind}/{new_key}", node_id], decide)

    def _sealing(self, request: SecretRequest) -> Callable[[str, Node], StoredSecret]:
        def make(id: str, node: Node) -> StoredSecret:
            sealed = self.vault.seal(id, request.data)
            return StoredSecret(id=id, name=request.name, parent=node.as_parent, sealed=sealed)

        return make

    def _shown(self, secret: StoredSecret, *, reveal: bool = False) -> Secret:
        with wrapping("tell of secret %s", secret.name, secret=secret.name):
            data = self.vault.open(secret.id, secret.sealed) if reveal else None
            return Secret(id=secret.id, name=secret.name, parent=secret.parent, data=data)


def _varying(request: VariableRequest) -> Callable[[str, Node], Variable]:
    def make(id: str, node: Node) -> Variable:
        return Variable(id=id, name=request.name, parent=node.as_parent, values=request.values)

    return make


def _missing(kind: str, name: str) -> ErrNotExist:
    text = f"there is no {kind} {name}"
    return ErrNotExist(text, public=text)
