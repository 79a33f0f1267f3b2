"""What an operator reads first: ten failures, as the user's command and as the logs of the services say them.

`UPDATE_GOLDENS=1` writes them anew: read the difference before you commit it.
"""

import asyncio
import json
import os
import re
import resource
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from clients.gateway import GatewayClient
from together import Installation

GOLDEN = Path(__file__).parent / "golden"
QUICK = "name: quick\ntasks: [{name: t, steps: [{run: 'echo hello'}]}]\n"
FAILS = "name: fails\ntasks: [{name: t, steps: [{name: compile, run: 'exit 3'}]}]\n"
SLOW = "name: slow\ntasks: [{name: t, steps: [{run: 'echo begun; sleep 60'}]}]\n"
LARGE = "name: large\ntasks: [{name: t, steps: [" + f"{{run: '{'x' * 90_000}'}}, " * 4 + "]}]\n"
BAD = "name: bad\ntasks: [{name: t, steps: [{sun: 'echo hello'}]}]\n"


@pytest.fixture(scope="module")
def etcd(start_etcd):
    (server,) = start_etcd()
    return server


@pytest.fixture(scope="module")
def installation(tmp_path_factory, etcd):
    with Installation(tmp_path_factory.mktemp("shown"), kv=etcd.url) as running:
        yield running


