"""Patterns of paths."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executor.patterns import is_match

SEGMENTS = st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("a", "a", True),
        ("a", "*", True),
        ("a/b", "*", False),
        ("a/b", "a/*", True),
        ("a/b", "**", True),
        ("a", "**/a", True),
        ("x/y/a", "**/a", True),
        ("x/y/a", "**/y/**", True),
        ("x/y", "x/**/y", True),
        ("x/y", "./x//y", True),
        ("x/y", "x", False),
        ("x", "x/y", False),
        (".hidden", "*", True),
        ("[a]", "[[]a]", True),
        ("x/yy", "x/y?", True),
        ("x", "", False),
    ],
)
def test_what_fits(path, pattern, fits):
    """As in most tools; names with a dot are names like others."""
    assert is_match(path, pattern) is fits


@given(SEGMENTS)
def test_a_path_fits_itself_and_what_stands_for_anything(segments):
    """With two stars put anywhere."""
    path = "/".join(segments)
    assert is_match(path, path)
    for at in range(len(segments) + 1):
        assert is_match(path, "/".join([*segments[:at], "**", *segments[at:]]))
        assert is_match(path, "/".join([*segments[:at], "**"]))


def test_a_hostile_pattern_takes_no_longer():
    """Many stars on a long path: linear in both."""
    path = "/".join(["a"] * 300)
    begun = time.process_time()
    assert not is_match(path, "/".join(["**", "a"] * 300) + "/b")
    assert time.process_time() - begun < 5
