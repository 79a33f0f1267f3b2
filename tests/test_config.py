"""The process-wide settings."""

import subprocess
import sys

import pytest

import stackerr
from stackerr import _config, configure


@pytest.fixture(autouse=True)
def restored():
    """What a test sets is put back."""
    before = _config.settings.detailed, _config.settings.stack_depth
    yield
    _config.settings.detailed, _config.settings.stack_depth = before


def test_what_is_left_out_stays():
    """Each setting on its own."""
    configure(detailed=True)
    configure(stack_depth=5)
    assert (_config.settings.detailed, _config.settings.stack_depth) == (True, 5)
    assert stackerr.is_detailed()


@pytest.mark.parametrize(
    ("keywords", "kind", "text"),
    [
        ({"detailed": "yes"}, TypeError, r"configure\(detailed='yes'\): wanted bool, not str"),
        ({"stack_depth": "3"}, TypeError, r"configure\(stack_depth='3'\): wanted int, not str"),
        ({"stack_depth": True}, TypeError, "wanted int, not bool"),
        ({"stack_depth": -1}, ValueError, "a depth is 0"),
        ({"detailed": True, "stack_depth": -1}, ValueError, "a depth is 0"),
    ],
)
def test_a_bad_value_is_told_and_nothing_is_set(keywords, kind, text):
    """What was given, and what is wanted."""
    with pytest.raises(kind, match=text):
        configure(**keywords)
    assert not _config.settings.detailed


@pytest.mark.parametrize(
    ("value", "wanted"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("", False), ("no", False)]
)
def test_detail_from_the_environment(value, wanted):
    """In the words that people use."""
    _config.read_environment({"STACKERR_DETAILED_ERRORS": value})
    assert _config.settings.detailed is wanted


def test_depth_from_the_environment():
    """A number of frames."""
    _config.read_environment({"STACKERR_STACK_DEPTH": " 7 "})
    assert _config.settings.stack_depth == 7


@pytest.mark.parametrize(("name", "value"), [("STACKERR_DETAILED_ERRORS", "maybe"), ("STACKERR_STACK_DEPTH", "-3")])
def test_a_bad_variable_is_warned_of(name, value):
    """The program starts all the same."""
    with pytest.warns(RuntimeWarning, match=f"{name}='{value}' is ignored: wanted"):
        _config.read_environment({name: value})
    assert (_config.settings.detailed, _config.settings.stack_depth) == (False, 32)


def test_the_variables_are_read_at_import():
    """As a service sets them."""
    script = "import stackerr._config as c; print(c.settings.detailed, c.settings.stack_depth)"
    environment = {"STACKERR_DETAILED_ERRORS": "1", "STACKERR_STACK_DEPTH": "0"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "True 0\n"
