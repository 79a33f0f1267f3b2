"""What a person reads, word for word: each situation in every form. `UPDATE_GOLDENS=1 pytest` writes them anew."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import stackerr

GOLDEN = Path(__file__).parent / "golden"
SITUATIONS = sorted(path.stem for path in GOLDEN.glob("*.py") if path.stem not in ("show", "failing_test"))


def normalise(text):
    """Replace what differs from machine to machine; nothing else."""
    folders = {
        str(GOLDEN): "/srv/app",
        str(Path(stackerr.__file__).parent): "/lib/stackerr",
        sysconfig.get_path("purelib"): "/lib",
        sysconfig.get_path("stdlib"): "/python",
    }
    for folder in sorted(folders, key=len, reverse=True):
        text = text.replace(folder, folders[folder])
    text = re.sub(r"(/python/\S+?:|/lib/stackerr/\S+?\", line )\d+", r"\1N", text)
    text = re.sub(r'(File "/(?:python|lib)/[^"]+", line )\d+', r"\1N", text)
    return re.sub(r"(\b(?:json|concurrent|multiprocessing)/[\w/]+\.py:)\d+", r"\1N", text)


def compare(name, text):
    expected = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_reads_as_it_did(name):
    """Compact, detailed and Python's own traceback show it exactly like this."""
    command = [sys.executable, str(GOLDEN / "show.py"), name]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="surrogateescape", timeout=60)
    assert done.stderr == ""
    compare(name, normalise(done.stdout).encode("utf-8", "backslashreplace").decode("utf-8"))


def test_every_golden_has_its_situation():
    """No expected text is left behind when a situation goes."""
    assert sorted(path.stem for path in GOLDEN.glob("*.txt")) == sorted([*SITUATIONS, "failing_test"])


def test_pytest_shows_the_whole_chain(tmp_path):
    """A failing test's report has every message and every place, without any plug-in of ours."""
    shutil.copy(GOLDEN / "failing_test.py", tmp_path)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--no-header", "failing_test.py"]
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", cwd=tmp_path, env={**environment, "COLUMNS": "80"}, timeout=60
    )
    compare("failing_test", re.sub(r"in \d+\.\d+s", "in N s", normalise(done.stdout)))
