"""The routes of secrets and variables; the same for projects and for project groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Path, Response

from apierrors import ErrConflict, ErrNotExist
from clients.configstore import Match, Parent, ParentType, When
from clients.configstore import VariableValue as StoredValue
from stackerr import wrapping

from .answers import Secret, Variable
from .config import EnvironmentName
from .errors import passing_on
from .params import PathName, PathRef, SecretRequest, Tree, ValueRequest, VariableRequest, WhoAsks

if TYPE_CHECKING:
    from fastapi import APIRouter

    from .behind import Behind
    from .caller import Caller

_Variable = Annotated[EnvironmentName, Path()]


def add_setting_routes(router: APIRouter, behind: Behind) -> None:
    """Secrets and variables of both."""
    for kind in (ParentType.PROJECT, ParentType.PROJECT_GROUP):
        _add_secret_routes(router, behind, kind)
        _add_variable_routes(router, behind, kind)


async def _find(behind: Behind, caller: Caller, kind: ParentType, ref: str) -> Parent:
    """The place, when it is there for the caller."""
    places = behind.places(caller)
    found = await (places.project(ref) if kind is ParentType.PROJECT else places.group(ref))
    return Parent(type=kind, id=found.id)


def _add_secret_routes(router: APIRouter, behind: Behind, kind: ParentType) -> None:
    path, store = f"/{kind.value}s/{{ref}}/secrets", behind.configstore

    @router.get(path, name=f"list_{kind.value}_secrets")
    async def list_secrets(caller: WhoAsks, ref: PathRef, tree: Tree = False) -> list[Secret]:
        """The secrets, without their values."""
        with wrapping("list the secrets of %s", ref):
            place = await _find(behind, caller, kind, ref)
            with passing_on():
                return [Secret.of(one) for one in await store.list_secrets(place, tree=tree)]

    @router.post(path, status_code=201, name=f"create_{kind.value}_secret")
    async def create_secret(caller: WhoAsks, ref: PathRef, request: SecretRequest) -> Secret:
        """Keep a secret."""
        with wrapping("create secret %s of %s", request.name, ref):
            place = await _find(behind, caller, kind, ref)
            with passing_on({ErrConflict: f"there is a secret {request.name}"}):
                return Secret.of(await store.create_secret(place, request.name, request.data))

    @router.put(path + "/{name}", name=f"update_{kind.value}_secret")
    async def update_secret(caller: WhoAsks, ref: PathRef, name: PathName, request: SecretRequest) -> Secret:
        """Replace the values of a secret, and its name."""
        with wrapping("update secret %s of %s", name, ref):
            place = await _find(behind, caller, kind, ref)
            words = {ErrConflict: f"there is a secret {request.name}", ErrNotExist: f"there is no secret {name}"}
            with passing_on(words):
                return Secret.of(await store.update_secret(place, name, request.data, new_name=request.name))

    @router.delete(path + "/{name}", status_code=204, name=f"delete_{kind.value}_secret")
    async def delete_secret(caller: WhoAsks, ref: PathRef, name: PathName) -> Response:
        """Delete a secret."""
        with wrapping("delete secret %s of %s", name, ref):
            place = await _find(behind, caller, kind, ref)
            with passing_on({ErrNotExist: f"there is no secret {name}"}):
                await store.delete_secret(place, name)
        return Response(status_code=204)


def _add_variable_routes(router: APIRouter, behind: Behind, kind: ParentType) -> None:
    path, store = f"/{kind.value}s/{{ref}}/variables", behind.configstore

    @router.get(path, name=f"list_{kind.value}_variables")
    async def list_variables(caller: WhoAsks, ref: PathRef, tree: Tree = False) -> list[Variable]:
        """The variables."""
        with wrapping("list the variables of %s", ref):
            place = await _find(behind, caller, kind, ref)
            with passing_on():
                return [Variable.of(one) for one in await store.list_variables(place, tree=tree)]

    @router.post(path, status_code=201, name=f"create_{kind.value}_variable")
    async def create_variable(caller: WhoAsks, ref: PathRef, request: VariableRequest) -> Variable:
        """Keep a variable."""
        with wrapping("create variable %s of %s", request.name, ref):
            place = await _find(behind, caller, kind, ref)
            values = [_stored(value) for value in request.values]
            with passing_on({ErrConflict: f"there is a variable {request.name}"}):
                return Variable.of(await store.create_variable(place, request.name, values))

    @router.delete(path + "/{name}", status_code=204, name=f"delete_{kind.value}_variable")
    async def delete_variable(caller: WhoAsks, ref: PathRef, name: _Variable) -> Response:
        """Delete a variable."""
        with wrapping("delete variable %s of %s", name, ref):
            place = await _find(behind, caller, kind, ref)
            with passing_on({ErrNotExist: f"there is no variable {name}"}):
                await store.delete_variable(place, name)
        return Response(status_code=204)


def _stored(value: ValueRequest) -> StoredValue:
    branch = Match(include=value.when.branch) if value.when and value.when.branch else None
    tag = Match(include=value.when.tag) if value.when and value.when.tag else None
    when = When(branch=branch, tag=tag) if branch or tag else None
    return StoredValue(secret_name=value.secret, secret_var=value.key, when=when)
