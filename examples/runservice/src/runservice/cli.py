"""The command `runservice`."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, BinaryIO

import click

from clients import read_tokens
from clients.runservice import RunserviceClient
from serving import address, configure_logging, log_format_option, tell_progress
from stackerr import new, wrapping
from stackerr.integrations import cli

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractContextManager

    from clients.runservice import MaintenanceResponse

CLIENT_TOKEN, EXECUTOR_TOKEN = "RUNSERVICE_TOKEN", "RUNSERVICE_EXECUTOR_TOKEN"
KEY = "RUNSERVICE_KEY"
_CHUNK = 256 * 1024
_PATIENCE = 120

url_option = click.option(
    "--url", required=True, envvar="RUNSERVICE_URL", help="Where the service is, such as http://127.0.0.1:4000."
)


@click.group()
@click.version_option(package_name="stackerr-example-runservice")
def commands() -> None:
    """Runs as graphs of tasks: queued, scheduled onto executors, logged and archived.

    Tokens come from the environment: RUNSERVICE_TOKEN is the clients', RUNSERVICE_EXECUTOR_TOKEN that of the executors;
    RUNSERVICE_TOKEN_FILE and RUNSERVICE_EXECUTOR_TOKEN_FILE name files that hold them instead.

    RUNSERVICE_KEY, or the file that RUNSERVICE_KEY_FILE names, has the key that seals the environments of runs, and
    `new-key` makes one. Of several that white space separates, the first seals and all of them open.
    """


@commands.command("serve")
@click.option("--kv", required=True, help="The kv store: sqlite:///path/kv.db, or etcd://host:port,host:port.")
@click.option("--storage", required=True, help="The object storage: file:///path, or s3://bucket/prefix?endpoint=….")
@click.option(
    "--listen", default="127.0.0.1:4000", show_default=True, callback=address, help="HOST:PORT; port 0 is any."
)
@log_format_option
@click.option(
    "--keep-logs", metavar="DAYS", default=0.0, show_default=True, type=click.FloatRange(0), help="0 is for ever."
)
@cli.click_option
def serve_command(kv: str, storage: str, listen: tuple[str, int], log_format: str, keep_logs: float) -> None:
    """Serve until told to stop. Several instances on the same stores share the work."""
    from serving import bind  # slow to load, as are the others, and operators need not wait for it
    from vault import Vault

    from ._server import serve
    from .settings import DAY, Settings

    configure_logging(log_format)
    with wrapping("start the service"):
        settings = Settings(
            client_tokens=read_tokens(CLIENT_TOKEN),
            executor_tokens=read_tokens(EXECUTOR_TOKEN),
            vault=Vault(read_tokens(KEY), KEY),
            keep_logs=keep_logs * DAY,
        )
        listening = bind(*listen)
    with listening:
        asyncio.run(serve(kv, storage, listening, settings))


@commands.command("new-key")
def new_key_command() -> None:
    """Print a new key for RUNSERVICE_KEY."""
    from vault import new_key  # not needed for what else the command does, and slow to load

    click.echo(new_key())


@commands.group("maintenance")
def maintenance() -> None:
    """Look at maintenance, or turn it on and off. In maintenance only export and import are answered."""


@maintenance.command("on")
@url_option
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until every instance has changed over.")
@cli.click_option
def maintenance_on(url: str, wait: bool) -> None:
    """Ask every instance to go into maintenance."""
    asyncio.run(_set_maintenance(url, enable=True, wait=wait))


@maintenance.command("off")
@url_option
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until every instance has changed over.")
@cli.click_option
def maintenance_off(url: str, wait: bool) -> None:
    """Ask every instance to go back to work."""
    asyncio.run(_set_maintenance(url, enable=False, wait=wait))


async def _set_maintenance(url: str, *, enable: bool, wait: bool) -> None:
    async with _client(url) as client:
        await client.set_maintenance(enable=enable)
        state = await _settle(client) if wait else await client.get_maintenance()
    _show(state)


async def _settle(client: RunserviceClient) -> MaintenanceResponse:
    for _ in range(_PATIENCE * 5):
        with wrapping("wait for the instances"):
            state = await client.get_maintenance()
        if state.is_settled:
            return state
        await asyncio.sleep(0.2)
    raise new(
        f"not every instance has changed over after {_PATIENCE} s", hint="look with: runservice maintenance status"
    )


@maintenance.command("status")
@url_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@cli.click_option
def maintenance_status(url: str, as_json: bool) -> None:
    """Show whether maintenance is asked for, and where each instance is."""
    asyncio.run(_maintenance_status(url, as_json=as_json))


async def _maintenance_status(url: str, *, as_json: bool) -> None:
    async with _client(url) as client:
        state = await client.get_maintenance()
    if as_json:
        click.echo(json.dumps(state.model_dump(mode="json")))
    else:
        _show(state)


def _show(state: MaintenanceResponse) -> None:
    click.echo(f"maintenance is {'on' if state.is_enabled else 'off'}")
    for instance in state.instances:
        click.echo(f"instance {instance.id}: {instance.mode.value} since {instance.since:%Y-%m-%d %H:%M:%S %Z}")
    if state.imported:
        click.echo(f"the last import was at {state.imported:%Y-%m-%d %H:%M:%S %Z}")


@commands.command("export")
@url_option
@click.option("--output", "path", default="-", help="The file to write; - is the standard output.")
@cli.click_option
def export_command(url: str, path: str) -> None:
    """Save all archived runs and the configs of all; no logs, archives and live runs.

    Environments in it are sealed: keep RUNSERVICE_KEY as well, elsewhere.
    """
    with _open(path, "wb", sys.stdout.buffer) as file:
        asyncio.run(_export(url, file))


async def _export(url: str, file: BinaryIO) -> None:
    size = 0
    async with _client(url) as client, client.export() as chunks:
        async for chunk in chunks:
            with wrapping("write what is exported"):
                file.write(chunk)
            size += len(chunk)
            tell_progress("exported", size)
    click.echo(f"exported {size:,} bytes", err=True)


@commands.command("import")
@url_option
@click.option("--input", "path", default="-", help="The file to read; - is the standard input.")
@cli.click_option
def import_command(url: str, path: str) -> None:
    """Replace everything by what was exported, live runs included; in maintenance only.

    To run what was imported again, add the key of where it was exported to RUNSERVICE_KEY, after the first one.
    """
    with _open(path, "rb", sys.stdin.buffer) as file:
        asyncio.run(_import(url, file))


async def _import(url: str, file: BinaryIO) -> None:
    async with _client(url) as client:
        await client.import_from(_chunks(file))
    click.echo("imported", err=True)


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    with wrapping("read what is to be imported"):
        size = 0
        while chunk := file.read(_CHUNK):
            yield chunk
            size += len(chunk)
            tell_progress("sent", size)


def _open(path: str, mode: str, standard: BinaryIO) -> AbstractContextManager[BinaryIO]:
    if path == "-":
        return nullcontext(standard)
    with wrapping("open %s", path, path=path):
        return open(path, mode)  # type: ignore[return-value]  # both modes are binary


def _client(url: str) -> RunserviceClient:
    with wrapping("connect to %s", url):
        return RunserviceClient(url, read_tokens(CLIENT_TOKEN)[0], timeout=30)


main = cli.main(commands)
