"""Where things are: users, groups and projects by id and by path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apierrors import ErrNotExist
from clients.configstore import ParentType

from .records import Named, Node, StoredUser

if TYPE_CHECKING:
    from .records import Records

USER, GROUP, PROJECT = "user", "projectgroup", "project"
_WORDS = {USER: "user", GROUP: "project group", PROJECT: "project"}
_LONGEST_ID = 128
_DEEPEST = 20


def user_key(name: str) -> str:
    """Where the name of a user is kept."""
    return f"user/{name}"


def children_key(group_id: str) -> str:
    """What the names in a group begin with."""
    return f"in/{group_id}/"


def child_key(group_id: str, name: str) -> str:
    """Where a name in a group is kept."""
    return children_key(group_id) + name


class Tree:
    """Finds things.

    Args:
        records: where they are.
    """

    def __init__(self, records: Records) -> None:
        self.records = records

    async def user(self, ref: str) -> StoredUser:
        """A user, by id or as `user/NAME`.

        Raises:
            ErrNotExist: there is none.
        """
        id: str | None = ref
        if "/" in ref:
            first, _, name = ref.partition("/")
            id = await self._user_id(name) if first == USER and "/" not in name else None
        found = await self.records.find(StoredUser, USER, id) if id and len(id) <= _LONGEST_ID else None
        if found is None:
            raise missing(USER, ref)
        return found

    async def group(self, ref: str) -> Node:
        """A project group, by id or path.

        Raises:
            ErrNotExist: there is none.
        """
        return await self.node(GROUP, ref)

    async def project(self, ref: str) -> Node:
        """A project, by id or path.

        Raises:
            ErrNotExist: there is none.
        """
        return await self.node(PROJECT, ref)

    async def node(self, type: str, ref: str) -> Node:
        """A project group or a project.

        Raises:
            ErrNotExist: there is none of that type.
        """
        named = await self._follow(ref) if "/" in ref else Named(type=type, id=ref) if len(ref) <= _LONGEST_ID else None
        found = await self.records.find(Node, type, named.id) if named and named.type == type else None
        if found is None:
            raise missing(type, ref)
        return found

    async def _follow(self, path: str) -> Named | None:
        first, name, *names = path.split("/")
        user_id = await self._user_id(name) if first == USER else None
        user = await self.records.find(StoredUser, USER, user_id) if user_id else None
        named = Named(type=GROUP, id=user.root_id) if user else None
        for name in names:
            if named is None or named.type != GROUP:
                return None
            named = await self.records.find(Named, "name", child_key(named.id, name))
        return named

    async def _user_id(self, name: str) -> str | None:
        raw = await self.records.find_raw("name", user_key(name))
        return raw.decode() if raw else None

    async def around(self, node: Node) -> list[Node]:
        """The thing itself and the groups that it is in, the nearest first."""
        nodes = [node]
        while nodes[-1].parent.type is not ParentType.USER:
            nodes.append(await self.group(nodes[-1].parent.id))
        return nodes

    async def path(self, node: Node) -> str:
        """The names from the user on."""
        nodes = await self.around(node)
        owner = await self.user(node.owner_id)
        return "/".join([USER, owner.name, *(one.name for one in reversed(nodes[:-1]))])

    async def is_too_deep(self, group: Node) -> bool:
        """Whether nothing more fits into a group: paths have an end."""
        return len(await self.around(group)) >= _DEEPEST


def missing(type: str, ref: str) -> ErrNotExist:
    """The error for what is not there."""
    text = f"there is no {_WORDS[type]} {ref}"
    return ErrNotExist(text, public=text)
