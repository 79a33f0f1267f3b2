"""The house: one name for a thing everywhere, and nothing of the machine that it was built on."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "stackerr"
CORE = sorted(path.stem for path in PACKAGE.glob("_*.py") if path.stem not in ("__init__", "_typing"))
GUESTS = sorted(path.stem for path in (PACKAGE / "integrations").glob("[!_]*.py"))
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/pyproject.toml"))


def tracked():
    """The files of the repository; without git (in an sdist) those of the source tree."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 0:
        return [ROOT / name for name in done.stdout.splitlines()]
    return [path for path in ROOT.rglob("*") if path.is_file() and ".git" not in path.parts]


@pytest.mark.parametrize("name", CORE)
def test_a_room_of_the_core_has_its_tests(name):
    """`_chain.py` is tested in `tests/test_chain.py`."""
    assert (ROOT / "tests" / f"test{name}.py").exists()


@pytest.mark.parametrize("name", GUESTS)
def test_a_guest_has_its_tests(name):
    """`integrations/structlog.py` is tested in `tests/integrations/test_structlog.py`."""
    assert (ROOT / "tests" / "integrations" / f"test_{name}.py").exists()


def test_modules_stay_small():
    """A module past 300 lines wants to be two rooms."""
    long = {p.name: n for p in PACKAGE.rglob("*.py") if (n := len(p.read_text(encoding="utf-8").splitlines())) > 300}
    assert long == {}


def test_no_file_names_a_place_of_one_machine():
    """What is committed holds no folder of the machine that it was written on."""
    pattern = re.compile(rb"(?<![\w.])/(?:root|work|tmp/bash_jobs)/")
    found = [
        path.relative_to(ROOT).as_posix() for path in tracked() if path.is_file() and pattern.search(path.read_bytes())
    ]
    assert found == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_use_the_front_door(example):
    """An example is a consumer like any other: it imports no private module of the library."""
    private = re.compile(r"^\s*(?:from|import) stackerr(?:\.\w+)*(?:\._| import _)", re.MULTILINE)
    sources = (example / "src").rglob("*.py")
    assert [path.name for path in sources if private.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_modules_of_examples_stay_small(example):
    """They are read by newcomers."""
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in (example / "src").rglob("*.py")}
    assert {name: count for name, count in lines.items() if count > 300} == {}


def test_the_gate_tests_every_example():
    """The Makefile names them, so that some run beside others; none is forgotten."""
    words = re.search(r"^EXAMPLES = (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1].split()
    assert {example.name for example in EXAMPLES} <= set(words)
