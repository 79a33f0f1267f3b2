"""Helpers for users' tests: what a chain must hold, and reports fit to be compared."""

import re

import pytest

from stackerr import Error, Sentinel, compact, detailed, from_dict, join, mark, new, opaque, to_dict, wrap
from stackerr.testing import assert_chain, mask_places


class ErrNotExist(Sentinel, message="object does not exist"):
    pass


class ConfigError(Error):
    pass


@pytest.fixture
def err():
    return wrap(wrap(FileNotFoundError(2, "No such file"), "read object"), "load run 42")


@pytest.mark.parametrize(
    "expected",
    [
        ("load run 42", "read object", "[Errno 2] No such file"),
        ("load run 42", "read object", FileNotFoundError),
        ("load run 42", re.compile("^read"), OSError),
        (("load run 42", OSError), "read object", Exception),
        ("load run 42", ..., FileNotFoundError),
        (..., "read object", ...),
        ("load run 42", "read object", ..., OSError),
        ("load run 42", "read object", OSError, ...),
        (...,),
        (..., ...),
    ],
)
def test_a_chain_that_holds_what_is_expected_passes(err, expected):
    """Messages, patterns, classes, several at once, and gaps."""
    assert_chain(err, *expected)


@pytest.mark.parametrize(
    "expected",
    [
        (),
        ("load run 42",),
        ("load run 42", "read object"),
        ("read object", "load run 42", FileNotFoundError),
        ("load run 42", "read object", KeyError),
        ("load run 42", "read object", "No such file"),
        ("load run 42", "read object", OSError, OSError),
        (("load run 42", KeyError), ...),
        (..., "save run"),
        ("read object", ...),
        (..., "load run 42", ..., "load run 42", ...),
    ],
)
def test_another_chain_fails(err, expected):
    """A missing link, one too many, another order, another text, another class."""
    with pytest.raises(AssertionError, match="the chain is not the expected one"):
        assert_chain(err, *expected)


def test_the_failure_shows_both_chains(err):
    """What was expected and what was found stand one below the other."""
    with pytest.raises(AssertionError) as failure:
        assert_chain(err, ..., ("read page", OSError), re.compile("file$"))
    assert str(failure.value).splitlines() == [
        "the chain is not the expected one",
        "expected:",
        "  ...",
        "  ('read page', OSError)",
        "  re.compile('file$')",
        "found:",
        "  'load run 42' (FileNotFoundError)",
        "  'read object' (FileNotFoundError)",
        "  '[Errno 2] No such file' (FileNotFoundError)",
    ]


def test_none_is_a_chain_without_links():
    """`assert_chain(None)` states that nothing failed."""
    assert_chain(None)
    with pytest.raises(AssertionError, match="found:\n  no link"):
        assert_chain(None, "load")


def test_classes_of_ones_own_are_known_with_their_bases():
    """A subclass of `Error` matches itself and everything it is derived from."""
    err = wrap(ConfigError("no section [db]"), "start")
    for cls in (ConfigError, Error, Exception, BaseException):
        assert_chain(err, ("start", cls), cls)


def test_a_mark_is_a_link_of_its_own():
    """The marked link has the class of the mark, and the error below keeps its own."""
    err = wrap(mark(KeyError("id"), ErrNotExist, "find user"), "log in")
    assert_chain(err, ("log in", KeyError), ("find user", ErrNotExist), KeyError)
    assert_chain(err, ..., Sentinel, ...)
    with pytest.raises(AssertionError):
        assert_chain(err, ..., ErrNotExist, ErrNotExist)
    with pytest.raises(AssertionError):
        assert_chain(err, ..., ErrNotExist)


def test_what_a_barrier_hides_is_no_link():
    """The chain ends at an opaque error."""
    assert_chain(wrap(opaque(KeyError("id"), "bad answer"), "log in"), "log in", ("bad answer", Error))


def test_a_group_is_one_link():
    """Its members have chains of their own."""
    group = join(wrap(KeyError("a"), "find a"), ValueError("b"))
    assert_chain(wrap(group, "find all"), "find all", ExceptionGroup)
    assert_chain(group.exceptions[0], "find a", LookupError)


def test_an_error_from_another_process_is_known_by_the_names_it_brought():
    """The classes of a remote error match by name."""
    err = from_dict(to_dict(wrap(ConfigError("no section [db]"), "start")))
    assert_chain(err, "start", (ConfigError, Error, "no section [db]"))


@pytest.mark.parametrize("expected", [42, None, int, (), ("load run 42", 42), ("load run 42", ...)])
def test_what_cannot_be_expected_is_refused(err, expected):
    """A slip in the test is told apart from a failure of the program."""
    with pytest.raises(TypeError, match="expects a message, a pattern, an exception class"):
        assert_chain(err, expected)


def test_line_numbers_are_masked_wherever_a_report_has_them():
    """One line, in detail, and in Python's own traceback."""
    err = wrap(new("disk full"), "save cache")
    assert re.fullmatch(r"save cache: disk full \[\S*test_testing\.py:N\]", mask_places(compact(err)))
    assert re.search(r"test_testing\.py:N in test_line", mask_places(detailed(err)))
    assert mask_places('  File "/srv/runs.py", line 7, in load') == '  File "/srv/runs.py", line N, in load'
    assert mask_places("[<stdin>:7]") == "[<stdin>:N]"


def test_other_numbers_stay():
    """Ports, times and line numbers in messages are content."""
    text = "2026-01-01 10:20:30 connect to db:5432: [Errno 111]; bad.toml:7: line 8, column 2"
    assert mask_places(text) == text


def test_folders_get_the_names_they_are_given(tmp_path):
    """The longest folder goes first, so that one inside another keeps its own name."""
    folders = {tmp_path: "TMP", tmp_path / "lib": "LIB"}
    assert mask_places(f"{tmp_path}/a.py:1 {tmp_path}/lib/b.py:2", folders) == "TMP/a.py:N LIB/b.py:N"
