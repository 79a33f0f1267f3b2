"""What is sent to the gateway."""

from __future__ import annotations

from pydantic import Field

from clients.model import Model

from .objects import VariableValue


class UserRequest(Model):
    """Make a user."""

    name: str
    admin: bool = False


class NameRequest(Model):
    """Make a token."""

    name: str


class PlaceRequest(Model):
    """Make a project or a project group in a group."""

    name: str
    parent: str


class SecretRequest(Model):
    """Make or replace a secret."""

    name: str
    data: dict[str, str] = Field(repr=False)


class VariableRequest(Model):
    """Make or replace a variable."""

    name: str
    values: list[VariableValue]


class RestartRequest(Model):
    """Make a run again."""

    from_start: bool = True
