"""The command `gateway`."""

from __future__ import annotations

import asyncio
import logging
import logging.config
import sys
from typing import Any

import click

from clients import read_tokens
from stackerr import wrapping
from stackerr.integrations import cli

_ADMIN, _CONFIGSTORE, _RUNSERVICE = "GATEWAY_ADMIN_TOKEN", "CONFIGSTORE_TOKEN", "RUNSERVICE_TOKEN"


@click.group()
@click.version_option(package_name="stackerr-example-gateway")
def group() -> None:
    """The authenticated front of the runs."""


def _address(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, int]:  # noqa: ARG001
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004
        raise click.BadParameter("it is HOST:PORT, such as 127.0.0.1:4002; port 0 takes a free one")
    return host.strip("[]"), int(port)


@group.command(
    "serve",
    epilog="The tokens are in GATEWAY_ADMIN_TOKEN (the admin shows it), CONFIGSTORE_TOKEN and RUNSERVICE_TOKEN (the "
    "gateway shows them), or in the files that variables of these names with _FILE at the end name.",
)
@click.option("--configstore", required=True, metavar="URL", help="where the configstore is, http://HOST:PORT")
@click.option("--runservice", required=True, metavar="URL", help="where the runservice is, http://HOST:PORT")
@click.option("--listen", required=True, metavar="HOST:PORT", callback=_address, help="where users reach it")
@click.option("--log-format", default="console", show_default=True, type=click.Choice(["console", "json"]))
@cli.click_option
def serve_command(configstore: str, runservice: str, listen: tuple[str, int], log_format: str) -> None:
    """Answer users, until SIGTERM: the API, and a page of runs for browsers."""
    from .behind import Service  # slow to load, and `--help` need not wait for it
    from .serve import bind, serve

    configure_logging(log_format)
    with wrapping("start gateway"):
        admin_tokens = read_tokens(_ADMIN)
        store = Service(configstore, read_tokens(_CONFIGSTORE)[0])
        runs = Service(runservice, read_tokens(_RUNSERVICE)[0])
        listening = bind(*listen)
        host, port = listening.getsockname()[:2]
    logging.getLogger("gateway").info("listening on http://%s:%d", f"[{host}]" if ":" in host else host, port)
    with wrapping("run gateway"):
        asyncio.run(serve(store, runs, admin_tokens, listening))


def configure_logging(log_format: str) -> None:
    """Every record on one line on standard error, also those of the server."""
    logging.config.dictConfig(_logging(log_format))


def _logging(log_format: str) -> dict[str, Any]:
    fields = "%(asctime)s %(levelname)s %(name)s %(message)s"
    formatters = {
        "console": {"()": "stackerr.integrations.logging.Formatter", "fmt": fields},
        "json": {"()": "stackerr.integrations.pythonjsonlogger.JsonFormatter", "fmt": fields},
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": formatters,
        "handlers": {"all": {"class": "logging.StreamHandler", "formatter": log_format, "stream": sys.stderr}},
        "root": {"level": "INFO", "handlers": ["all"]},
        "loggers": {"httpx2": {"level": "WARNING"}, "uvicorn": {"level": "WARNING"}, "asyncio": {"level": "WARNING"}},
    }


@cli.main
def main() -> None:
    """What the command runs."""
    group(standalone_mode=True)
