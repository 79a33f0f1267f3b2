"""What is refused before anything happens: tokens that are none, names of groups, and what cannot be written."""

import json
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

import datamanager
from datamanager import Delete, Put

pytestmark = pytest.mark.anyio


@given(
    st.integers(0, 1 << 40),
    st.integers(0, 1 << 40),
    st.dictionaries(st.text("abé-_.", min_size=1, max_size=9), st.integers(0, 9), max_size=3),
)
def test_tokens_travel_as_text(revision, epoch, groups):
    """There and back."""
    token = datamanager.Token(revision, epoch, groups)
    assert datamanager.Token.parse(str(token)) == token
    assert str(token).isascii()


@given(st.one_of(st.text(max_size=30), st.binary(max_size=30).map(lambda raw: b64encode(raw).decode())))
def test_other_texts_are_no_tokens(text):
    """Whatever a client sends, it is ErrBadToken."""
    with pytest.raises(datamanager.ErrBadToken):
        datamanager.Token.parse(text)


@pytest.mark.parametrize(
    "document",
    [
        {"revision": -1, "epoch": 1, "groups": {}},
        {"revision": 1 << 70, "epoch": 1, "groups": {}},
        {"revision": True, "epoch": 1, "groups": {}},
        {"revision": 1, "epoch": 1, "groups": []},
        {"revision": 1, "epoch": 1, "groups": {"a/b": 1}},
        {"revision": 1, "groups": {}},
        [],
    ],
)
def test_nearly_tokens(document):
    """Numbers and names are looked at, too."""
    with pytest.raises(datamanager.ErrBadToken):
        datamanager.Token.parse(b64encode(json.dumps(document).encode()).decode())


@pytest.mark.parametrize("name", ["", "a/b", "x" * 257, "a\nb"])
async def test_names_of_groups(local, name):
    """That cannot be one."""
    async with local.open() as dm:
        with pytest.raises(ValueError, match="names no change group"):
            await dm.token(name)


async def test_what_cannot_be_written(local):
    """Nothing, unknown types, ids that are none, data that are none or too many."""
    async with local.open() as dm:
        for actions, error, message in [
            ([], ValueError, "nothing to write"),
            ([Put("users", "1", b"")], ValueError, "no type 'users'; there are run, config"),
            ([Put("run", "", b"")], ValueError, "0 bytes"),
            ([Delete("run", "é" * 513)], ValueError, "1026 bytes"),
            ([Put("run", "1", "text")], TypeError, "not bytes"),
            ([Put("run", "1", bytes((32 << 20) + 1))], datamanager.ErrTooLarge, "33554433 bytes"),
        ]:
            with pytest.raises(error, match=message):
                await dm.write(actions)
        with pytest.raises(datamanager.ErrTooLarge, match="101 change groups"):
            await dm.token(*map(str, range(101)))
        assert await dm.list("run") == []
