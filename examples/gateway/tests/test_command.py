"""The gateway as a process, and `ci`, the command of the users."""

import asyncio
import json
import socket

import fakes
import pytest
from conftest import ADMIN

from clients import runservice as rs
from clients.gateway import GatewayClient

RUN = """
name: nightly
tasks:
  - name: build
    steps: [{run: make}]
"""
WEB = "user/ann/tools/web"


@pytest.fixture
def ci(spawn, serve, tmp_path):
    """Run `ci` as ann, or as somebody else; its exit code, what it printed, and what it said besides."""
    url = serve().url
    (tmp_path / "run.yaml").write_text(RUN)

    def run(*arguments, who="ann", **environment):
        token = ADMIN if who == "admin" else fakes.USERS[who]
        done = spawn("gateway.ci", *arguments, **{"CI_URL": url, "CI_TOKEN": token, **environment})
        return done.wait(), done.output(), done.lines

    return run


def test_it_serves_until_it_is_told_to_end(serve):
    """SIGTERM ends it cleanly, and nothing was wrong."""
    process = serve("--log-format", "json")

    async def ask():
        async with GatewayClient(process.url, fakes.USERS["ann"]) as client:
            return await client.version()

    assert asyncio.run(ask()).version == "0.1.0"
    process.popen.terminate()
    assert process.wait() == 0
    assert {json.loads(line)["levelname"] for line in process.lines} == {"INFO"}


