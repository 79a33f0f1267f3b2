"""`ci secret` and `ci variable`: what runs are told besides their config."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clients.gateway import VariableValue, When
from stackerr import wrapping

from .connection import Connection
from .output import json_option, show

if TYPE_CHECKING:
    from clients.gateway.projects import Place

_group_option = click.option(
    "--group", "of", flag_value="projectgroups", default="projects", help="PLACE is a project group, not a project"
)


@click.group("secret")
def secret_commands() -> None:
    """Keep secrets. Their values are never shown again, and never given on a command line, which others can see."""


def _read_values(context: click.Context, parameter: click.Parameter, items: tuple[str, ...]) -> dict[str, str]:  # noqa: ARG001
    values = {}
    for item in items:
        name, equals, path = item.partition("=")
        if equals and not path.startswith("@"):
            raise click.BadParameter(f"{name}: write {name}=@FILE, or {name} alone to take it from the environment")
        if equals:
            with wrapping("read the value of %s", name):
                values[name] = Path(path[1:]).read_text(encoding="utf-8").rstrip("\n")
        elif name in os.environ:
            values[name] = os.environ[name]
        else:
            values[name] = click.prompt(name, hide_input=True, err=True)
    return values


_values_argument = click.argument("values", nargs=-1, required=True, metavar="KEY=@FILE|KEY…", callback=_read_values)


@secret_commands.command("create")
@click.argument("place")
@click.argument("name")
@_values_argument
@_group_option
@json_option
@click.pass_obj
def create_secret(
    connection: Connection, place: str, name: str, values: dict[str, str], of: Place, as_json: bool
) -> None:
    """Keep a secret NAME in PLACE, a project or, with --group, a project group.

    KEY=@FILE takes a value from a file; KEY alone from the environment variable of that name, or asks for it.
    """
    made = connection.call(lambda client: client.create_secret(place, name, values, of=of))
    show(made, ("name", "id"), as_json=as_json)


@secret_commands.command("update")
@click.argument("place")
@click.argument("name")
@_values_argument
@_group_option
@click.pass_obj
def update_secret(connection: Connection, place: str, name: str, values: dict[str, str], of: Place) -> None:
    """Replace all values of a secret."""
    connection.call(lambda client: client.update_secret(place, name, values, of=of))


@secret_commands.command("list")
@click.argument("place")
@click.option("--tree", is_flag=True, help="with those of the groups around it")
@_group_option
@json_option
@click.pass_obj
def list_secrets(connection: Connection, place: str, tree: bool, of: Place, as_json: bool) -> None:
    """List the secrets of PLACE, without their values."""
    found = connection.call(lambda client: client.list_secrets(place, of=of, tree=tree))
    show(found, ("name", "id", "place"), as_json=as_json)


@secret_commands.command("delete")
@click.argument("place")
@click.argument("name")
@_group_option
@click.pass_obj
def delete_secret(connection: Connection, place: str, name: str, of: Place) -> None:
    """Delete a secret."""
    connection.call(lambda client: client.delete_secret(place, name, of=of))


@click.group("variable")
def variable_commands() -> None:
    """Say which entry of which secret a variable of the environment of runs has."""


def _read_source(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, str]:  # noqa: ARG001
    secret, _, key = value.partition(":")
    if not secret or not key:
        raise click.BadParameter("it is SECRET:KEY, such as registry:PASSWORD")
    return secret, key


@variable_commands.command("create")
@click.argument("place")
@click.argument("name")
@click.option(
    "--from", "source", required=True, metavar="SECRET:KEY", callback=_read_source, help="which entry of which secret"
)
@click.option("--branch", "branches", multiple=True, metavar="PATTERN", help="for runs of such branches alone")
@click.option("--tag", "tags", multiple=True, metavar="PATTERN", help="for runs of such tags alone")
@_group_option
@json_option
@click.pass_obj
def create_variable(
    connection: Connection,
    place: str,
    name: str,
    source: tuple[str, str],
    branches: tuple[str, ...],
    tags: tuple[str, ...],
    of: Place,
    as_json: bool,
) -> None:
    """Make a variable NAME in PLACE, a project or, with --group, a project group."""
    with wrapping("make variable %s", name):
        when = When(branch=list(branches) or None, tag=list(tags) or None) if branches or tags else None
        values = [VariableValue(secret=source[0], key=source[1], when=when)]
    made = connection.call(lambda client: client.create_variable(place, name, values, of=of))
    show(made, ("name", "id"), as_json=as_json)


@variable_commands.command("list")
@click.argument("place")
@click.option("--tree", is_flag=True, help="with those of the groups around it")
@_group_option
@json_option
@click.pass_obj
def list_variables(connection: Connection, place: str, tree: bool, of: Place, as_json: bool) -> None:
    """List the variables of PLACE."""
    found = connection.call(lambda client: client.list_variables(place, of=of, tree=tree))
    show(found, ("name", "id", "place"), as_json=as_json)


@variable_commands.command("delete")
@click.argument("place")
@click.argument("name")
@_group_option
@click.pass_obj
def delete_variable(connection: Connection, place: str, name: str, of: Place) -> None:
    """Delete a variable."""
    connection.call(lambda client: client.delete_variable(place, name, of=of))
