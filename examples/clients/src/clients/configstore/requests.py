"""What is sent to the configstore, and the answers that are no object themselves."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from clients.model import Model

from .objects import ParentGroup, PlainName, SecretData, Values, VariableName

TokenText = Annotated[str, StringConstraints(min_length=1, max_length=512)]


class UserCreateRequest(Model):
    """Make a user."""

    name: PlainName
    admin: bool = False


class TokenCreateRequest(Model):
    """Make a token for a user."""

    name: PlainName


class TokenCreateResponse(Model):
    """A new token, told this once: only a hash of it is kept."""

    token: str = Field(repr=False)


class AuthenticateRequest(Model):
    """Ask whose token it is; in a body, since addresses are logged everywhere."""

    token: TokenText = Field(repr=False)


class ProjectGroupRequest(Model):
    """Make or change a project group."""

    name: PlainName
    parent: ParentGroup


class ProjectRequest(Model):
    """Make or change a project."""

    name: PlainName
    parent: ParentGroup


class SecretRequest(Model):
    """Make or replace a secret."""

    name: PlainName
    data: SecretData = Field(repr=False)


class VariableRequest(Model):
    """Make or replace a variable."""

    name: VariableName
    values: Values
