"""What the log, the caller and the user get to read, word for word. `UPDATE_GOLDENS=1` writes the goldens anew."""

import logging
import os
import re
from pathlib import Path

import fakes
import httpx2
import pytest

from clients.configstore import ParentType, VariableValue
from clients.query import API
from stackerr.integrations.logging import Formatter

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).parent / "golden"
CONFIG = {"name": "nightly", "tasks": [{"name": "build", "steps": [{"run": "make"}]}]}
DIFFERS = [
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"( > (?!gateway|clients|apierrors)[\w/<>]+\.py:\d+)+\]", " > …]"),
    (r"\.py:\d+", ".py:N"),
    (r"([\w/]+\.py:N)( > \1)+ > …\]", r"\1 > …]"),  # an installed package is below, too
]


def check(name, text):
    for pattern, instead in DIFFERS:
        text = re.sub(pattern, instead, text)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text)
    assert text == path.read_text()


@pytest.fixture
def ask(app, caplog):
    """Ask the gateway as ann; the lines of its log, and what it answers."""
    formatter = Formatter("%(levelname)s %(name)s: %(message)s")
    caplog.set_level(logging.INFO)

    async def request(method, path, who="ann", **options):
        headers = {"authorization": f"Bearer {fakes.USERS.get(who, who)}"}
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://g", headers=headers
        ) as http:
            answer = await http.request(method, API + path, **options)
        (line,) = [formatter.format(record) for record in caplog.records if record.exc_info]
        return f"# in the log\n{line}\n\n# to the caller\n{answer.status_code} {answer.text}\n"

    return request


async def test_a_bad_token(ask):
    """Nobody's."""
    check("bad_token", await ask("GET", "/runs", who="guess"))


async def test_the_configstore_is_down_when_somebody_logs_in(ask, configstore):
    """The caller's token may be good."""
    with fakes.broken(configstore, 503):
        check("cannot_tell_who", await ask("GET", "/runs"))


async def test_somebody_elses_project(ask):
    """Not there."""
    check("project_of_another", await ask("GET", "/projects/user%2Fbob%2Ftools%2Fweb", who="ann"))


async def test_somebody_elses_run(ask, bob):
    """Not there either."""
    await bob.start_run("web-bob", CONFIG)
    check("run_of_another", await ask("GET", "/runs/run1"))


async def test_a_run_that_is_not_there(ask):
    """Word for word the same."""
    check("no_run", await ask("GET", "/runs/run1"))


async def test_a_bad_run_config(ask):
    """With the place."""
    body = b"name: nightly\ntasks:\n  - name: build\n    depends: [lint]\n"
    check(
        "bad_run_config",
        await ask("POST", "/projects/web-ann/runs", content=body, headers={"content-type": "application/yaml"}),
    )


async def test_the_runservice_is_down(ask, runservice, configstore):
    """Its words stay in the log."""
    configstore.put_secret(ParentType.PROJECT, "web-ann", "s", {"A": "hunter2"})
    configstore.put_variable(ParentType.PROJECT, "web-ann", "V", [VariableValue(secret_name="s", secret_var="A")])
    with fakes.broken(runservice, 503):
        check("runservice_down", await ask("POST", "/projects/web-ann/runs", json=CONFIG))


async def test_the_runservice_is_in_maintenance(ask, runservice):
    """It is meant, and no fault of anybody."""
    with fakes.broken(runservice, 503, "maintenance"):
        check("runservice_in_maintenance", await ask("GET", "/runs"))


async def test_the_runservice_has_failed(ask, runservice):
    """Somebody has to look there."""
    with fakes.broken(runservice, 500):
        check("runservice_failed", await ask("GET", "/runs"))


async def test_the_runservice_refuses(ask, runservice, ann):
    """Its kind is passed on."""
    await ann.start_run("web-ann", CONFIG)
    check("runservice_refuses", await ask("POST", "/runs/run1/tasks/build/approve"))


def test_what_the_commands_print(serve, spawn, behind, tmp_path):
    """For the mistakes that everybody makes once."""
    url = serve().url
    port = url.rpartition(":")[2]
    good = {"CI_URL": url, "CI_TOKEN": fakes.USERS["ann"]}
    (tmp_path / "bad.yaml").write_text("name: nightly\ntasks: [{name: build, stepz: []}]\n")
    processes = {
        "gateway serve: port taken": serve(listen=f"127.0.0.1:{port}"),
        "gateway serve: no token": serve(CONFIGSTORE_TOKEN=""),
        "ci: nobody there": spawn("gateway.ci", "run", "list", CI_URL="http://127.0.0.1:9", CI_TOKEN="x"),
        "ci: bad token": spawn("gateway.ci", "run", "list", CI_URL=url, CI_TOKEN="guess"),
        "ci: no token": spawn("gateway.ci", "run", "list", CI_URL=url, CI_TOKEN=""),
        "ci: no run": spawn("gateway.ci", "run", "show", "run9", **good),
        "ci: bad run config": spawn("gateway.ci", "run", "start", "web-ann", "--file", "bad.yaml", **good),
        "ci: for admins": spawn("gateway.ci", "user", "create", "cid", **good),
        "ci: not a gateway": spawn("gateway.ci", "run", "list", CI_URL=behind[1], CI_TOKEN="token-of-the-runservice"),
    }
    shown = []
    for name, process in processes.items():
        assert process.wait() != 0
        shown.append(f"# {name}\n{process.lines[-1]}\n")
    check("commands", "\n".join(shown))


def test_every_golden_has_its_failure():
    """None is left over."""
    source = Path(__file__).read_text()
    named = set(re.findall(r'check\(\s*"(\w+)"', source))
    assert {path.stem for path in GOLDEN.iterdir()} == named
