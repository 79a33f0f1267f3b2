"""Change groups: what a token allows, and that forgetting groups allows nothing more."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apierrors import ErrBadRequest
from clients.runservice import Run
from kvstore import ErrKeyModified, Put
from runservice._groups import (
    PREFIX,
    WINDOW,
    GroupsToken,
    forget_groups,
    groups_of,
    key_of,
    make_token,
    touch,
)

pytestmark = pytest.mark.anyio


async def change(store, *names):
    await store.commit([], touch(names))


async def is_allowed(store, token):
    try:
        await store.commit(token.compares, [Put("x", b"")])
    except ErrKeyModified:
        return False
    return True


async def pass_time(store, count):
    for n in range(count):
        await store.put("other", str(n).encode())


async def test_a_token_holds_until_one_of_its_groups_changes(store):
    """Groups that it does not speak for may change; those that never were count too."""
    await change(store, "/a")
    token = await make_token(store, ["/a", "/b"])
    await change(store, "/c")
    assert await is_allowed(store, token)
    await change(store, "/b")
    assert not await is_allowed(store, token)
    assert await is_allowed(store, await make_token(store, ["/a", "/b"]))


async def test_forgetting_a_group_revives_no_old_token(store):
    """The group changed after the token was made, and was forgotten since: the token must not take that for never."""
    token = await make_token(store, ["/a"])
    await change(store, "/a")
    await pass_time(store, WINDOW + 1)
    await asyncio.gather(forget_groups(store), forget_groups(store))
    assert (await store.list(PREFIX)).entries == ()
    assert not await is_allowed(store, token)
    fresh = await make_token(store, ["/a"])
    assert await is_allowed(store, fresh)


async def test_young_groups_are_not_forgotten(store):
    """A thousand revisions are a long time."""
    await change(store, "/a")
    await pass_time(store, 10)
    await forget_groups(store)
    assert [entry.key for entry in (await store.list(PREFIX)).entries] == [key_of("/a")]


async def test_a_token_of_too_many_groups(store):
    """A transaction has room for a hundred conditions."""
    await make_token(store, [f"/{n}" for n in range(100)])
    with pytest.raises(ErrBadRequest):
        await make_token(store, [f"/{n}" for n in range(101)])


def test_the_groups_of_a_run():
    """Itself, its group, and all above it."""
    assert groups_of(Run(id="r", name="n", group="/a/b/c")) == ["r", "/a", "/a/b", "/a/b/c"]


@given(st.integers(0, 2**40), st.dictionaries(st.text(max_size=5).map(key_of), st.integers(0, 2**40), max_size=5))
def test_a_token_survives_the_wire(at, revisions):
    """As text, and back."""
    token = GroupsToken(at, revisions)
    assert GroupsToken.parse(str(token)) == token


@given(st.text() | st.binary().map(lambda raw: __import__("base64").urlsafe_b64encode(raw).decode()))
def test_garbage_is_no_token(text):
    """Whatever comes, it is a bad request and nothing else."""
    try:
        GroupsToken.parse(text)
    except ErrBadRequest:
        return
    assert GroupsToken.parse(text).revisions == {}
