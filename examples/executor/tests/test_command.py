"""The command, as people type it."""

import os
import socket
import subprocess

import click
import pytest
import runner
from click.testing import CliRunner

from executor.command import _reachable, group


def execute(*arguments, token="t", **environment):
    environment = {"PATH": os.environ["PATH"], "COLUMNS": "120", **environment}
    if token is not None:
        environment["EXECUTOR_TOKEN"] = token
    return subprocess.run(
        [runner.BESIDE / "executor", *arguments], capture_output=True, text=True, env=environment, timeout=60
    )


def serve(tmp_path, *options, **more):
    arguments = ["serve", "--runservice", "http://127.0.0.1:9", "--data-dir", tmp_path / "data"]
    return execute(*arguments, *(options or ["--listen", "127.0.0.1:0"]), **more)


def test_help_teaches():
    """What it does, what it needs, where the token goes."""
    said = execute("serve", "--help").stdout
    for word in (
        "--runservice URL",
        "--data-dir",
        "--listen HOST:PORT",
        "--limit",
        "--detailed-errors",
        "EXECUTOR_TOKEN_FILE",
    ):
        assert word in said


def test_a_taken_port_is_one_clean_line(tmp_path):
    """And nothing is left of the attempt."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = serve(tmp_path, "--listen", f"127.0.0.1:{port}")
    assert done.returncode == 78
    [line] = done.stderr.splitlines()
    assert line.startswith(f"error: start executor: listen on 127.0.0.1:{port}: cannot start: [Errno 98]")
    assert line.endswith("(code: setup; hint: another program listens there)")
    assert not (tmp_path / "data").exists()


def test_without_a_token_it_does_not_start(tmp_path):
    """It is never taken from the command line."""
    done = serve(tmp_path, token=None)
    assert done.returncode == 1
    assert "read the tokens of EXECUTOR_TOKEN: there is none" in done.stderr
    assert "set EXECUTOR_TOKEN, or EXECUTOR_TOKEN_FILE" in done.stderr


def test_the_token_can_be_in_a_file(tmp_path):
    """A file that is not there is said by name."""
    done = serve(tmp_path, token=None, EXECUTOR_TOKEN_FILE=str(tmp_path / "token"))
    assert f"No such file or directory: '{tmp_path}/token'" in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--listen", "4000"],
        ["--listen", ":4000"],
        ["--listen", "localhost:99999"],
        ["--listen", "127.0.0.1:0", "--label", "ssd"],
        ["--listen", "127.0.0.1:0", "--limit", "-1"],
        ["--runservice", "127.0.0.1:4000"],
        ["--runservice", "http://user:password@127.0.0.1:4000"],
        ["--advertise", "http://127.0.0.1:4000/path"],
    ],
)
def test_bad_options_are_named(tmp_path, options):
    """By click, with its exit status."""
    arguments = ["serve", "--runservice", "http://127.0.0.1:9", "--data-dir", str(tmp_path / "data"), *options]
    done = CliRunner().invoke(group, arguments)
    assert done.exit_code == 2
    assert f"Invalid value for '{options[-2]}'" in done.stderr


def test_who_listens_everywhere_says_how_to_be_reached():
    """For 0.0.0.0 is no address to ask for logs."""
    with pytest.raises(click.UsageError, match="say which one with --advertise"):
        _reachable("0.0.0.0", 4001)
    assert _reachable("::1", 4001) == "http://[::1]:4001"


def test_garbage_in_the_data_directory(tmp_path):
    """An id that is none is not used, and not overwritten either."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "id").write_bytes(b"\xff\n")
    done = serve(tmp_path)
    assert done.returncode == 78
    assert f"read the executor's id from {tmp_path}/data/id: it holds no id" in done.stderr


def test_a_data_directory_that_cannot_be_made(tmp_path):
    """A file is in its place."""
    (tmp_path / "data").write_text("")
    done = serve(tmp_path)
    assert done.returncode == 1
    assert f"open data directory {tmp_path}/data: [Errno 17] File exists" in done.stderr
