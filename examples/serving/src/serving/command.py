"""The options that every service's command has."""

from __future__ import annotations

import logging.config
import sys
from typing import Any

import click

_LARGEST_PORT = 65535
_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log_format_option = click.option(
    "--log-format",
    default="console",
    show_default=True,
    type=click.Choice(["console", "json"]),
    help="lines for people, or one JSON object a line",
)


def address(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, int]:  # noqa: ARG001
    """The callback of an option `HOST:PORT`.

    >>> address(None, None, "[::1]:4000")
    ('::1', 4000)

    Raises:
        click.BadParameter: it is none.
    """
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > _LARGEST_PORT:
        raise click.BadParameter("it is HOST:PORT, such as 127.0.0.1:4000; port 0 takes a free one")
    return host.strip("[]"), int(port)


def configure_logging(log_format: str) -> None:
    """Every record on one line on standard error, also those of the server.

    A record that cannot be written, on a full disk say, leaves no traceback among the lines.

    Args:
        log_format: `console` or `json`.
    """
    logging.config.dictConfig(_settings(log_format))
    logging.raiseExceptions = False  # or what could not be told is told once there is room, over many lines


def _settings(log_format: str) -> dict[str, Any]:
    formatters = {
        "console": {"()": "stackerr.integrations.logging.Formatter", "fmt": _LINE},
        "json": {"()": "stackerr.integrations.pythonjsonlogger.JsonFormatter", "fmt": _LINE},
    }
    quiet = ("asyncio", "boto3", "botocore", "httpx2", "httpcore2", "urllib3", "uvicorn")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": formatters,
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": log_format}},
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {name: {"level": "WARNING"} for name in quiet},
    }


def tell_progress(what: str, size: int) -> None:
    """Tell somebody who waits at a terminal how far it is, on one line of standard error that is written over.

    Args:
        what: what has been done, such as `exported`.
        size: to how many bytes.
    """
    if sys.stderr.isatty():
        click.echo(f"{what} {size:,} bytes\r", nl=False, err=True)
