"""`ci user`: for admins, but for one's own tokens."""

from __future__ import annotations

import json

import click

from .connection import Connection
from .output import json_option, show

_COLUMNS = ("name", "id", "admin", "tokens")


@click.group("user")
def user_commands() -> None:
    """Make users and their tokens."""


@user_commands.command("create")
@click.argument("name")
@click.option("--admin", is_flag=True, help="who may do everything")
@json_option
@click.pass_obj
def create_user(connection: Connection, name: str, admin: bool, as_json: bool) -> None:
    """Make a user."""
    made = connection.call(lambda client: client.create_user(name, admin=admin))
    show(made, _COLUMNS, as_json=as_json)


@user_commands.command("list")
@json_option
@click.pass_obj
def list_users(connection: Connection, as_json: bool) -> None:
    """List the users."""
    show(connection.call(lambda client: client.list_users(limit=1000)), _COLUMNS, as_json=as_json)


@user_commands.command("me")
@json_option
@click.pass_obj
def show_me(connection: Connection, as_json: bool) -> None:
    """Show whose token it is."""
    show(connection.call(lambda client: client.me()), _COLUMNS, as_json=as_json)


@user_commands.command("delete")
@click.argument("name")
@click.pass_obj
def delete_user(connection: Connection, name: str) -> None:
    """Delete a user who has no project and no group left."""
    connection.call(lambda client: client.delete_user(name))


@user_commands.command("token")
@click.argument("user")
@click.argument("name")
@json_option
@click.pass_obj
def create_token(connection: Connection, user: str, name: str, as_json: bool) -> None:
    """Make a token NAME for USER and print it, this once."""
    token = connection.call(lambda client: client.create_token(user, name))
    click.echo(json.dumps({"token": token}) if as_json else token)


@user_commands.command("revoke")
@click.argument("user")
@click.argument("name")
@click.pass_obj
def delete_token(connection: Connection, user: str, name: str) -> None:
    """Make the token NAME of USER void."""
    connection.call(lambda client: client.delete_token(user, name))
