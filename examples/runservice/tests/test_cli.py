"""The command, as a process of its own: started, asked, told to end, killed."""

import asyncio
import contextlib
import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys

import fake
import pytest
from conftest import CLIENT, EXECUTOR, KEY, request_of, run_when, serve, until

from clients.runservice import RunResult, RunserviceClient
from runservice.cli import main
from vault import Vault

pytestmark = pytest.mark.anyio

TOKENS = {"RUNSERVICE_TOKEN": CLIENT, "RUNSERVICE_EXECUTOR_TOKEN": EXECUTOR, "RUNSERVICE_KEY": KEY}


def command(*words):
    return [sys.executable, "-m", "runservice", *words]


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUNSERVICE")}
    return kept | TOKENS | more


async def run(*words, stdin=b"", **more):
    """Run the command to its end, in a thread of this process: exit code, output, errors."""
    return await asyncio.to_thread(call, words, stdin, more)


def call(words, stdin, more):
    root, output, errors = logging.getLogger(), io.BytesIO(), io.BytesIO()
    handlers, level = root.handlers[:], root.level
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (TOKENS | more).items():
            patch.setenv(name, value)
        for name, stream in (("stdin", io.BytesIO(stdin)), ("stdout", output), ("stderr", errors)):
            patch.setattr(sys, name, io.TextIOWrapper(stream, write_through=True))
        try:
            with pytest.raises(SystemExit) as ended:
                main(list(words), prog_name="runservice")
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)
        return ended.value.code, output.getvalue().decode(), errors.getvalue().decode()


class Process:
    """A service that serves; what it logs is in `lines`."""

    def __init__(self, process):
        self.process, self.lines, self.url = process, [], None
        self.reading = asyncio.create_task(self.read())

    async def read(self):
        async for line in self.process.stderr:
            self.lines.append(line.decode().rstrip())
            if match := re.search(r"listening on (http://[0-9.:]+)", self.lines[-1]):
                self.url = match[1]

    async def ready(self):
        async def ask():
            assert self.process.returncode is None, self.lines
            return self.url

        return await until(ask)

    async def end(self, number):
        self.process.send_signal(number)
        code = await asyncio.wait_for(self.process.wait(), 20)
        await self.reading
        return code


