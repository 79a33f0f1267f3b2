"""`python -m stackerr.lint`: reports, baseline, fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackerr.lint.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LOADS = "import json\nfrom stackerr import wrapping\n\n\ndef load(file):\n    return json.load(file)\n"


def test_reports_as_flake8_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a finding, and 1 for an exit code."""
    (tmp_path / "loads.py").write_text(LOADS, "utf-8")
    assert main([str(tmp_path)]) == 1
    assert f"{tmp_path}/loads.py:6:12: WRP101 json.load() may fail here" in capsys.readouterr().out


def test_reads_the_projects_flake8_settings(tmp_path: Path) -> None:
    """The options stand where flake8's do."""
    (tmp_path / "loads.py").write_text(LOADS, "utf-8")
    (tmp_path / "setup.cfg").write_text("[flake8]\nwrp-call-policy = off\n", "utf-8")
    assert main([str(tmp_path)]) == 0


def test_a_bad_option_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It goes to standard error, with 2 for an exit code."""
    assert main([str(tmp_path), "--wrp-call-policy", "some"]) == 2
    assert capsys.readouterr().err == "stackerr.lint: wrp-call-policy: 'some' is not one of off, fallible, external\n"


def test_a_path_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped path is no clean run."""
    assert main([str(tmp_path / "missing")]) == 2
    assert "missing" in capsys.readouterr().err


def test_a_file_that_cannot_be_parsed_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are checked all the same."""
    (tmp_path / "broken.py").write_text("def", "utf-8")
    (tmp_path / "loads.py").write_text(LOADS, "utf-8")
    assert main([str(tmp_path)]) == 1
    assert "broken.py: not checked" in capsys.readouterr().err


def test_the_baseline_holds_what_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second finding on an equal line is new."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "loads.py"
    file.write_text(LOADS, "utf-8")
    assert main(["--write-baseline", "known", "."]) == 0
    assert main(["--wrp-baseline", "known", "."]) == 0
    file.write_text(LOADS + "\n\ndef again(file):\n    return json.load(file)\n", "utf-8")
    assert main(["--wrp-baseline", "known", "."]) == 1
