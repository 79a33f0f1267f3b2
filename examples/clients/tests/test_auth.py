"""Tokens, on both sides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stackerr
from clients import bearer, is_bearer, read_tokens


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_what_one_side_sends_the_other_side_takes(token):
    """And no other token."""
    header = bearer(token)["authorization"]
    assert is_bearer(header, ["other", token])
    assert not is_bearer(header, [token + "x", ""])
    assert is_bearer(header.replace("Bearer", "bearer"), [token])


@given(st.none() | st.text())
def test_without_tokens_nobody_is_let_in(header):
    """An empty token is none."""
    assert not is_bearer(header, [])
    assert not is_bearer(header, [""])


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic s3cret", "s3cret", "Bearers3cret", "Bearer s3cre", "Bearer ü"]
)
def test_what_is_no_right_header(header):
    """Whatever it is."""
    assert not is_bearer(header, ["s3cret"])


def test_a_client_without_a_token_sends_no_header():
    """An empty one would be a wrong one."""
    assert bearer("") == {}


def test_tokens_come_from_a_file_or_from_the_environment(tmp_path):
    """The file counts, when there is one; several are separated by white space."""
    file = tmp_path / "token"
    file.write_text("new\nold\n")
    assert read_tokens("T", {"T": "x", "T_FILE": str(file)}) == ("new", "old")
    assert read_tokens("T", {"T": " a  b "}) == ("a", "b")


def test_a_token_that_is_not_there(tmp_path):
    """The error says which setting, and what to do."""
    with pytest.raises(stackerr.Error, match="read the tokens of T: there is none") as caught:
        read_tokens("T", {"T": " "})
    assert stackerr.hints(caught.value) == ["set T, or T_FILE to the path of a file that holds it"]
    with pytest.raises(FileNotFoundError, match="read the tokens of T: "):
        read_tokens("T", {"T_FILE": str(tmp_path / "nosuch")})
