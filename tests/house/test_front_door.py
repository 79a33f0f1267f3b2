"""The front door: re-exports without definitions, complete, sorted, light."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import stackerr
from stackerr import _later

SOURCE = Path(stackerr.__file__)
CONTRACT = """
    new errorf Error Sentinel sentinel wrap wrapf with_stack with_message mark opaque join ErrorGroup wrapping is_err as_err
    matching unwrap cause chain frames fields public_message hints code compact detailed to_dict from_dict configure install
""".split()


def test_the_contract_is_there():
    """Every name that the design promises is public."""
    assert set(CONTRACT) <= set(stackerr.__all__)


def test_the_list_of_public_names_is_sorted_and_true():
    """`__all__` is in order and names what can be had."""
    assert stackerr.__all__ == sorted(stackerr.__all__)
    assert all(hasattr(stackerr, name) for name in stackerr.__all__)


def test_nothing_is_defined_on_the_front_door():
    """A definition belongs into a room."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    assert [type(node).__name__ for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))] == []


def test_what_is_loaded_later_is_what_type_checkers_see():
    """The table of later names and the imports for type checkers hold the same names in the same rooms."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {node.module: tuple(alias.name for alias in node.names) for node in block.body}
    assert seen == _later._ROOMS


@pytest.mark.parametrize("name", stackerr.__all__)
def test_a_public_class_or_function_is_documented(name):
    """Each public name has a docstring of its own."""
    assert getattr(stackerr, name).__doc__


@pytest.mark.parametrize("name", [name for name in stackerr.__all__ if isinstance(getattr(stackerr, name), type)])
def test_a_public_class_says_where_it_comes_from(name):
    """Tracebacks and reprs show `stackerr.Name`, the name that users import."""
    assert getattr(stackerr, name).__module__ == "stackerr"


def test_every_public_name_is_in_the_reference():
    """The reference pages and `__all__` hold the same names."""
    pages = (Path(__file__).parents[2] / "docs" / "reference").glob("*.md")
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    assert set(re.findall(r"auto(?:function|class):: stackerr\.(\w+)$", text, re.MULTILINE)) == set(stackerr.__all__)


def test_an_unknown_name_is_an_attribute_error():
    """A misspelt name fails as it does on any module."""
    with pytest.raises(AttributeError, match="module 'stackerr' has no attribute 'wrapp'"):
        stackerr.wrapp


def test_dir_lists_the_names_that_are_loaded_later():
    """Completion in a shell offers every public name."""
    assert set(stackerr.__all__) <= set(dir(stackerr))


def test_the_import_is_light():
    """`import stackerr` loads none of the modules that cost milliseconds."""
    heavy = {"typing", "re", "logging", "traceback", "inspect", "dataclasses", "json", "functools", "collections"}
    script = f"import sys; b = set(sys.modules); import stackerr; print(sorted((set(sys.modules) - b) & {heavy!r}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
