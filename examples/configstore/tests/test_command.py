"""The command, as processes."""

import asyncio
import json
import socket

import pytest
from conftest import TOKEN

from apierrors import RemoteError
from clients.configstore import ConfigstoreClient


def ask(url, call, token=TOKEN):
    """One call of a client, with patience until the instance has its data."""

    async def do():
        async with ConfigstoreClient(url, token) as client:
            async with asyncio.timeout(20):
                while True:
                    try:
                        return await call(client)
                    except RemoteError as err:
                        if err.status != 503:
                            raise
                    await asyncio.sleep(0.05)

    return asyncio.run(do())


def test_it_serves_until_it_is_told_to_end(serve):
    """SIGTERM ends it cleanly, and what was written is there after a new start."""
    process = serve()
    ask(process.url, lambda client: client.create_user("ann"))
    process.terminate()
    assert process.wait() == 0
    assert not [line for line in process.lines if "ERROR" in line or "WARNING" in line]
    again = serve()
    assert ask(again.url, lambda client: client.get_user("user/ann")).name == "ann"


def test_what_was_acknowledged_outlives_a_kill(serve):
    """Whatever was under way."""
    process = serve()
    for number in range(5):
        ask(process.url, lambda client, name=f"user{number}": client.create_user(name))
    process.popen.kill()
    again = serve()
    assert len(ask(again.url, lambda client: client.list_users())) == 5


def test_it_logs_json_where_that_is_wanted(serve):
    """A line is a document."""
    process = serve("--log-format", "json")
    ask(process.url, lambda client: client.list_users())
    process.terminate()
    process.wait()
    assert {json.loads(line)["levelname"] for line in process.lines} == {"INFO"}


def test_a_taken_port_is_one_line(serve):
    """With what to do about it, and an exit code."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = serve(listen=f"127.0.0.1:{taken.getsockname()[1]}")
        assert process.wait() == 78
    (line,) = process.lines
    assert line.startswith("error: start configstore: listen on 127.0.0.1:")
    assert line.endswith("hint: another program listens there)")


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["serve", "--listen", "here"], {}, "HOST:PORT"),
        (["serve"], {"CONFIGSTORE_TOKEN": ""}, "hint: set CONFIGSTORE_TOKEN"),
        (["serve"], {"CONFIGSTORE_KEY": "short"}, "put into CONFIGSTORE_KEY what the service's command new-key prints"),
        (["serve", "--kv", "redis://here"], {}, "open store redis://here"),
        (["serve", "--storage", "ftp://here"], {}, "open storage ftp://here"),
        (["export", "--url", "http://127.0.0.1:9"], {}, "export from http://127.0.0.1:9: export: call configstore"),
        (["maintenance", "status", "--url", "nonsense"], {}, "maintenance status: "),
    ],
    ids=["address", "no token", "bad key", "bad store", "bad storage", "nobody there", "bad url"],
)
def test_a_bad_setting_is_one_line(spawn, tmp_path, arguments, environment, words):
    """It ends at once, and says which."""
    if arguments[0] == "serve":
        defaults = {"--kv": f"sqlite://{tmp_path}/kv.db", "--storage": f"file://{tmp_path}", "--listen": "127.0.0.1:0"}
        for name, value in defaults.items():
            arguments = arguments if name in arguments else [*arguments, name, value]
    process = spawn(*arguments, **environment)
    assert process.wait() in {1, 2, 78}
    assert words in process.lines[-1]
    assert [line for line in process.lines if "Traceback" in line] == []
    assert len([line for line in process.lines if line.startswith(("error:", "Error:"))]) == 1


def test_an_operator_moves_everything_to_another_installation(serve, spawn, tmp_path):
    """Export, maintenance on, import, maintenance off: four commands."""
    old = serve()
    ask(old.url, lambda client: client.create_user("ann"))
    saved = tmp_path / "saved.ndjson"
    assert spawn("export", "--url", old.url, "--output", str(saved)).wait() == 0
    new = spawn(
        "serve", "--kv", f"sqlite://{tmp_path}/kv2.db", "--storage", f"file://{tmp_path}/2", "--listen", "127.0.0.1:0"
    )
    ask(new.url, lambda client: client.create_user("bob"))
    refused = spawn("import", "--url", new.url, "--input", str(saved))
    assert refused.wait() == 1
    assert "import is for maintenance" in refused.lines[-1]
    for action, words in (("on", "maintenance is on"), ("status", "maintenance is on"), ("off", "maintenance is off")):
        done = spawn("maintenance", action, "--url", new.url)
        assert done.wait() == 0
        assert words in done.output()
        if action == "status":
            assert spawn("import", "--url", new.url, "--input", str(saved)).wait() == 0
    assert [user.name for user in ask(new.url, lambda client: client.list_users())] == ["ann"]


def test_a_new_key_is_a_good_one(spawn, serve):
    """It can be set as it is printed."""
    printed = spawn("new-key")
    assert printed.wait() == 0
    assert serve(CONFIGSTORE_KEY=printed.output()).url
