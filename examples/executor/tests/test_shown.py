"""What each failure prints, word for word: the line of the log, and in detail. `UPDATE_GOLDENS=1` writes them anew."""

import asyncio
import contextlib
import logging
import os
import re
import socket
import sys
from pathlib import Path

import pytest
import tars
from fake import TOKEN
from runner import run

import stackerr
from clients.runservice import (
    ExecutorTask,
    ExecutorTaskPhase,
    ExecutorTaskSpec,
    ExecutorTaskSpecData,
    ExecutorTaskStatus,
    RunserviceClient,
)
from executor import Settings, command, open_executor
from executor.driver import Driver
from executor.folder import Folders
from executor.identity import held
from executor.job import Job
from executor.leftovers import Records
from executor.steps import Steps
from stackerr.integrations.logging import Formatter

GOLDEN = Path(__file__).parent / "golden"

KEEP = {"type": "save_to_workspace", "contents": [{"paths": ["**"]}]}
RESTORE = {"type": "restore_workspace"}
TASKS = {
    "exit status": {"steps": [run("exit 3", name="test")]},
    "no program": {"steps": [run("", shell="/opt/missing/sh")]},
    "no directory": {"steps": [run("", working_dir="missing")]},
    "cannot start": {"steps": [run("", shell="/etc/passwd")]},
    "bad shell": {"steps": [run("", shell="sh 'c")]},
    "step timeout": {"steps": [run("sleep 60", timeout=0.1)]},
    "task timeout": {"steps": [run("sleep 60")], "timeout": 0.1},
    "path leads out": {"steps": [run("", working_dir="../../id")]},
    "link kept": {"steps": [run("ln -s /etc/passwd users"), KEEP]},
    "workspace missing": {"steps": [RESTORE], "workspace_operations": [{"task_id": "gone", "step": 1}]},
    "archive unsafe": {"steps": [RESTORE], "workspace_operations": [{"task_id": "unsafe", "step": 1}]},
    "archive cut off": {"steps": [RESTORE], "workspace_operations": [{"task_id": "cut", "step": 1}]},
    "bad key": {"steps": [{"type": "restore_cache", "keys": ["{{ env KEY }}"]}]},
    "cache refused": {"steps": [{"type": "save_cache", "key": "deps", "contents": [{}]}]},
}


async def fail(data, runservice, spec):
    """Run a task that fails."""
    task = ExecutorTask(
        id="t1",
        spec=ExecutorTaskSpec(executor_id="e1", run_id="r1"),
        spec_data=ExecutorTaskSpecData.model_validate({"task_name": "build", **spec}),
    )
    driver = Driver(Records(data / "processes", data / "tasks"), grace=0.5)
    async with RunserviceClient(runservice.url, TOKEN) as client:
        job = Job(task, lambda: None)
        job.start(Steps(task.spec_data, Folders(data / "tasks").of("t1"), driver, client))
        await job.wait()


async def lose(data, runservice):
    """Give up a task that an executor before this one has had."""
    status = ExecutorTaskStatus(phase=ExecutorTaskPhase.RUNNING)
    Job(
        ExecutorTask(id="t1", spec=ExecutorTaskSpec(executor_id="e1", run_id="r1"), status=status), lambda: None
    ).give_up()


async def begin_twice(data, runservice):
    """Start a task whose directory is there."""
    Folders(data / "tasks").of("t1").make()
    await fail(data, runservice, {"steps": [run("true")]})


async def lose_runservice(data, runservice):
    """Look for tasks where nobody listens."""
    await look_for_tasks(data, "http://127.0.0.1:9", 0.3)


