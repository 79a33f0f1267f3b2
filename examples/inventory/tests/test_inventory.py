"""The inventory: it reads what is there, and each failure says what was being done."""

import sqlite3
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from inventory import catalogue, faults, store
from inventory.__main__ import copy_of_a_distribution
from stackerr import compact, fields, hints


def test_this_environment_is_indexed(tmp_path):
    """Every distribution is in the index, with its files."""
    index = tmp_path / "index.sqlite3"
    site = Path(sysconfig.get_path("purelib"))
    assert catalogue.index_all(site, index) is None
    count, files, size = store.totals(index)
    assert count == len(list(catalogue.find(site)))
    assert files > 0
    assert size > 0


EXPECTED = {
    "missing_file": (FileNotFoundError, "look for the files that every distribution has: read file RECORD: [Errno 2]"),
    "malformed_json": (ValueError, "parse JSON file direct_url.json: Expecting value: line 1"),
    "malformed_toml": (ValueError, "parse TOML file settings.toml: Invalid value (at line 2, column 11)"),
    "bad_text": (UnicodeDecodeError, "read file METADATA: 'utf-8' codec can't decode byte 0xe9"),
    "truncated_archive": (Exception, "read archive sources.zip: File is not a zip file"),
    "damaged_archive": (Exception, "read archive sources.zip: bad checksum of source.py"),
    "no_permission": (PermissionError, "read file METADATA: [Errno 13] Permission denied"),
    "locked_index": (sqlite3.OperationalError, "save distribution stackerr in index.sqlite3: database is locked"),
}


@pytest.mark.parametrize("fault", faults.FAULTS, ids=lambda fault: fault.__name__)
def test_each_failure_says_what_was_being_done(tmp_path, fault):
    """With boundaries the type is what it is without, and the line names operation, object and cause."""
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    kind, text = EXPECTED[fault.__name__]
    info = copy_of_a_distribution(tmp_path / "site")
    with fault(info):
        bare = faults.meet(info, with_boundaries=False)
        wrapped = faults.meet(info, with_boundaries=True)
    assert isinstance(bare, kind)
    assert wrapped.__class__ is bare.__class__
    line = compact(wrapped)
    assert line.startswith(f"index distribution stackerr: {text}")
    assert "\n" not in line
    assert fields(wrapped)


def test_an_incomplete_distribution_can_be_told_from_others(tmp_path):
    """By its sentinel, which has a hint; and the others are indexed all the same."""
    info = copy_of_a_distribution(tmp_path)
    (info / "RECORD").unlink()
    group = catalogue.index_all(tmp_path, tmp_path / "index.sqlite3")
    (err,) = group.exceptions
    assert catalogue.ErrIncomplete.is_err(err)
    assert isinstance(err, FileNotFoundError)
    assert hints(err) == ["install it again"]


@pytest.mark.parametrize(("colour", "escapes"), [("FORCE_COLOR", True), ("NO_COLOR", False)])
def test_the_demo_runs_to_its_end(colour, escapes):
    """It shows every failure, with colour where that is wanted, and leaves with success."""
    done = subprocess.run(
        [sys.executable, "-m", "inventory"],
        capture_output=True,
        encoding="utf-8",
        env={colour: "1"},
        timeout=120,
        check=True,
    )
    assert done.stderr == ""
    assert ("\x1b[" in done.stdout) is escapes
    assert done.stdout.count("With stackerr (1 line") == len(faults.FAULTS)
