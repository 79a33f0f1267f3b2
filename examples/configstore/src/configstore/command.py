"""The command `configstore`."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, BinaryIO

import click

from clients import read_tokens
from clients.configstore import ConfigstoreClient
from serving import address, configure_logging, log_format_option, tell_progress
from stackerr import wrapping
from stackerr.integrations import cli

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from clients.configstore import MaintenanceResponse

_TOKEN = "CONFIGSTORE_TOKEN"  # noqa: S105 - the name of the variable that holds it
_KEY = "CONFIGSTORE_KEY"
_CHUNK = 1 << 16
_SETTLE = 30.0
_HOW_TO_CALL = "The token is in CONFIGSTORE_TOKEN, or in the file that CONFIGSTORE_TOKEN_FILE names."
_HOW_TO_SERVE = (
    "The token that callers show is in CONFIGSTORE_TOKEN, or in the file that CONFIGSTORE_TOKEN_FILE names; the key "
    "that seals secrets is in CONFIGSTORE_KEY or CONFIGSTORE_KEY_FILE, and `configstore new-key` makes one. Of several "
    "that white space separates, the first counts and the others are still good."
)


@click.group()
@click.version_option(package_name="stackerr-example-configstore")
def group() -> None:
    """Keeps users, projects, secrets and variables."""


@group.command("serve", epilog=_HOW_TO_SERVE)
@click.option("--kv", required=True, metavar="URL", help="sqlite:///path or etcd://host:port,host:port")
@click.option("--storage", required=True, metavar="URL", help="file:///path or s3://bucket/prefix?endpoint=…")
@click.option("--listen", required=True, metavar="HOST:PORT", callback=address, help="where callers reach it")
@log_format_option
@cli.click_option
def serve_command(kv: str, storage: str, listen: tuple[str, int], log_format: str) -> None:
    """Answer requests, until SIGTERM. Several instances on one --kv and --storage share the work."""
    from serving import bind, url_of  # not needed for what else the command does, and slow to load
    from vault import Vault

    from .errors import ErrSetup
    from .serve import serve

    configure_logging(log_format)
    with wrapping("start configstore"):
        tokens, vault = read_tokens(_TOKEN), Vault(read_tokens(_KEY), _KEY)
        listening = bind(*listen, ErrSetup)
    logging.getLogger("configstore").info("listening on %s", url_of(listening))
    with wrapping("run configstore"):
        asyncio.run(serve(kv, storage, vault, tokens, listening))


@group.command("new-key")
def new_key_command() -> None:
    """Print a new key for CONFIGSTORE_KEY."""
    from vault import new_key  # not needed for what else the command does, and slow to load

    click.echo(new_key())


def _client(url: str) -> ConfigstoreClient:
    with wrapping("prepare to call %s", url, url=url):
        return ConfigstoreClient(url, read_tokens(_TOKEN)[0])


_url = click.option("--url", required=True, metavar="URL", help="where a configstore is, http://HOST:PORT")


@group.command(
    "maintenance", epilog="The token is in CONFIGSTORE_TOKEN, or in the file that CONFIGSTORE_TOKEN_FILE names."
)
@click.argument("action", type=click.Choice(["on", "off", "status"]))
@_url
@click.option("--wait/--no-wait", default=True, help="until every instance has changed over")
@cli.click_option
def maintenance_command(action: str, url: str, wait: bool) -> None:
    """Turn maintenance on or off, or show what each instance does.

    In maintenance an instance answers maintenance, export and import, and everything else with 503.
    """
    with wrapping("maintenance %s", action):
        state = asyncio.run(_maintain(action, url, wait=wait))
    click.echo(f"maintenance is {'on' if state.is_enabled else 'off'}")
    for instance in state.instances:
        click.echo(f"  instance {instance.id}: {instance.mode} since {instance.since:%Y-%m-%d %H:%M:%S %Z}")
    if state.imported:
        click.echo(f"  the last import was at {state.imported:%Y-%m-%d %H:%M:%S %Z}")


async def _maintain(action: str, url: str, *, wait: bool) -> MaintenanceResponse:
    async with _client(url) as client:
        if action != "status":
            await client.set_maintenance(enable=action == "on")
        state = await client.get_maintenance()
        async with asyncio.timeout(_SETTLE):
            while wait and action != "status" and not state.is_settled:
                await asyncio.sleep(0.1)
                state = await client.get_maintenance()
        return state


@group.command("export", epilog=_HOW_TO_CALL)
@_url
@click.option("--output", default="-", type=click.File("wb", atomic=True), help="a file; `-` for standard output")
@cli.click_option
def export_command(url: str, output: BinaryIO) -> None:
    """Save everything. Secrets in it are sealed: keep CONFIGSTORE_KEY as well, elsewhere."""
    with wrapping("export from %s", url, url=url):
        size = asyncio.run(_export(url, output))
    click.echo(f"exported {size:,} bytes", err=True)


async def _export(url: str, output: BinaryIO) -> int:
    size = 0
    async with _client(url) as client, client.export() as chunks:
        async for chunk in chunks:
            output.write(chunk)
            size += len(chunk)
            tell_progress("exported", size)
    return size


@group.command("import", epilog=_HOW_TO_CALL)
@_url
@click.option("--input", "source", default="-", type=click.File("rb"), help="a file; `-` for standard input")
@cli.click_option
def import_command(url: str, source: BinaryIO) -> None:
    """Replace everything by what was exported; in maintenance only. What is no whole export changes nothing."""
    with wrapping("import into %s", url, url=url):
        asyncio.run(_import(url, source))
    click.echo("imported", err=True)


async def _import(url: str, source: BinaryIO) -> None:
    async with _client(url) as client:
        await client.import_from(_read(source))


async def _read(source: BinaryIO) -> AsyncIterator[bytes]:
    size = 0
    while chunk := await asyncio.to_thread(source.read, _CHUNK):
        yield chunk
        size += len(chunk)
        tell_progress("sent", size)


@cli.main
def main() -> None:
    """What the command runs."""
    group(standalone_mode=True)
