"""Users and their tokens."""

import asyncio

import pytest

from apierrors import ErrConflict, ErrNotExist, RemoteError, is_remote

pytestmark = pytest.mark.anyio


async def test_a_user_has_a_name_an_id_and_a_root(client):
    """It is found by id and by path."""
    user = await client.create_user("ann", admin=True)
    assert await client.get_user(user.id) == user == await client.get_user("user/ann")
    root = await client.get_project_group("user/ann")
    assert (root.id, root.path, root.owner_id) == (user.root_id, "user/ann", user.id)


async def test_names_are_unique_even_when_many_ask_at_once(client):
    """One of them gets it, the others are told."""
    answers = await asyncio.gather(*(client.create_user("ann") for _ in range(8)), return_exceptions=True)
    assert len([one for one in answers if not isinstance(one, Exception)]) == 1
    refused = [one for one in answers if isinstance(one, Exception)]
    assert {one.code for one in refused if is_remote(one, ErrConflict)} == {"name_taken"}
    assert len(await client.list_users()) == 1


async def test_users_are_listed_in_pages(client):
    """In the order of their names."""
    for name in ("cid", "ann", "bob"):
        await client.create_user(name)
    assert [user.name for user in await client.list_users(limit=2)] == ["ann", "bob"]
    assert [user.name for user in await client.list_users(start="bob")] == ["cid"]


async def test_a_token_tells_its_user_until_it_is_deleted(client):
    """It is told once; afterwards its name alone is."""
    user = await client.create_user("ann")
    token = await client.create_token("user/ann", "laptop")
    assert (await client.authenticate(token)).id == user.id
    assert (await client.get_user(user.id)).tokens == ["laptop"]
    await client.delete_token(user.id, "laptop")
    with pytest.raises(RemoteError) as caught:
        await client.authenticate(token)
    assert is_remote(caught.value, ErrNotExist)


async def test_two_tokens_of_a_user_have_different_names(client):
    """The second of that name is refused."""
    await client.create_user("ann")
    await client.create_token("user/ann", "laptop")
    with pytest.raises(RemoteError, match="there is a token named laptop"):
        await client.create_token("user/ann", "laptop")


async def test_a_user_who_is_deleted_is_gone_with_the_tokens(client):
    """The name is free again, and the token is nobody's."""
    user = await client.create_user("ann")
    token = await client.create_token(user.id, "laptop")
    await client.delete_user("user/ann")
    for call in (client.get_user(user.id), client.get_project_group(user.root_id), client.authenticate(token)):
        with pytest.raises(RemoteError) as caught:
            await call
        assert is_remote(caught.value, ErrNotExist)
    assert (await client.create_user("ann")).id != user.id


async def test_a_user_who_has_something_stays(client):
    """First the projects go."""
    await client.create_user("ann")
    await client.create_project("web", "user/ann")
    with pytest.raises(RemoteError, match="the user has projects"):
        await client.delete_user("user/ann")
    await client.delete_project("user/ann/web")
    await client.delete_user("user/ann")


@pytest.mark.parametrize("ref", ["nobody", "user/nobody", "user", "org/ann", "user/ann/web", "x" * 1400, "a/b/c/d"])
async def test_what_is_no_user_does_not_exist(client, ref):
    """Whatever it is instead."""
    await client.create_user("ann")
    with pytest.raises(RemoteError) as caught:
        await client.get_user(ref)
    assert is_remote(caught.value, ErrNotExist)
