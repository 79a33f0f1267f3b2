"""The documentation shows what the services print: every line that it quotes stands in a golden."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/how-to/from-the-line-to-the-cause.md"
GOLDENS = sorted(ROOT.glob("examples/*/tests/golden/*.txt"))


def quoted(page):
    """The lines of the page's blocks of text."""
    blocks = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.fixture(scope="module")
def golden():
    return {line for path in GOLDENS for line in path.read_text(encoding="utf-8").splitlines()}


def test_each_quoted_line_stands_in_a_golden(golden):
    """Word for word: a line that services do not print any more must not be taught."""
    lines = quoted(PAGE.read_text(encoding="utf-8"))
    assert len([line for line in lines if line.startswith(("ERROR ", "WARNING ", "INFO ", "error: "))]) >= 10
    assert [line for line in lines if line not in golden] == []


def test_what_is_not_quoted_word_for_word_is_found(golden):
    """A word more, and it is another line."""
    (line,) = quoted("```text\nexit code 1 and more\n```\n")
    assert line not in golden
