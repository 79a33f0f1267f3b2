"""`ci project` and `ci group`: where runs belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .connection import Connection
from .output import json_option, show

if TYPE_CHECKING:
    from clients.gateway import GatewayClient, Project, ProjectGroup

_COLUMNS = ("path", "id")


def _split(path: str) -> tuple[str, str]:
    parent, _, name = path.rpartition("/")
    if not parent:
        raise click.BadParameter("it is a path, such as user/ann/web", param_hint="PATH")
    return name, parent


@click.group("project")
def project_commands() -> None:
    """Make projects, list and delete them."""


@project_commands.command("create")
@click.argument("path")
@json_option
@click.pass_obj
def create_project(connection: Connection, path: str, as_json: bool) -> None:
    """Make a project at PATH, such as user/ann/web."""
    name, parent = _split(path)
    made = connection.call(lambda client: client.create_project(name, parent))
    show(made, _COLUMNS, as_json=as_json)


@project_commands.command("list")
@click.argument("group", required=False)
@json_option
@click.pass_obj
def list_projects(connection: Connection, group: str | None, as_json: bool) -> None:
    """List the projects in GROUP; without it, your own that are in no other group."""

    async def ask(client: GatewayClient) -> list[Project]:
        return await client.list_projects(group or f"user/{(await client.me()).name}")

    show(connection.call(ask), _COLUMNS, as_json=as_json)


@project_commands.command("delete")
@click.argument("project")
@click.confirmation_option(prompt="With its secrets and variables?")
@click.pass_obj
def delete_project(connection: Connection, project: str) -> None:
    """Delete a project with its secrets and variables; its runs stay."""
    connection.call(lambda client: client.delete_project(project))


@click.group("group")
def group_commands() -> None:
    """Make groups of projects, list and delete them."""


@group_commands.command("create")
@click.argument("path")
@json_option
@click.pass_obj
def create_group(connection: Connection, path: str, as_json: bool) -> None:
    """Make a project group at PATH, such as user/ann/tools."""
    name, parent = _split(path)
    made = connection.call(lambda client: client.create_project_group(name, parent))
    show(made, _COLUMNS, as_json=as_json)


@group_commands.command("list")
@click.argument("group", required=False)
@json_option
@click.pass_obj
def list_groups(connection: Connection, group: str | None, as_json: bool) -> None:
    """List the groups in GROUP; without it, your own that are in no other."""

    async def ask(client: GatewayClient) -> list[ProjectGroup]:
        return await client.list_groups(group or f"user/{(await client.me()).name}")

    show(connection.call(ask), _COLUMNS, as_json=as_json)


@group_commands.command("delete")
@click.argument("group")
@click.pass_obj
def delete_group(connection: Connection, group: str) -> None:
    """Delete a project group in which nothing is."""
    connection.call(lambda client: client.delete_project_group(group))
