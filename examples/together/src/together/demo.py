"""The demo: a day of the example system, from an empty machine to a second installation."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from clients.gateway import GatewayClient
from stackerr import wrapping

from .installation import Installation
from .stage import Shell, paint, say, title

if TYPE_CHECKING:
    from .process import Service

_RUN = Path(__file__).with_name("shop.yaml")
_PROJECT = "user/ann/shop"
_PARTS = ("configstore", "runservice")


def play(directory: Path, kv: str = "", storage: str = "") -> None:
    """Play all scenes.

    Args:
        directory: an empty one; everything is below it that is not in these stores.
        kv: the URL of an empty kv store for the first installation; by default a file.
        storage: the URL of an empty object storage for it; by default a directory.
    """
    title(f"Five services start, on {_name(kv, 'SQLite')} and {_name(storage, 'plain files')}")
    with Installation(directory / "one", kv=kv, storage=storage, executors=2) as installation:
        show_services(installation)
        ann = prepare(installation, directory)
        run_id = run_it(ann)
        fail(installation, ann)
        move(installation, ann, directory, run_id)
    title("All services have ended, and nothing is left running")


def _name(url: str, default: str) -> str:
    """A store for people, without what follows the question mark."""
    return url.partition("?")[0] or default


def show_services(installation: Installation) -> None:
    """Where each of them listens."""
    for name, service in installation.services.items():
        say(f"{name:14} {service.url}  log: {service.log}")


def prepare(installation: Installation, directory: Path) -> Shell:
    """A user, a project, a secret, and the variable that brings it into the environment of runs."""
    title("An administrator makes a user; the user makes a project, a secret and a variable")
    token = asyncio.run(_make_user(installation))
    say("user ann is made through the gateway's client, and has a token")
    ann = Shell({"CI_URL": installation.url("gateway"), "CI_TOKEN": token}, directory)
    ann.run("ci project create user/ann/shop")
    with wrapping("write the password"):
        (directory / "password.txt").write_text("correct-horse")
    ann.run("ci secret create user/ann/shop registry PASSWORD=@password.txt")
    ann.run("ci variable create user/ann/shop REGISTRY_PASSWORD --from registry:PASSWORD")
    return ann


async def _make_user(installation: Installation) -> str:
    with wrapping("make user ann"):
        async with GatewayClient(installation.url("gateway"), installation.admin_token) as client:
            await client.create_user("ann")
            return await client.create_token("ann", "demo")


def run_it(ann: Shell) -> str:
    """Start the run and follow it; one of its tasks fails."""
    title("A run: tasks at once, a workspace, a cache, one that fails, one that is skipped")
    with wrapping("copy the run's config"):
        shutil.copy(_RUN, ann.directory)
    ann.run(f"ci run start {_PROJECT} --file {_RUN.name} --follow", expect=3)
    with wrapping("find the run"):
        run_id = str(json.loads(ann.run(f"ci run list {_PROJECT} --json", quiet=True))[0]["id"])
    ann.run(f"ci run show {run_id}")
    return run_id


def fail(installation: Installation, ann: Shell) -> None:
    """A service is gone: the same failure as the user sees it, and as the log of the gateway has it."""
    title("At three in the morning: the runservice is killed")
    gateway, runservice = installation.services["gateway-1"], installation.services["runservice-1"]
    runservice.kill()
    begin = len(gateway.read_log().encode())
    say("what the user sees:")
    ann.run(f"ci run list {_PROJECT}", expect=1)
    say("what the gateway has in its log, on one line, with the chain across its modules:")
    show_error(gateway, begin)
    say("the same with --detailed-errors:")
    gateway.stop()
    gateway.arguments.append("--detailed-errors")
    begin = len(gateway.read_log().encode())
    gateway.start()
    ann.run(f"ci run list {_PROJECT}", expect=1, quiet=True)
    show_error(gateway, begin)
    gateway.arguments.pop()
    gateway.stop()
    runservice.start()
    gateway.start()
    say("the runservice is back", "green")


def show_error(service: Service, begin: int) -> None:
    """What a service has logged since then about what does not answer."""
    text = service.read_log(begin)
    print(paint(text[text.index(" WARNING ") + 1 :].rstrip(), "red"), flush=True)


def move(installation: Installation, ann: Shell, directory: Path, run_id: str) -> None:
    """Maintenance, export, and import into an installation that is empty."""
    title("Maintenance and export")
    operator = Shell(installation.environment, directory)
    for part in _PARTS:
        operator.run(f"{part} maintenance on --url {installation.url(part)}")
    ann.run("ci run list", expect=1)
    for part in _PARTS:
        operator.run(f"{part} export --url {installation.url(part)} --output {part}.jsonl")
    for part in _PARTS:
        operator.run(f"{part} maintenance off --url {installation.url(part)}")
    title("Import into a second, empty installation")
    keys = {name: value for name, value in installation.environment.items() if name.endswith("_KEY")}
    with Installation(directory / "two", environment=keys) as second:
        operator = Shell(second.environment, directory)
        for part in _PARTS:
            url = second.url(part)
            operator.run(f"{part} maintenance on --url {url}")
            operator.run(f"{part} import --url {url} --input {part}.jsonl")
            operator.run(f"{part} maintenance off --url {url}")
        say("the user, the token, the project and the run are there:")
        Shell({**ann.variables, "CI_URL": second.url("gateway")}, directory).run(f"ci run show {run_id}")
