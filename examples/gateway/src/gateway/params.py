"""Parameters and bodies that several routes have: the gateway's own."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from urllib.parse import unquote

from fastapi import Depends, Path, Query, Request
from pydantic import BeforeValidator, Field, StringConstraints

from .caller import Caller
from .config import EnvironmentName, Written

Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64)]
Ref: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,20}$", max_length=1500),
]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=128)]
PathRef: TypeAlias = Annotated[Ref, Path(description="An id or a path; its slashes as %2F."), BeforeValidator(unquote)]
PathName: TypeAlias = Annotated[Name, Path()]
PathId: TypeAlias = Annotated[Id, Path()]
Limit: TypeAlias = Annotated[int, Query(ge=1, le=40)]
Tree: TypeAlias = Annotated[bool, Query(description="With those of the groups around it, the nearest first.")]
SecretValues: TypeAlias = Annotated[
    dict[EnvironmentName, Annotated[str, StringConstraints(max_length=65_536)]],
    Field(min_length=1, max_length=100, json_schema_extra={"additionalProperties": False}),
]
Patterns: TypeAlias = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=256)]], Field(min_length=1, max_length=50)
]


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


WhoAsks: TypeAlias = Annotated[Caller, Depends(_caller)]


class UserRequest(Written):
    """Make a user."""

    name: Name
    admin: bool = False


class NameRequest(Written):
    """Make a token of that name."""

    name: Name


class PlaceRequest(Written):
    """Make a project or a project group in a group."""

    name: Name
    parent: Ref


class SecretRequest(Written):
    """Make or replace a secret."""

    name: Name
    data: SecretValues = Field(repr=False)


class WhenRequest(Written):
    """For which branches or tags a value is meant, as patterns."""

    branch: Patterns | None = None
    tag: Patterns | None = None


class ValueRequest(Written):
    """One value that a variable may have: an entry of a secret."""

    secret: Name
    key: EnvironmentName
    when: WhenRequest | None = None


class VariableRequest(Written):
    """Make a variable."""

    name: EnvironmentName
    values: Annotated[list[ValueRequest], Field(min_length=1, max_length=50)]


class RestartRequest(Written):
    """Make a run again: all of it, or what did not succeed."""

    from_start: bool = True
