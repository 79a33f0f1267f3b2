"""One rule has one name everywhere: module, case file, page, list of codes."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from stackerr.lint import _options
from stackerr.lint.rules import RULES

ROOT = Path(__file__).parents[2]


def stems(folder: str, ending: str) -> set[str]:
    """The names of the rule files in a folder."""
    return {path.stem for path in (ROOT / folder).glob(f"wrp*{ending}")}


def test_modules_cases_and_pages_are_the_same_set() -> None:
    """No rule without its case file and its page, and none of these without a rule."""
    names = {rule.CODE.lower() for rule in RULES}
    assert names == stems("src/stackerr/lint/rules", ".py")
    assert names == stems("tests/lint/cases", ".py")
    assert names == stems("docs/reference/rules", ".md")
    assert [rule.CODE for rule in RULES] == list(_options.CODES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.CODE)
def test_docstring_and_page_say_the_same(rule: ModuleType) -> None:
    """The docstring begins with code and name; its two examples stand on the page."""
    text = rule.__doc__ or ""
    page = (ROOT / f"docs/reference/rules/{rule.CODE.lower()}.md").read_text("utf-8")
    assert text.startswith(f"{rule.CODE} {rule.NAME}: ")
    assert page.startswith(f"# {rule.CODE} {rule.NAME}\n")
    examples = re.findall(r"(?:Bad|Good)::\n\n((?: {4}.*\n|\n)+)", text + "\n")
    assert len(examples) == 2
    for example in examples:
        assert textwrap.dedent(example).strip() in page


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.CODE)
def test_messages_are_one_sentence_without_the_code(rule: ModuleType) -> None:
    """The plugin puts the code in front; the text says what to do and ends without a full stop."""
    assert not rule.MESSAGE.startswith("WRP")
    assert not rule.MESSAGE.endswith(".") or rule.MESSAGE.endswith("...")


def test_the_reference_has_every_option_with_its_choices() -> None:
    """The table of options on the rules' page is the list of options."""
    page = (ROOT / "docs/reference/rules/index.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(wrp-[\w-]+)` \| (.*) \|$", page, re.MULTILINE))
    assert sorted(rows) == sorted(spec.name for spec in _options.SPECS)
    for spec in _options.SPECS:
        assert all(f"`{choice}`" in rows[spec.name] for choice in spec.choices), spec.name