async def wait_for_runservice(data, runservice):
    """Look for tasks where somebody listens, and says nothing."""

    async def say_nothing(reader, writer):
        await reader.read()  # until the executor hangs up
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        await look_for_tasks(data, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", 1)


async def look_for_tasks(data, url, seconds):
    settings = Settings(runservice=url, token="t", data=data, listen_url="http://127.0.0.1:1", every=60)
    (data / "id").write_text("e1")
    async with open_executor(settings) as executor:
        executor._client.timeout = 0.3
        working = asyncio.create_task(executor.run())
        await asyncio.sleep(seconds)
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working


WORK = {
    "lost": lose,
    "started before": begin_twice,
    "runservice away": lose_runservice,
    "runservice silent": wait_for_runservice,
}


@pytest.fixture
def data(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.mark.parametrize("name", [*TASKS, *WORK])
def test_what_the_log_says(name, data, runservice, caplog):
    """One line that names the task, the step and the reason; the same in detail."""
    runservice.archives["unsafe", 1] = tars.HOSTILE["dots"]
    runservice.archives["cut", 1] = tars.GARBAGE["cut off"]
    runservice.refuses_caches = name == "cache refused"
    caplog.set_level(logging.WARNING, "executor")
    asyncio.run(WORK[name](data, runservice) if name in WORK else fail(data, runservice, TASKS[name]))
    lines, details = [], []
    for record in sorted(caplog.records, key=lambda record: record.getMessage()):
        lines.append(Formatter("%(levelname)s %(message)s").format(record))
        details.append(Formatter("%(levelname)s %(message)s", detailed=True).format(record))
    assert lines
    assert all("\n" not in line for line in lines)
    compare(name, normal("\n".join(lines), data, runservice), normal("\n".join(details), data, runservice))


@contextlib.contextmanager
def taken_port(data):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield ["--listen", f"127.0.0.1:{taken.getsockname()[1]}"], {}


@contextlib.contextmanager
def no_token(data):
    yield [], {"EXECUTOR_TOKEN": ""}


@contextlib.contextmanager
def bad_id(data):
    (data / "id").write_text("../..")
    yield [], {}


@contextlib.contextmanager
def in_use(data):
    with held(data):
        yield [], {}


STARTS = {"port taken": taken_port, "no token": no_token, "no id": bad_id, "data directory in use": in_use}


@pytest.mark.parametrize("name", STARTS)
def test_what_the_command_says(name, data, capsys, monkeypatch):
    """One line on standard error, with a hint; the same with `--detailed-errors`."""
    monkeypatch.setattr(command, "configure_logging", lambda *wanted: None)
    said = []
    with STARTS[name](data) as (options, environment):
        for more in ([], ["--detailed-errors"]):
            for variable, value in {"EXECUTOR_TOKEN": "t", **environment}.items():
                monkeypatch.setenv(variable, value)
            arguments = ["--runservice", "http://127.0.0.1:9", "--data-dir", str(data), "--listen", "127.0.0.1:0"]
            monkeypatch.setattr(sys, "argv", ["executor", "serve", *arguments, *options, *more])
            with pytest.raises(SystemExit) as ended:
                command.main()
            assert ended.value.code == (1 if name == "no token" else 78)
            said.append(normal(capsys.readouterr().err, data).rstrip("\n"))
    assert "\n" not in said[0]
    compare(name, *said)


def test_every_golden_has_its_failure():
    """None is left over."""
    names = {name.replace(" ", "_") for name in (*TASKS, *WORK, *STARTS)}
    assert {path.stem for path in GOLDEN.iterdir()} == names


@pytest.fixture(autouse=True)
def compact_errors():
    """The switch that the command turns is turned back."""
    yield
    stackerr.configure(detailed=False)


def compare(name, compact, detailed):
    text = f"# in the log\n{compact}\n\n# in detail\n{detailed}\n"
    path = GOLDEN / f"{name.replace(' ', '_')}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text)
    assert text == path.read_text()


def normal(text, data, runservice=None):
    """Without the stacks of pytest, folders, ports and line numbers."""
    text = re.sub(r"\n *called from(\n {6,}.*)*", "", text)
    text = text.replace(str(data), "/data")
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:4000", text)
    text = re.sub(r"\.py:\d+", ".py", re.sub(r"[^\s\"'\[]*/(?=[^/\s]+\.py)", "", text))
    return re.sub(r"(\w+\.py)( > \1)+", r"\1", text)  # how many depends on where the packages are installed