def test_a_taken_port_is_one_line(serve):
    """With what to do about it, and an exit code."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = serve(listen=f"127.0.0.1:{taken.getsockname()[1]}")
        assert process.wait() == 78
    (line,) = process.lines
    assert line.startswith("error: start gateway: listen on 127.0.0.1:")
    assert line.endswith("hint: another program listens there)")


def test_a_missing_token_is_one_line(serve):
    """Which, and where it can be."""
    process = serve(RUNSERVICE_TOKEN="")
    assert process.wait() == 1
    (line,) = process.lines
    assert line.startswith("error: start gateway: read the tokens of RUNSERVICE_TOKEN: there is none")


def test_a_user_starts_a_run_and_looks_at_it(ci, runservice):
    """For people and for programs; what is wrong with it exits with another code."""
    code, printed, _ = ci("run", "start", WEB, "--branch", "main", "--json")
    assert (code, json.loads(printed)["branch"]) == (0, "main")
    code, printed, _ = ci("run", "list", WEB)
    assert printed.splitlines()[0].split() == [
        "id",
        "name",
        "counter",
        "branch",
        "tag",
        "phase",
        "result",
        "enqueue_time",
    ]
    assert "run1  nightly" in printed
    code, printed, _ = ci("run", "show", "run1")
    assert "build" in printed
    runservice.change("run1", "build", waiting_approval=True)
    assert ci("run", "approve", "run1", "build")[0] == 0
    assert runservice.runs["run1"].tasks["build"].approved
    assert ci("run", "stop", "run1")[0] == 0
    assert json.loads(ci("run", "restart", "run1", "--json")[1])["id"] == "run2"


def test_a_user_follows_a_run_to_its_end(ci, runservice):
    """Its log goes to standard output; that it failed is the exit code, and why is said."""
    ci("run", "start", WEB)
    failed = [rs.RunTaskStep(phase=rs.ExecutorTaskPhase.FAILED, exit_status=2)]
    said = {"status": rs.RunTaskStatus.FAILED, "fail_error": "run step 0: exit status 2\x1b[31m"}
    runservice.change("run1", "build", steps=failed, **said)
    runservice.change("run1", phase=rs.RunPhase.FINISHED, result=rs.RunResult.FAILED)
    runservice.log_goes_on.set()
    code, printed, lines = ci("run", "logs", "run1", "--follow")
    assert (code, printed) == (3, "one\ntwo\n")
    assert lines == [
        "--- build, step 0: make",
        "task build failed: run step 0: exit status 2?[31m",
        "run run1: finished, failed",
    ]
    assert ci("run", "logs", "run1", "build", "--step", "0")[:2] == (0, "one\ntwo\n")


def test_a_secret_is_never_on_the_command_line(ci, tmp_path, configstore):
    """It comes from a file or from the environment."""
    (tmp_path / "password.txt").write_text("hunter2\n")
    code, _, lines = ci("secret", "create", WEB, "registry", "PASSWORD=hunter2")
    assert code == 2
    assert "write PASSWORD=@FILE, or PASSWORD alone" in lines[-1]
    code, printed, lines = ci(
        "secret", "create", WEB, "registry", "PASSWORD=@password.txt", "USER_NAME", USER_NAME="ann"
    )
    assert code == 0
    assert configstore.secrets["web-ann"]["registry"].data == {"PASSWORD": "hunter2", "USER_NAME": "ann"}
    assert "hunter2" not in printed
    assert ci("variable", "create", WEB, "TOKEN", "--from", "registry:PASSWORD", "--branch", "main")[0] == 0
    (value,) = configstore.variables["web-ann"]["TOKEN"].values
    assert value.when.branch.include == ["main"]
    assert "registry" in ci("secret", "list", WEB, "--tree")[1]


def test_an_admin_makes_a_user(ci):
    """And a token, which is printed alone so that it can go into a file."""
    assert "cid" in ci("user", "create", "cid", who="admin")[1]
    assert ci("user", "token", "cid", "laptop", who="admin")[1] == "a-new-token\n"
    code, printed, _ = ci("user", "list", "--json", who="admin")
    assert [user["name"] for user in json.loads(printed)] == ["ann", "bob", "root", "cid"]


def test_a_project_is_made_and_listed(ci):
    """By its path."""
    assert ci("group", "create", "user/ann/kit")[0] == 0
    assert "user/ann/site" in ci("project", "create", "user/ann/site")[1]
    assert json.loads(ci("project", "list", "--json")[1])[0]["path"] == "user/ann/site"
    assert ci("project", "list")[1].splitlines()[0].split() == ["path", "id"]


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "words"),
    [
        (["run", "show", "run9"], {}, 1, "there is no run run9 ["),
        (["run", "list"], {"CI_TOKEN": "wrong"}, 1, "hint: set CI_TOKEN to a token that is valid"),
        (["run", "list"], {"CI_TOKEN": ""}, 1, "hint: set CI_TOKEN, or CI_TOKEN_FILE"),
        (["run", "list"], {"CI_URL": "http://127.0.0.1:9"}, 1, "is the gateway running at http://127.0.0.1:9?"),
        (["run", "list"], {"CI_URL": ""}, 2, "where is the gateway? Say it with --url or CI_URL."),
        (["user", "list"], {}, 1, "hint: ask an admin"),
        (["run", "start", WEB, "--file", "none.yaml"], {}, 2, "none.yaml"),
        (["project", "create", "web"], {}, 2, "it is a path, such as user/ann/web"),
    ],
    ids=["no run", "wrong token", "no token", "nobody there", "no url", "no admin", "no file", "no path"],
)
def test_an_error_is_one_line_with_a_hint(ci, arguments, environment, code, words):
    """And an exit code; nothing is printed where programs read."""
    exited, printed, lines = ci(*arguments, **environment)
    assert (exited, printed) == (code, "")
    assert words in lines[-1]
    assert len([line for line in lines if line.lower().startswith("error: ")]) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [("x", "the service cannot answer now; try again later ["), ("maintenance", "in maintenance; try")],
)
def test_maintenance_behind_is_one_line_that_says_what_to_do(ci, runservice, code, words):
    """And nothing of what the service behind has said."""
    with fakes.broken(runservice, 503, code):
        exited, printed, lines = ci("run", "list")
    assert (exited, printed, len(lines)) == (1, "", 1)
    assert words in lines[0]
    assert lines[0].endswith("hint: try again in a while; if it stays like that, tell an admin)")
    assert "words of the service behind" not in lines[0]


def test_a_service_behind_that_is_off_is_one_line_too(spawn, serve):
    """The gateway is there, and says so."""
    url = serve("--runservice", "http://127.0.0.1:9").url
    done = spawn("gateway.ci", "run", "list", CI_URL=url, CI_TOKEN=fakes.USERS["ann"])
    assert (done.wait(), done.output(), len(done.lines)) == (1, "", 1)
    assert "503 Service Unavailable (unavailable): the service cannot answer now; try again later [" in done.lines[0]
    assert "hint: try again in a while" in done.lines[0]
    assert "127.0.0.1:9/" not in done.lines[0]


def test_an_error_in_detail_has_the_whole_chain(ci):
    """From the command down to what the gateway answered."""
    code, _, lines = ci("--detailed-errors", "run", "show", "run9")
    assert code == 1
    text = "\n".join(lines)
    assert "get run run9" in text
    assert "clients/gateway/runs.py:" in text


def test_help_teaches(ci):
    """What to set, and where to begin."""
    code, printed, _ = ci("--help")
    assert code == 0
    for words in (
        "CI_URL",
        "CI_TOKEN_FILE",
        "ci run start user/ann/web",
        "3 the run that was followed did not succeed",
    ):
        assert words in printed
