"""Secrets and variables."""

import pytest

from apierrors import ErrConflict, ErrNotExist, RemoteError, is_remote
from clients.configstore import Match, Parent, ParentType, VariableValue, When

pytestmark = pytest.mark.anyio

ROOT = Parent(type=ParentType.PROJECT_GROUP, id="user/ann")
TOOLS = Parent(type=ParentType.PROJECT_GROUP, id="user/ann/tools")
WEB = Parent(type=ParentType.PROJECT, id="user/ann/tools/web")
VALUES = [
    VariableValue(secret_name="registry", secret_var="MAIN", when=When(branch=Match(include=["main"]))),
    VariableValue(secret_name="registry", secret_var="OTHER"),
]


@pytest.fixture(autouse=True)
async def ann(client):
    """A user with a project in a group."""
    await client.create_user("ann")
    await client.create_project_group("tools", "user/ann")
    await client.create_project("web", "user/ann/tools")


async def test_values_are_told_to_who_asks_for_them(client):
    """And to nobody else."""
    made = await client.create_secret(WEB, "registry", {"PASSWORD": "hunter2"})
    assert made.data is None
    assert (await client.list_secrets(WEB))[0].data is None
    assert (await client.list_secrets(WEB, reveal=True))[0].data == {"PASSWORD": "hunter2"}


async def test_a_secret_is_replaced_renamed_and_deleted(client):
    """Its id stays as long as it is there."""
    made = await client.create_secret(WEB, "registry", {"A": "1"})
    changed = await client.update_secret(WEB, "registry", {"B": "2"}, new_name="hub")
    assert (changed.id, changed.name) == (made.id, "hub")
    assert (await client.list_secrets(WEB, reveal=True))[0].data == {"B": "2"}
    await client.delete_secret(WEB, "hub")
    assert await client.list_secrets(WEB) == []
    for call in (client.update_secret(WEB, "hub", {"A": "1"}), client.delete_secret(WEB, "hub")):
        with pytest.raises(RemoteError) as caught:
            await call
        assert is_remote(caught.value, ErrNotExist)


async def test_a_name_is_taken_once_in_a_place(client):
    """For secrets and for variables, when they are made and when they are renamed."""
    await client.create_secret(WEB, "registry", {"A": "1"})
    await client.create_secret(WEB, "hub", {"A": "1"})
    await client.create_variable(WEB, "TOKEN", VALUES)
    for call in (
        client.create_secret(WEB, "registry", {"A": "1"}),
        client.update_secret(WEB, "hub", {"A": "1"}, new_name="registry"),
        client.create_variable(WEB, "TOKEN", VALUES),
    ):
        with pytest.raises(RemoteError) as caught:
            await call
        assert is_remote(caught.value, ErrConflict)


async def test_the_nearer_one_hides_the_farther_one_in_the_tree(client):
    """Nearest first; with `overridden` all of them."""
    for place, value in ((ROOT, "root"), (TOOLS, "tools"), (WEB, "web")):
        await client.create_secret(place, "registry", {"PLACE": value})
    await client.create_secret(ROOT, "far", {"PLACE": "far"})
    nearest = await client.list_secrets(WEB, tree=True, reveal=True)
    assert [(one.name, one.data["PLACE"]) for one in nearest] == [("registry", "web"), ("far", "far")]
    everything = await client.list_secrets(WEB, tree=True, overridden=True, reveal=True)
    assert [one.data["PLACE"] for one in everything] == ["web", "tools", "far", "root"]
    assert [one.data["PLACE"] for one in await client.list_secrets(TOOLS, reveal=True)] == ["tools"]


async def test_variables_keep_the_order_of_their_values(client):
    """With the conditions, and in the tree likewise."""
    await client.create_variable(ROOT, "TOKEN", list(reversed(VALUES)))
    await client.create_variable(WEB, "TOKEN", VALUES)
    (found,) = await client.list_variables(WEB, tree=True)
    assert found.values == VALUES
    assert len(await client.list_variables(WEB, tree=True, overridden=True)) == 2
    renamed = await client.update_variable(WEB, "TOKEN", VALUES[:1], new_name="KEY")
    assert (renamed.name, renamed.values) == ("KEY", VALUES[:1])
    await client.delete_variable(WEB, "KEY")
    assert await client.list_variables(WEB) == []


async def test_settings_go_with_their_project(client):
    """A new project of that name has none."""
    await client.create_secret(WEB, "registry", {"A": "1"})
    await client.create_variable(WEB, "TOKEN", VALUES)
    await client.delete_project("user/ann/tools/web")
    await client.create_project("web", "user/ann/tools")
    assert await client.list_secrets(WEB) == await client.list_variables(WEB) == []


async def test_settings_move_with_their_project(client):
    """And they are read with another tree around them."""
    await client.create_secret(WEB, "registry", {"A": "1"})
    await client.create_secret(TOOLS, "tool", {"A": "1"})
    await client.update_project("user/ann/tools/web", "web", "user/ann")
    there = Parent(type=ParentType.PROJECT, id="user/ann/web")
    assert [one.name for one in await client.list_secrets(there, tree=True)] == ["registry"]
