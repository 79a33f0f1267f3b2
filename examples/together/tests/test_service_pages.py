"""The reference pages of the services say what the services do: each of their tables is held to the code, or to a run.

`UPDATE_GOLDENS=1 pytest tests/test_service_pages.py` writes the tables and quotations anew that are made from the code.
"""

import ast
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sections import COMMANDS, EXAMPLES, PAGES, belongs, operations, renew, sections

from vault import new_key

SERVICES = ("configstore", "runservice", "executor", "gateway")
RENEW = "UPDATE_GOLDENS=1 pytest tests/test_service_pages.py, in examples/together"
_SETTING = re.compile(r"[A-Z]+(_[A-Z]+)*_(TOKEN|KEY|URL)")
_QUOTED = re.compile(r"^\| `([^`]+)`", re.MULTILINE)

each_service = pytest.mark.parametrize("service", SERVICES)


def read(service):
    return (PAGES / f"{service}.md").read_text(encoding="utf-8")


def rows(service, title):
    """The first column of the table below a heading, without quotation marks."""
    _, found, after = read(service).partition(f" {title}\n")
    assert found, f"{service}.md has no heading {title!r}"
    return re.findall(r"`([^`]+)`", "\n".join(line.split(" | ")[0] for line in _below(after) if line.startswith("| `")))


def _below(text):
    """The lines up to the next heading."""
    return re.split(r"^#+ ", text, maxsplit=1, flags=re.MULTILINE)[0].splitlines()


def literals(service):
    """The texts in the source of a service."""
    for path in (EXAMPLES / service / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@each_service
def test_what_is_made_from_the_code_is_as_the_code_says(service):
    """Routes, options, commands, and what is quoted of goldens."""
    page, text = PAGES / f"{service}.md", read(service)
    renewed = renew(text, service)
    if os.environ.get("UPDATE_GOLDENS"):
        page.write_text(renewed, encoding="utf-8")
    else:
        assert text == renewed, f"{page.name} is no longer what the code says. Write it anew: {RENEW}"


@each_service
def test_each_route_is_in_one_table(service):
    """Of all tables of routes; a new route wants a place on the page."""
    tables = sections(read(service), "routes")
    for method, path, operation, _ in operations(service):
        homes = [words for words in tables if belongs(path, operation, words)]
        assert len(homes) == 1, (
            f"{method} {path} is in {len(homes)} tables of {service}.md: name it in one `made: routes`"
        )


@each_service
def test_each_command_has_its_options_on_the_page(service):
    """`serve` by a table of its own, the others by a line each."""
    text = read(service)
    assert [service, "serve"] in sections(text, "options")
    if len(COMMANDS[service].commands) > 1:
        assert [service] in sections(text, "commands")


@pytest.mark.parametrize("command", SERVICES)
def test_the_command_prints_the_options_of_the_page(command):
    """What `--help` really prints."""
    printed = CliRunner().invoke(COMMANDS[command].commands["serve"], ["--help"]).output
    names = [
        name.split()[0]
        for name in _QUOTED.findall(renew(f"<!-- made: options {command} serve -->\n<!-- end -->", command))
    ]
    assert names
    assert set(re.findall(r"^ +(--[a-z-]+)", printed, re.MULTILINE)) == {*names, "--help"}


@each_service
def test_each_setting_of_the_environment_is_on_the_page(service):
    """The variables that the code names, and no others; each can be a file too."""
    named = {text for text in literals(service) if _SETTING.fullmatch(text)}
    told = {name for name in rows(service, "Environment") if not name.endswith("_FILE")}
    assert told == named, f"the table `Environment` of {service}.md, and the names in its code, differ"


def codes(*packages):
    """The codes that the source of packages gives errors."""
    paths = [path for package in packages for path in (EXAMPLES / package / "src").rglob("*.py")]
    return {code for path in paths for code in re.findall(r'code="(\w+)"', path.read_text(encoding="utf-8"))}


@each_service
def test_each_code_is_on_the_page(service):
    """The words that programs go by: all that the service has, and none but these and those of what it stands on."""
    told, own = set(rows(service, "Codes")), codes(service)
    assert own <= told, f"the table `Codes` of {service}.md lacks {own - told}"
    assert told <= own | codes("apierrors", "serving", "vault"), f"nothing has the codes of {service}.md {told - own}"


def exit_code(service, environment, *options):
    """How `serve` ends that cannot start."""
    nowhere = {
        "gateway": ["--configstore", "http://127.0.0.1:9", "--runservice", "http://127.0.0.1:9"],
        "executor": ["--runservice", "http://127.0.0.1:9", "--data-dir", "data"],
    }.get(service, ["--kv", "sqlite:///data/kv.db", "--storage", "file:///data/objects"])
    command = [Path(sys.executable).with_name(service), "serve", *nowhere, *options]
    return subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, timeout=30, check=False).returncode


@each_service
def test_the_exit_codes_are_those_of_the_page(service):
    """Of wrong options, of a missing token, and of a port that is taken."""
    text = read(service).partition("### Exit codes\n")[2].partition("\n#")[0]
    told = dict(re.findall(r"^\| `(\d+)` \| (.*) \|$", text, re.MULTILINE))
    tokens = {
        f"{name}_TOKEN": "t"
        for name in ("CONFIGSTORE", "RUNSERVICE", "RUNSERVICE_EXECUTOR", "EXECUTOR", "GATEWAY_ADMIN")
    }
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = ["--listen", f"127.0.0.1:{taken.getsockname()[1]}"]
        whole = {**tokens, "CONFIGSTORE_KEY": new_key(), "RUNSERVICE_KEY": new_key()}
        assert "the options are wrong" in told[str(exit_code(service, whole, "--nonsense"))]
        assert "no token" in told[str(exit_code(service, {}, *listen))]
        assert "the port" in told[str(exit_code(service, whole, *listen))]
    assert "told to end" in told["0"]
