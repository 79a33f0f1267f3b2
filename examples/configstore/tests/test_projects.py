"""Projects and project groups."""

import asyncio

import pytest

from apierrors import ErrConflict, ErrForbidden, ErrNotExist, RemoteError, is_remote

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ann(client):
    """A user with a group of two projects."""
    user = await client.create_user("ann")
    await client.create_project_group("tools", "user/ann")
    await client.create_project("web", "user/ann/tools")
    await client.create_project("cli", "user/ann/tools")
    return user


async def test_a_project_is_found_by_id_and_by_path(client, ann):
    """Both say the same."""
    project = await client.get_project("user/ann/tools/web")
    assert project == await client.get_project(project.id)
    assert (project.path, project.owner_id) == ("user/ann/tools/web", ann.id)


async def test_a_group_tells_what_is_in_it(client, ann):
    """Projects and groups apart."""
    await client.create_project_group("old", "user/ann/tools")
    assert [one.path for one in await client.list_projects("user/ann/tools")] == [
        "user/ann/tools/cli",
        "user/ann/tools/web",
    ]
    assert [one.path for one in await client.list_subgroups("user/ann/tools")] == ["user/ann/tools/old"]


async def test_a_name_is_taken_once_in_a_group(client, ann):
    """By a project or by a group, and whoever asks first; elsewhere it is free."""
    for create in (client.create_project, client.create_project_group):
        with pytest.raises(RemoteError) as caught:
            await create("web", "user/ann/tools")
        assert is_remote(caught.value, ErrConflict)
    await client.create_project("web", "user/ann")
    answers = await asyncio.gather(*(client.create_project("x", "user/ann") for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(one, Exception) for one in answers) == 4


async def test_a_project_can_be_renamed_and_moved(client, ann):
    """Its id stays, the old path is gone."""
    project = await client.get_project("user/ann/tools/web")
    moved = await client.update_project(project.id, "site", "user/ann")
    assert (moved.id, moved.path) == (project.id, "user/ann/site")
    with pytest.raises(RemoteError):
        await client.get_project("user/ann/tools/web")
    assert (await client.update_project(project.id, "site", "user/ann")).path == "user/ann/site"


async def test_a_group_takes_along_what_is_in_it(client, ann):
    """The paths follow."""
    await client.create_project_group("old", "user/ann")
    await client.update_project_group("user/ann/tools", "kit", "user/ann/old")
    assert (await client.get_project("user/ann/old/kit/web")).name == "web"


async def test_a_group_cannot_be_put_into_itself(client, ann):
    """Not even two at once into each other."""
    inner = await client.create_project_group("inner", "user/ann/tools")
    with pytest.raises(RemoteError) as caught:
        await client.update_project_group("user/ann/tools", "tools", inner.id)
    assert is_remote(caught.value, ErrConflict)
    a, b = [await client.create_project_group(name, "user/ann") for name in "ab"]
    moves = [client.update_project_group(a.id, "a", b.id), client.update_project_group(b.id, "b", a.id)]
    answers = await asyncio.gather(*moves, return_exceptions=True)
    assert sum(isinstance(one, RemoteError) for one in answers) == 1
    assert await client.get_project_group(a.id)
    assert await client.get_project_group(b.id)


async def test_nothing_moves_to_another_owner(client, ann):
    """That would be a gift."""
    await client.create_user("bob")
    with pytest.raises(RemoteError) as caught:
        await client.update_project("user/ann/tools/web", "web", "user/bob")
    assert is_remote(caught.value, ErrForbidden)


async def test_a_root_stays_as_it_is(client, ann):
    """It comes and goes with its user."""
    await client.create_project_group("x", "user/ann")
    for call in (
        client.delete_project_group("user/ann"),
        client.update_project_group("user/ann", "bob", "user/ann/x"),
    ):
        with pytest.raises(RemoteError) as caught:
            await call
        assert is_remote(caught.value, ErrForbidden)


async def test_a_group_goes_when_it_is_empty(client, ann):
    """And not before."""
    with pytest.raises(RemoteError, match="something is in the project group"):
        await client.delete_project_group("user/ann/tools")
    for name in ("web", "cli"):
        await client.delete_project(f"user/ann/tools/{name}")
    await client.delete_project_group("user/ann/tools")
    with pytest.raises(RemoteError) as caught:
        await client.create_project("web", "user/ann/tools")
    assert is_remote(caught.value, ErrNotExist)


async def test_a_project_that_is_made_while_its_group_goes_is_not_lost(client, ann):
    """Either the group stays or the project is refused."""
    group = await client.create_project_group("brief", "user/ann")
    deleted, created = await asyncio.gather(
        client.delete_project_group(group.id), client.create_project("web", group.id), return_exceptions=True
    )
    assert isinstance(deleted, RemoteError) is not isinstance(created, RemoteError)


async def test_groups_are_nested_to_an_end(client):
    """A path has twenty names at most."""
    await client.create_user("ann")
    path = "user/ann"
    with pytest.raises(RemoteError, match="too deep"):
        for number in range(30):
            path = (await client.create_project_group(f"g{number}", path)).path
    assert await client.get_project_group(path)
