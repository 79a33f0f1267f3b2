"""The plugin within flake8: options from every place they can be written, noqa, per-file-ignores, baseline, several processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LOADS = """\
import json
from stackerr import wrap

def load(file):
    return json.load(file)

def again(file):
    return json.load(file)  # noqa: WRP101

def read(path):
    return open(path)
"""


def flake8(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run flake8 in a folder."""
    command = [sys.executable, "-m", "flake8", "--select=WRP", "-j1", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def found(folder: Path, *arguments: str) -> list[str]:
    """The findings as `file:line code`."""
    run = flake8(folder, *arguments)
    assert run.stderr == ""
    lines = [line.split(":", 3) for line in run.stdout.splitlines()]
    return [f"{name.removeprefix('./')}:{line} {text.split()[0]}" for name, line, _, text in lines]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one module that has adopted stackerr."""
    (tmp_path / "loads.py").write_text(LOADS, "utf-8")
    return tmp_path


def test_select_turns_on_what_is_on_by_default(project: Path) -> None:
    """`--select=WRP` is all it takes, and `noqa` silences a line."""
    assert found(project) == ["loads.py:5 WRP101", "loads.py:11 WRP101"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.cfg", "[flake8]\nwrp-ignore-sigs = json.load(\n"),
        ("tox.ini", "[flake8]\nwrp_ignore_sigs =\n    json.load(,\n    other(\n"),
        (".flake8", "[flake8]\nwrp-ignore-sigs = json.load( other(\n"),
        ("pyproject.toml", '[tool.flake8]\nwrp-ignore-sigs = ["json.load("]\n'),
    ],
)
def test_reads_options_from_every_file(project: Path, name: str, text: str) -> None:
    """An option means the same in each of flake8's files and in pyproject.toml."""
    (project / name).write_text(text, "utf-8")
    assert found(project) == ["loads.py:11 WRP101"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.cfg", "[flake8]\nwrp-ignore-sig-regexps =\n    ^json\\.\\w{4}\\(\n    ^other\\(\n"),
        ("setup.cfg", "[flake8]\nwrp-ignore-sig-regexps = ^json\\.\\w{1,4}\\(;^other\\(\n"),
        ("pyproject.toml", "[tool.flake8]\nwrp-ignore-sig-regexps = ['^json\\.\\w{1,4}\\(', '^x$']\n"),
    ],
)
def test_regexps_stand_one_a_line_or_between_semicolons(project: Path, name: str, text: str) -> None:
    """Commas and spaces belong to a pattern."""
    (project / name).write_text(text, "utf-8")
    assert found(project) == ["loads.py:11 WRP101"]


def test_reads_options_from_the_command_line(project: Path) -> None:
    """The command line has every option."""
    assert found(project, "--wrp-call-policy=off") == []
    assert found(project, "--wrp-ignore-packages=json*") == ["loads.py:11 WRP101"]


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--wrp-call-policy=some", "wrp-call-policy: 'some' is not one of off, fallible, external"),
        ("--wrp-call-scope=none", "wrp-call-scope: 'none' is not one of adopted, all"),
        ("--wrp-enable=WRP999", "wrp-enable: 'WRP999' is no rule of stackerr"),
        ("--wrp-report-internal=maybe", "wrp-report-internal: 'maybe' is not one of off, package, module, all"),
        ("--wrp-ignore-sig-regexps=a(", "wrp-ignore-sig-regexps: 'a(' is no regular expression"),
        ("--wrp-baseline=missing", "wrp-baseline: 'missing' cannot be read as a baseline"),
    ],
)
def test_a_bad_option_is_one_clear_line(project: Path, option: str, says: str) -> None:
    """No traceback: the option, its value, and what it may be."""
    run = flake8(project, option)
    assert run.returncode != 0
    assert run.stderr.count("\n") == 1
    assert says in run.stderr


