"""What every service's command has: its log, its progress, and no time lost."""

import os
import re
import subprocess
import sys

import pytest

from serving import tell_progress


def test_help_does_without_the_web_framework():
    """It takes a second to load."""
    program = "import sys, serving; serving.address; print(sorted({'fastapi', 'uvicorn'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", program]) == b"[]\n"


def test_a_line_for_people():
    """When, how bad, who, and what."""
    program = "import logging, serving; serving.configure_logging('console'); logging.getLogger('billing').info('x')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO billing: x\n", done.stderr)


FILLING = """
import logging, os, resource, serving, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
serving.configure_logging("console")
logging.info("before")
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (os.fstat(2).st_size, limits[1]))
logging.info("meanwhile")
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
logging.info("after")
"""


def test_a_log_that_could_not_be_written_holds_no_traceback(tmp_path):
    """Whether the disk was full for a moment or not, every line is a record."""
    with (tmp_path / "log").open("wb") as log:
        subprocess.run(
            [sys.executable, "-c", FILLING], stderr=log, env={**os.environ, "PYTHONUNBUFFERED": ""}, check=True
        )
    said = [line.partition(" INFO root: ")[2] for line in (tmp_path / "log").read_text().splitlines()]
    assert (said[0], said[-1]) == ("before", "after")
    assert set(said) <= {"before", "meanwhile", "after"}


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_is_for_terminals(is_terminal, monkeypatch, capsys):
    """One line, written over; nothing where the output goes to a file."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    tell_progress("exported", 1234567)
    assert capsys.readouterr().err == ("exported 1,234,567 bytes\r" if is_terminal else "")
