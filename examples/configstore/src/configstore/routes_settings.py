"""The routes of secrets and variables; the same for projects and for project groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Path, Query, Response

from clients.configstore import Secret, SecretRequest, Variable, VariableName, VariableRequest

from .params import AnyRef, NameInPath, Overridden, Tree
from .settings import SECRET, VARIABLE, Settings
from .tree import GROUP, PROJECT

if TYPE_CHECKING:
    from fastapi import APIRouter

    from .service import Service

_Variable = Annotated[VariableName, Path()]


def add_setting_routes(router: APIRouter, service: Service) -> None:
    """Secrets and variables of both."""
    for type in (PROJECT, GROUP):
        _add_secret_routes(router, service, type)
        _add_variable_routes(router, service, type)


def _add_secret_routes(router: APIRouter, service: Service, type: str) -> None:
    path = f"/{type}s/{{ref}}/secrets"

    @router.get(path, name=f"list_{type}_secrets")
    async def list_secrets(
        ref: AnyRef,
        tree: Tree = False,
        overridden: Overridden = False,
        reveal: Annotated[bool, Query(description="With their values.")] = False,
    ) -> list[Secret]:
        """The secrets."""
        async with service.records() as records:
            settings = Settings(records, service.vault)
            return await settings.list_secrets(type, ref, tree=tree, overridden=overridden, reveal=reveal)

    @router.post(path, status_code=201, name=f"create_{type}_secret")
    async def create_secret(ref: AnyRef, request: SecretRequest) -> Secret:
        """Keep a secret."""
        async with service.records() as records:
            return await Settings(records, service.vault).create_secret(type, ref, request)

    @router.put(path + "/{name}", name=f"update_{type}_secret")
    async def update_secret(ref: AnyRef, name: NameInPath, request: SecretRequest) -> Secret:
        """Replace a secret."""
        async with service.records() as records:
            return await Settings(records, service.vault).update_secret(type, ref, name, request)

    @router.delete(path + "/{name}", status_code=204, name=f"delete_{type}_secret")
    async def delete_secret(ref: AnyRef, name: NameInPath) -> Response:
        """Delete a secret."""
        async with service.records() as records:
            await Settings(records, service.vault).delete(SECRET, type, ref, name)
        return Response(status_code=204)


def _add_variable_routes(router: APIRouter, service: Service, type: str) -> None:
    path = f"/{type}s/{{ref}}/variables"

    @router.get(path, name=f"list_{type}_variables")
    async def list_variables(ref: AnyRef, tree: Tree = False, overridden: Overridden = False) -> list[Variable]:
        """The variables."""
        async with service.records() as records:
            settings = Settings(records, service.vault)
            return await settings.list_variables(type, ref, tree=tree, overridden=overridden)

    @router.post(path, status_code=201, name=f"create_{type}_variable")
    async def create_variable(ref: AnyRef, request: VariableRequest) -> Variable:
        """Keep a variable."""
        async with service.records() as records:
            return await Settings(records, service.vault).create_variable(type, ref, request)

    @router.put(path + "/{name}", name=f"update_{type}_variable")
    async def update_variable(ref: AnyRef, name: _Variable, request: VariableRequest) -> Variable:
        """Replace a variable."""
        async with service.records() as records:
            return await Settings(records, service.vault).update_variable(type, ref, name, request)

    @router.delete(path + "/{name}", status_code=204, name=f"delete_{type}_variable")
    async def delete_variable(ref: AnyRef, name: _Variable) -> Response:
        """Delete a variable."""
        async with service.records() as records:
            await Settings(records, service.vault).delete(VARIABLE, type, ref, name)
        return Response(status_code=204)