class Terminal:
    """A user's, and an operator's."""

    def __init__(self, installation, directory):
        self.installation = installation
        self.directory = directory
        token = asyncio.run(self._sign_up())
        self.variables = {**installation.environment, "CI_URL": installation.url("gateway"), "CI_TOKEN": token}
        self.run("ci", "project", "create", "user/ann/web")

    async def _sign_up(self):
        async with GatewayClient(self.installation.url("gateway"), self.installation.admin_token) as client:
            await client.create_user("ann")
            return await client.create_token("ann", "test")

    def run(self, command, *arguments, **variables):
        """What a command prints on standard error, and its exit code."""
        done = subprocess.run(
            [str(Path(sys.executable).with_name(command)), *arguments],
            env={**os.environ, **self.variables, **variables},
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.output = done.stdout
        return f"{done.stderr}exit code {done.returncode}\n"

    def start(self, config, *options):
        (self.directory / "run.yaml").write_text(config)
        return self.run("ci", "run", "start", "user/ann/web", *options)


@pytest.fixture(scope="module")
def terminal(installation, tmp_path_factory):
    return Terminal(installation, tmp_path_factory.mktemp("home"))


DIFFERS = [
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ ", ""),
    (r"127\.0\.0\.1:\d+", "HOST:PORT"),
    (r"\('127\.0\.0\.1', \d+\)", "HOST:PORT"),
    (r"[0-9a-v]{13}-[0-9a-v]{13}", "RUN"),
    (r"\b[0-9a-f]{64}\b", "HASH"),
    (r"\b[0-9a-f]{32}\b|[0-9a-f]{8}-[0-9a-f-]{27}", "ID"),
    (r"file:///[^\s:]*?/(?=objects|shown)", "file:///srv/"),
    (r"[^\s\"']*/pytest-\d+/[^/]*/", "/srv/"),
    (r"\.py:\d+", ".py"),
    (r"( > (?!apierrors|clients|configstore|datamanager|executor|gateway|kvstore|objectstorage|runservice)[\w/]+\.py)+\]", " > …]"),
    (r"([\w/]+\.py)( > \1)+ > …\]", r"\1 > …]"),
    (r"in \d+(\.\d+)? s", "in N s"),
]  # fmt: skip


def normal(text):
    """Without what differs from run to run and from machine to machine."""
    for pattern, instead in DIFFERS:
        text = re.sub(pattern, instead, text)
    return text


@contextmanager
def logged(installation, shown, *names, wanted, patience=15):
    """The first line that each of these services logs in the block, or soon after, and that says so."""
    services = [installation.services[name] for name in names]
    begins = [len(one.read_log().encode()) for one in services]
    yield
    for one, begin in zip(services, begins, strict=True):
        give_up = time.monotonic() + patience
        while not (found := [line for line in one.read_log(begin).splitlines() if re.search(wanted, line)]):
            assert time.monotonic() < give_up, f"{one.name} has not logged {wanted}: {one.read_log(begin)} {shown}"
            time.sleep(0.05)
        shown[f"log of {one.name}"] = found[0] + "\n"


def storage_down(installation, terminal, shown, etcd):
    objects = installation.directory / "objects/runservice"
    objects.rename(objects.with_name("away"))
    with logged(installation, shown, "gateway-1", "runservice-1", wanted="ERROR.*answered 5"):
        shown["user"] = terminal.start(QUICK)
    objects.with_name("away").rename(objects)


def etcd_down(installation, terminal, shown, etcd):
    etcd.kill()
    with logged(installation, shown, "configstore-1", "gateway-1", wanted="WARNING.*answered 503"):
        shown["user"] = terminal.run("ci", "run", "list", "user/ann/web")
    etcd.restart()


def executor_gone(installation, terminal, shown, etcd):
    terminal.start(SLOW)
    run_id = wait_until_running(terminal)
    installation.services["executor-1"].kill()
    with logged(installation, shown, "gateway-1", "runservice-1", wanted="answered 50"):
        shown["user"] = terminal.run("ci", "run", "logs", run_id, "t", "--step", "0")
    installation.services["executor-1"].start()


def wait_until_running(terminal):
    while True:
        terminal.run("ci", "run", "list", "user/ann/web", "--json")
        newest = json.loads(terminal.output)[0]
        terminal.run("ci", "run", "logs", newest["id"])
        if "begun" in terminal.output:
            return newest["id"]


def bad_token(installation, terminal, shown, etcd):
    with logged(installation, shown, "gateway-1", wanted="answered 401"):
        shown["user"] = terminal.run("ci", "run", "list", CI_TOKEN="guess")  # noqa: S106 - it is none


def full_disk(installation, terminal, shown, etcd):
    """The system's limit on the size of a process's files stands for it."""
    service = installation.services["runservice-1"]
    limit = service.log.stat().st_size + 50_000
    resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    with logged(installation, shown, "runservice-1", wanted="ERROR.*answered 5"):
        shown["user"] = terminal.start(LARGE)
    resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def step_fails(installation, terminal, shown, etcd):
    with logged(installation, shown, "executor-1", wanted="WARNING.*task failed"):
        shown["user"] = terminal.start(FAILS, "--follow")


def bad_run_config(installation, terminal, shown, etcd):
    with logged(installation, shown, "gateway-1", wanted="answered 400"):
        shown["user"] = terminal.start(BAD)


def maintenance(installation, terminal, shown, etcd):
    url = installation.url("runservice")
    terminal.run("runservice", "maintenance", "on", "--url", url)
    with logged(installation, shown, "gateway-1", "runservice-1", wanted="GET .*runs.*answered 50"):
        shown["user"] = terminal.run("ci", "run", "list", "user/ann/web")
    terminal.run("runservice", "maintenance", "off", "--url", url)


def import_refused(installation, terminal, shown, etcd):
    (terminal.directory / "export.jsonl").write_bytes(b"{}\n")
    with logged(installation, shown, "runservice-1", wanted="answered 400"):
        arguments = ("import", "--url", installation.url("runservice"), "--input", "export.jsonl")
        shown["operator"] = terminal.run("runservice", *arguments)


def port_taken(installation, terminal, shown, etcd):
    address = installation.url("gateway").removeprefix("http://")
    arguments = ("serve", "--kv", installation.kv, "--storage", installation.storage, "--listen", address)
    shown["operator"] = terminal.run("runservice", *arguments)


FAILURES = [step_fails, bad_run_config, bad_token, import_refused, maintenance, port_taken, executor_gone, full_disk, storage_down, etcd_down]  # fmt: skip


@pytest.mark.parametrize("fail", FAILURES, ids=lambda fail: fail.__name__)
def test_ten_failures(fail, installation, terminal, etcd):
    """The line says operation, object and cause; the user's command says what to do."""
    shown = {}
    fail(installation, terminal, shown, etcd)
    text = "\n".join(f"# {who}\n{normal(said)}" for who, said in shown.items())
    path = GOLDEN / f"{fail.__name__}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text)
    assert text == path.read_text()


def test_every_golden_has_its_failure():
    """None is left over."""
    assert sorted(path.stem for path in GOLDEN.iterdir()) == sorted(fail.__name__ for fail in FAILURES)


SERVE = {
    "configstore": ["--kv", "sqlite://{0}/kv.db", "--storage", "file://{0}/objects"],
    "runservice": ["--kv", "sqlite://{0}/kv.db", "--storage", "file://{0}/objects"],
    "executor": ["--runservice", "http://127.0.0.1:9", "--data-dir", "{0}/data"],
    "gateway": ["--configstore", "http://127.0.0.1:9", "--runservice", "http://127.0.0.1:9"],
}


@pytest.mark.parametrize("detailed", [False, True], ids=["one line", "in detail"])
@pytest.mark.parametrize("command", SERVE)
def test_every_service_says_a_taken_port_in_one_line_or_in_detail(command, detailed, terminal, tmp_path):
    """The line names address, cause and place; detail adds where each layer is, and what the program was doing."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        options = [word.format(tmp_path) for word in SERVE[command]]
        flags = ["--detailed-errors"] if detailed else []
        said = terminal.run(command, "serve", *options, "--listen", address, *flags)
    lines = [line for line in said.splitlines() if not re.match(r"\d{4}-", line)]
    assert f"listen on {address}" in said
    assert "Address already in use" in said
    assert "exit code 0" not in said
    if detailed:
        assert f"listen on {address} (OSError)" in [line.removeprefix("error: ") for line in lines]
    else:
        assert lines[0].startswith("error: ")
        assert len([line for line in lines if "listen on" in line]) == 1
