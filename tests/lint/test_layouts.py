"""What is first-party is found from the layout: src and flat layouts, namespace packages, scripts, several projects in one repository."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LAYOUTS = HERE / "corpus" / "layouts"
MARKED = sorted(path.relative_to(LAYOUTS) for path in LAYOUTS.rglob("*.py") if "# options:" in path.read_text("utf-8"))

spec = importlib.util.spec_from_file_location("marked", HERE / "marked.py")
assert spec is not None and spec.loader is not None
marked = importlib.util.module_from_spec(spec)
spec.loader.exec_module(marked)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layouts in a repository of their own."""
    root = tmp_path_factory.mktemp("repository")
    shutil.copytree(LAYOUTS, root, dirs_exist_ok=True)
    (root / ".git").mkdir()
    return root


@pytest.mark.parametrize("path", MARKED, ids=str)
def test_finds_exactly_what_is_marked_in_a_repository(repository: Path, path: Path) -> None:
    """The findings in a marked file of a repository are its marks."""
    wanted, found = marked.marks((repository / path).read_text("utf-8")), marked.found(repository / path)
    assert wanted
    assert found == wanted, f"missed {sorted(wanted - found)}, too many {sorted(found - wanted)}"
