"""The command `gateway`."""

from __future__ import annotations

import asyncio
import logging

import click

from clients import read_tokens
from serving import address, configure_logging, log_format_option
from stackerr import wrapping
from stackerr.integrations import cli

_ADMIN, _CONFIGSTORE, _RUNSERVICE = "GATEWAY_ADMIN_TOKEN", "CONFIGSTORE_TOKEN", "RUNSERVICE_TOKEN"


@click.group()
@click.version_option(package_name="stackerr-example-gateway")
def group() -> None:
    """The authenticated front of the runs."""


@group.command(
    "serve",
    epilog="The tokens are in GATEWAY_ADMIN_TOKEN (the admin shows it), CONFIGSTORE_TOKEN and RUNSERVICE_TOKEN (the "
    "gateway shows them), or in the files that variables of these names with _FILE at the end name.",
)
@click.option("--configstore", required=True, metavar="URL", help="where the configstore is, http://HOST:PORT")
@click.option("--runservice", required=True, metavar="URL", help="where the runservice is, http://HOST:PORT")
@click.option("--listen", required=True, metavar="HOST:PORT", callback=address, help="where users reach it")
@log_format_option
@cli.click_option
def serve_command(configstore: str, runservice: str, listen: tuple[str, int], log_format: str) -> None:
    """Answer users, until SIGTERM: the API, and a page of runs for browsers."""
    from serving import bind, url_of  # slow to load, and `--help` need not wait for it

    from .behind import Service
    from .errors import ErrSetup
    from .serve import serve

    configure_logging(log_format)
    with wrapping("start gateway"):
        admin_tokens = read_tokens(_ADMIN)
        store = Service(configstore, read_tokens(_CONFIGSTORE)[0])
        runs = Service(runservice, read_tokens(_RUNSERVICE)[0])
        listening = bind(*listen, ErrSetup)
    logging.getLogger("gateway").info("listening on %s", url_of(listening))
    with wrapping("run gateway"):
        asyncio.run(serve(store, runs, admin_tokens, listening))


@cli.main
def main() -> None:
    """What the command runs."""
    group(standalone_mode=True)
