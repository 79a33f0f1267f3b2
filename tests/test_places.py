"""Places as text, the same from whatever working directory."""

import json.decoder
import os
import sys
import types

import pytest

import stackerr
from stackerr import Frame, _places


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """Each test starts with empty tables."""
    for name in ("_relative", "_libraries", "_modules_seen"):
        monkeypatch.setattr(_places, name, {})


def test_a_module_is_shown_by_its_package():
    """As many parts of the path as the module's name has."""
    assert _places.relative_to_package(json.decoder.__file__) == "json/decoder.py"
    assert _places.relative_to_package(json.__file__) == "json/__init__.py"


def test_the_working_directory_does_not_matter(tmp_path, monkeypatch):
    """The text is the same elsewhere."""
    before = _places.relative_to_package(json.decoder.__file__)
    monkeypatch.setattr(_places, "_relative", {})
    monkeypatch.chdir(tmp_path)
    assert _places.relative_to_package(json.decoder.__file__) == before


def test_a_file_that_no_module_has_is_shown_from_its_root(monkeypatch):
    """The longest entry of the path that it lies under; else the file's name alone."""
    monkeypatch.setattr(sys, "path", [os.sep + "srv", os.path.join(os.sep, "srv", "src")])
    assert _places.relative_to_package(os.path.join(os.sep, "srv", "src", "app", "main.py")) == "app/main.py"
    assert _places.relative_to_package(os.path.join(os.sep, "elsewhere", "main.py")) == "main.py"
    assert _places.relative_to_package("<stdin>") == "<stdin>"


def test_odd_things_among_the_modules_do_no_harm(monkeypatch):
    """Some programs put None or objects of their own there."""

    class Odd:
        def __getattr__(self, name):
            raise RuntimeError("do not look")

    lazy = types.ModuleType("lazy")
    lazy.__file__ = 3
    monkeypatch.setitem(sys.modules, "odd", Odd())
    monkeypatch.setitem(sys.modules, "none", None)
    monkeypatch.setitem(sys.modules, "lazy", lazy)
    assert _places.relative_to_package(json.decoder.__file__) == "json/decoder.py"


def test_the_tables_are_bounded(monkeypatch):
    """They are emptied when they are full."""
    monkeypatch.setattr(_places, "_CACHE_LIMIT", 3)
    for number in range(20):
        _places.relative_to_package(f"<{number}>")
        _places.is_library(f"<{number}>")
    assert len(_places._relative) <= 3
    assert len(_places._libraries) <= 3


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        (json.__file__, True),
        ("<frozen importlib>", True),
        ("/x/site-packages/a/b.py", True),
        (_places.__file__, True),
        (__file__, False),
    ],
)
def test_what_is_a_library(file, wanted):
    """The standard library, what is installed, and stackerr itself, wherever it lies."""
    assert _places.is_library(file) is wanted


def test_a_hostile_file_name_cannot_forge_a_line():
    """It is escaped like any text."""
    assert _places.place_text(Frame("<a\nb>", 3, "f")) == "<a\\nb>:3"
    assert stackerr._places.absolute("<stdin>") == "<stdin>"
