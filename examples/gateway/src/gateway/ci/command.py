"""The command `ci`: its groups, and what is said when something fails."""

from __future__ import annotations

import click

from stackerr.integrations import cli

from .connection import Connection
from .places import group_commands, project_commands
from .runs import run_commands
from .settings import secret_commands, variable_commands
from .users import user_commands

EPILOG = """\b
Where and who:  CI_URL, or --url           the gateway, http://HOST:PORT
                CI_TOKEN, or CI_TOKEN_FILE  your token, or the file that holds it
\b
To begin:       ci project create user/ann/web
                ci secret create user/ann/web registry PASSWORD=@password.txt
                ci variable create user/ann/web REGISTRY_PASSWORD --from registry:PASSWORD
                ci run start user/ann/web --file run.yaml --follow
\b
Exit codes:     0 done   1 it failed   2 wrong usage   3 the run that was followed did not succeed"""


@click.group(epilog=EPILOG)
@click.option("--url", envvar="CI_URL", metavar="URL", help="the gateway, http://HOST:PORT; or CI_URL")
@click.version_option(package_name="stackerr-example-gateway")
@cli.click_option
@click.pass_context
def group(context: click.Context, url: str | None) -> None:
    """Start runs, follow them, and keep what they need."""
    context.obj = Connection(url)


for commands in (run_commands, project_commands, group_commands, secret_commands, variable_commands, user_commands):
    group.add_command(commands)


@cli.main
def main() -> None:
    """What the command runs."""
    group(prog_name="ci")
