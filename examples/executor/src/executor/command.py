"""The command `executor`."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path

import click

from clients import read_tokens
from serving import address, configure_logging, log_format_option
from stackerr import wrapping
from stackerr.integrations import cli

_TOKEN = "EXECUTOR_TOKEN"  # noqa: S105 - the name of the variable that holds it
_URL = re.compile(r"https?://[^\s/?#@]+")
_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104


@click.group()
@click.version_option(package_name="stackerr-example-executor")
def group() -> None:
    """Runs the tasks that a runservice hands out, on this machine."""


def _reachable(host: str, port: int) -> str:
    """The URL of an address, which must be one that others can use."""
    if host in _EVERYWHERE:
        raise click.UsageError(f"--listen {host} is every address of this machine: say which one with --advertise")
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _url(context: object, parameter: object, value: str | None) -> str | None:  # noqa: ARG001
    if value is not None and not _URL.fullmatch(value):
        raise click.BadParameter("it is http://HOST:PORT, such as http://127.0.0.1:4000")
    return value


def _labels(context: object, parameter: object, values: tuple[str, ...]) -> dict[str, str]:  # noqa: ARG001
    pairs = [value.partition("=") for value in values]
    if not all(name and equals for name, equals, _ in pairs):
        raise click.BadParameter("it is NAME=VALUE, such as disk=ssd")
    return {name: value for name, _, value in pairs}


@group.command(
    "serve",
    epilog="The token that it shares with the runservice is in EXECUTOR_TOKEN, or in the file that "
    "EXECUTOR_TOKEN_FILE names; of several, separated by white space, the first one is shown to others.",
)
@click.option(
    "--runservice", required=True, metavar="URL", callback=_url, help="where the runservice is, http://HOST:PORT"
)
@click.option(
    "--data-dir", required=True, type=click.Path(path_type=Path), help="for tasks, logs, and the executor's id"
)
@click.option(
    "--listen",
    default="127.0.0.1:0",
    show_default=True,
    metavar="HOST:PORT",
    callback=address,
    help="where the runservice asks for logs; port 0 is any",
)
@click.option(
    "--advertise", metavar="URL", callback=_url, help="how the runservice reaches that, if not by http://HOST:PORT"
)
@click.option("--limit", default=2, show_default=True, type=click.IntRange(0), help="tasks at once; 0 for any number")
@click.option("--label", "labels", multiple=True, metavar="NAME=VALUE", callback=_labels, help="told to the runservice")
@click.option(
    "--grace", default=5.0, show_default=True, type=click.FloatRange(0), help="seconds from SIGTERM to SIGKILL"
)
@click.option(
    "--interval",
    default=2.0,
    show_default=True,
    type=click.FloatRange(0.01),
    help="seconds between two reports, and two looks for tasks",
)
@log_format_option
@cli.click_option
def serve_command(
    runservice: str,
    data_dir: Path,
    listen: tuple[str, int],
    advertise: str | None,
    limit: int,
    labels: dict[str, str],
    grace: float,
    interval: float,
    log_format: str,
) -> None:
    """Take tasks and run them, until SIGTERM: then stop them, say so, and end."""
    from serving import bind  # these take a second to import, and --help does without

    from .errors import ErrSetup
    from .serve import serve
    from .service import Settings

    configure_logging(log_format)
    with wrapping("start executor"):
        tokens = read_tokens(_TOKEN)
        listening = bind(*listen, ErrSetup)
        settings = Settings(
            runservice=runservice,
            token=tokens[0],
            data=data_dir.absolute(),
            listen_url=advertise or _reachable(*listening.getsockname()[:2]),
            limit=limit,
            labels=labels,
            grace=grace,
            every=interval,
        )
    logging.getLogger("executor").info("listening on %s", settings.listen_url)
    with wrapping("run executor"), listening:
        asyncio.run(serve(settings, tokens, listening))


@cli.main
def main() -> None:
    """What the command runs."""
    group(standalone_mode=True)
