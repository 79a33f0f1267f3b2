"""Each rule finds what its case file marks, and nothing else."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CORPUS = [path for path in (HERE / "corpus").rglob("*.py") if "layouts" not in path.parts]
CASES = sorted((HERE / "cases").glob("wrp*.py")) + sorted(CORPUS)

spec = importlib.util.spec_from_file_location("marked", HERE / "marked.py")
assert spec is not None and spec.loader is not None
marked = importlib.util.module_from_spec(spec)
spec.loader.exec_module(marked)


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.relative_to(HERE).with_suffix("")))
def test_finds_exactly_what_is_marked(path: Path) -> None:
    """The findings in a marked file are its marks."""
    wanted, found = marked.marks(path.read_text("utf-8")), marked.found(path)
    assert found == wanted, f"missed {sorted(wanted - found)}, too many {sorted(found - wanted)}"