@contextlib.asynccontextmanager
async def serving(tmp_path, *more, listen="127.0.0.1:0"):
    words = [
        "serve",
        "--kv",
        f"sqlite://{tmp_path}/kv.db",
        "--storage",
        f"file://{tmp_path}/objects",
        "--listen",
        listen,
    ]
    process = await asyncio.create_subprocess_exec(
        *command(*words, *more), env=environment(), stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    service = Process(process)
    try:
        await service.ready()
        yield service
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await service.reading


async def test_a_run_through_a_real_process_and_a_clean_end(tmp_path):
    """It answers, works, ends within its time on SIGTERM with a reader still there, and every line is a log line."""
    async with serving(tmp_path) as service, RunserviceClient(service.url, CLIENT) as client:
        async with (
            RunserviceClient(service.url, EXECUTOR) as runs,
            fake.run_executor(serve, runs, EXECUTOR) as executor,
        ):
            created = (await client.create_run(request_of("a", "b<a"))).run
            assert (await run_when(client, created.id, lambda run: run.archived)).result is RunResult.SUCCESS
            executor.script = {"a": "hang"}
            created = (await client.create_run(request_of("a"))).run
            await run_when(client, created.id, lambda run: run.task("a").status.value == "running")
            async with client.logs(created.id, created.task("a").id, step=0, follow=True) as chunks:
                await anext(chunks)
                assert await service.end(signal.SIGTERM) == 0
    assert all(re.match(r"\d{4}-\d\d-\d\d \S+ [A-Z]+ [\w.]+: ", line) for line in service.lines), service.lines
    assert service.lines[-1].endswith("INFO runservice: ended")


async def test_the_log_as_json(tmp_path):
    """Each line is a document, an error's too; `--detailed-errors` adds to it."""
    async with serving(tmp_path, "--log-format", "json") as service, RunserviceClient(service.url, CLIENT) as client:
        with pytest.raises(Exception, match="no such run"):
            await client.get_run("nosuch")
        assert await service.end(signal.SIGINT) == 0
    documents = [json.loads(line) for line in service.lines]
    [refused] = [document for document in documents if "error" in document]
    assert refused["error"]["message"].startswith("get run nosuch: ")
    assert refused["error"]["fields"]["code"] == "run_not_exist"


async def test_a_service_that_is_killed_loses_nothing(tmp_path):
    """Killed twice in the middle of six runs: each task was run once, and each run is archived."""
    async with contextlib.AsyncExitStack() as stack:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            listen = f"127.0.0.1:{taken.getsockname()[1]}"
        url = f"http://{listen}"
        executor, ids = None, []
        client = await stack.enter_async_context(RunserviceClient(url, CLIENT))
        runs = await stack.enter_async_context(RunserviceClient(url, EXECUTOR))
        for kill in range(2):
            async with serving(tmp_path, listen=listen) as service:
                if executor is None:
                    executor = await stack.enter_async_context(fake.run_executor(serve, runs, EXECUTOR))
                for n in range(3):
                    created = await client.create_run(request_of("a", "b<a", group=f"/g/{kill}/{n}"))
                    ids.append(created.run.id)
                await asyncio.sleep(0.05 * kill)
                await service.end(signal.SIGKILL)
        async with serving(tmp_path, listen=listen):
            for run_id in ids:
                run = await run_when(client, run_id, lambda run: run.archived)
                assert run.result is RunResult.SUCCESS
            assert len((await client.list_runs(limit=40)).runs) == len(ids)
    assert sorted(executor.started) == ["a"] * 6 + ["b"] * 6


async def test_a_port_that_is_taken(tmp_path):
    """One clean line, with what to do, and nothing of a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        code, output, errors = await run(
            "serve", "--kv", f"sqlite://{tmp_path}/kv.db", "--storage", f"file://{tmp_path}/o", "--listen", address
        )
    assert (code, output) == (78, "")
    [line] = errors.splitlines()
    assert line.startswith(f"error: start the service: listen on {address}: ")
    assert "[Errno 98] Address already in use" in line
    assert line.endswith("hint: another program listens there)")


STARTS = {
    "no token": (
        ["--kv", "sqlite://{tmp}/kv.db", "--storage", "file://{tmp}/o"],
        "read the tokens of RUNSERVICE_TOKEN: there is none",
    ),
    "no key": (
        ["--kv", "sqlite://{tmp}/kv.db", "--storage", "file://{tmp}/o"],
        "start the service: read the tokens of RUNSERVICE_KEY: there is none",
    ),
    "bad key": (
        ["--kv", "sqlite://{tmp}/kv.db", "--storage", "file://{tmp}/o"],
        "start the service: read the keys of RUNSERVICE_KEY: Fernet key must be 32 url-safe base64-encoded bytes",
    ),
    "no kv": (["--kv", "mysql://x", "--storage", "file://{tmp}/o"], "open store mysql://x: wanted sqlite:///path"),
    "no storage": (
        ["--kv", "sqlite://{tmp}/kv.db", "--storage", "ftp://x"],
        "open storage ftp://x: no storage is called 'ftp'",
    ),
    "no directory": (
        ["--kv", "sqlite:///nowhere/kv.db", "--storage", "file://{tmp}/o"],
        "open store sqlite:///nowhere/kv.db: ",
    ),
}


SET = {"no token": {"RUNSERVICE_TOKEN": ""}, "no key": {"RUNSERVICE_KEY": ""}, "bad key": {"RUNSERVICE_KEY": "short"}}


async def test_what_an_operator_meets_first(tmp_path):
    """Each is one line that names what is wrong, and exit code 1."""
    for name, (words, expected) in STARTS.items():
        code, _, errors = await run(
            "serve", *[word.format(tmp=tmp_path) for word in words], "--listen", "127.0.0.1:0", **SET.get(name, {})
        )
        assert code == 1
        [line] = errors.splitlines()
        assert line.startswith("error: ")
        assert expected in line


async def test_an_address_that_is_none(tmp_path):
    """Wrong usage, and what it should be."""
    code, _, errors = await run("serve", "--kv", "x", "--storage", "x", "--listen", "here")
    assert (code, "it is HOST:PORT, such as 127.0.0.1:4000" in errors) == (2, True)


async def test_maintenance_export_and_import_by_command(tmp_path):
    """On, status, export to a file, import from it, off; what is no export is one line."""
    async with serving(tmp_path) as service:
        url = ["--url", service.url]
        code, output, _ = await run("maintenance", "on", *url)
        assert (code, output.splitlines()[0]) == (0, "maintenance is on")
        code, output, _ = await run("maintenance", "status", "--json", *url)
        assert [instance["mode"] for instance in json.loads(output)["instances"]] == ["maintenance"]
        file = tmp_path / "export"
        assert (await run("export", *url, "--output", str(file)))[0] == 0
        code, _, errors = await run("import", *url, stdin=file.read_bytes()[:-2])
        assert (code, len(errors.splitlines())) == (1, 1)
        assert "no whole export: nothing was changed" in errors
        assert (await run("import", *url, "--input", str(file)))[0] == 0
        code, output, _ = await run("maintenance", "off", *url)
        assert (code, output.splitlines()[0]) == (0, "maintenance is off")
        code, _, errors = await run("maintenance", "off", *url, RUNSERVICE_TOKEN="wrong")
        assert (code, "401 Unauthorized" in errors) == (1, True)
    code, _, errors = await run("maintenance", "status", *url)
    assert (code, errors.startswith("error: ask for the state of maintenance: call runservice, GET ")) == (1, True)


async def test_a_new_key_is_a_good_one():
    """What is printed is all that the setting needs."""
    code, output, _ = await run("new-key")
    [key] = output.split()
    vault = Vault([key], "RUNSERVICE_KEY")
    assert (code, vault.open("r1", vault.seal("r1", {"A": "1"}))) == (0, {"A": "1"})


async def test_help():
    """It teaches: what the command does, and each option."""
    for words in (["--help"], ["serve", "--help"], ["maintenance", "--help"], ["import", "--help"]):
        code, output, _ = await run(*words)
        assert (code, "Usage: runservice" in output) == (0, True)
    taught = (await run("--help"))[1]
    assert [name for name in TOKENS if name not in taught] == []