BAD = {
    "wrp-enable": ("WRP999", "is no rule of stackerr"),
    "wrp-call-scope": ("none", "is not one of adopted, all"),
    "wrp-call-policy": ("some", "is not one of off, fallible, external"),
    "wrp-report-internal": ("true", "is not one of off, package, module, all"),
    "wrp-ignore-sig-regexps": ("a(", "is no regular expression"),
    "wrp-ignore-interface-regexps": ("[", "is no regular expression"),
    "wrp-ignore-delegates": ("maybe", "is not true or false"),
    "wrp-baseline": ("missing", "cannot be read as a baseline"),
}


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("setup.cfg", "[flake8]\n{} = {}\n"),
        ("pyproject.toml", "[tool.flake8]\n{} = '{}'\n"),
    ],
)
@pytest.mark.parametrize("option", BAD)
def test_a_bad_option_in_a_file_is_one_clear_line(project: Path, name: str, section: str, option: str) -> None:
    """From a file as from the command line, and in the same words without flake8."""
    value, says = BAD[option]
    (project / name).write_text(section.format(option, value), "utf-8")
    command = [sys.executable, "-m", "stackerr.lint", "loads.py"]
    runs = flake8(project), subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    for run in runs:
        assert run.returncode != 0
        assert run.stderr.count("\n") == 1
        assert option in run.stderr and says in run.stderr


def test_a_flag_needs_no_value_on_the_command_line(project: Path) -> None:
    """`--wrp-ignore-delegates` takes no argument, in a file it is true or false."""
    assert found(project, "--wrp-ignore-delegates", "loads.py") == []
    (project / ".flake8").write_text("[flake8]\nwrp-ignore-delegates = true\n", "utf-8")
    assert found(project) == []


def test_per_file_ignores_work(project: Path) -> None:
    """flake8's own ways of silencing hold."""
    assert found(project, "--per-file-ignores=loads.py:WRP101") == []


def test_gated_rules_stay_off_when_ignore_is_set(project: Path) -> None:
    """A user's own `ignore` does not turn on what is off by default."""
    (project / "escapes.py").write_text(
        "import requests\n\ndef go():\n    try:\n        requests.get('x')\n    except requests.HTTPError as err:\n        return err\n",
        "utf-8",
    )
    assert found(project, "--ignore=E1", "escapes.py") == []
    assert found(project, "--wrp-enable=WRP104", "escapes.py") == ["escapes.py:7 WRP104"]
    assert found(project, "--wrp-enable=all", "escapes.py") == ["escapes.py:7 WRP104"]


def test_several_processes_find_the_same(project: Path) -> None:
    """What is read of other modules is known to each process on its own."""
    for number in range(4):
        (project / f"more{number}.py").write_text(LOADS, "utf-8")
    assert sorted(found(project, "-j2")) == sorted(found(project))


def test_a_baseline_holds_in_folders_below(project: Path) -> None:
    """A baseline names files as seen from where it lies, wherever flake8 and the writer are started."""
    (project / "deep" / "er").mkdir(parents=True)
    (project / "deep" / "er" / "loads.py").write_text(LOADS, "utf-8")
    command = [sys.executable, "-m", "stackerr.lint", "--write-baseline", "../known", "er"]
    subprocess.run(command, cwd=project / "deep", check=True, capture_output=True)
    (project / ".flake8").write_text("[flake8]\nwrp-baseline = known\n", "utf-8")
    assert found(project, "deep") == []
    assert len(found(project)) == 2
    assert found(project / "deep" / "er") == []


def test_a_baseline_leaves_only_what_is_new(project: Path) -> None:
    """What was there when the baseline was written is not reported, wherever its line moves to."""
    command = [sys.executable, "-m", "stackerr.lint", "--write-baseline", "known", "."]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    (project / "setup.cfg").write_text("[flake8]\nwrp-baseline = known\n", "utf-8")
    assert found(project) == []
    text = LOADS.replace("import json\n", "import json\nimport os\n") + "\ndef drop(path):\n    os.remove(path)\n"
    (project / "loads.py").write_text(text, "utf-8")
    assert found(project) == ["loads.py:15 WRP101"]
