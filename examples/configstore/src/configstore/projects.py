"""Projects, and the groups that they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from apierrors import ErrConflict, ErrForbidden
from clients.configstore import ParentType, Project, ProjectGroup
from datamanager import Delete
from stackerr import wrapping

from .records import Named, Node, new_id, put
from .tree import Tree, child_key, children_key

if TYPE_CHECKING:
    from clients.configstore import ParentGroup
    from datamanager import Action

    from .records import Records

S = TypeVar("S", Project, ProjectGroup)


class Projects:
    """What can be done with projects and project groups, which are the nodes of one tree for each user.

    Args:
        records: where they are.
    """

    def __init__(self, records: Records) -> None:
        self.records = records
        self.tree = Tree(records)

    async def create(self, type: str, name: str, parent: ParentGroup) -> Node:
        """Make a project or a group in a group.

        Raises:
            ErrConflict: the name is taken there.
            ErrNotExist: there is no such group.
        """
        with wrapping("create %s %s in %s", type, name, parent.id, name=name):
            group_id = (await self.tree.group(parent.id)).id
            id = new_id()

            async def decide() -> tuple[Node, list[Action]]:
                group = await self.tree.group(group_id)
                if await self.tree.is_too_deep(group):
                    raise ErrConflict("too deep", public="the project group is too deep in others")
                node = Node(type=type, id=id, name=name, parent=group.as_parent, owner_id=group.owner_id)
                return node, [*await self._take_name(node), put(type, id, node)]

            return await self.records.change([child_key(group_id, name), group_id], decide)

    async def get(self, type: str, ref: str) -> Node:
        """A project or a group."""
        with wrapping("get %s %s", type, ref, ref=ref):
            return await self.tree.node(type, ref)

    async def children(self, type: str, ref: str) -> list[Node]:
        """What is directly in a group, in the order of the names."""
        with wrapping("list every %s in %s", type, ref, ref=ref):
            group = await self.tree.group(ref)
            named = await self.records.find_all(Named, "name", children_key(group.id))
            found = [await self.records.find(Node, type, one.id) for one in named if one.type == type]
            return [node for node in found if node]

    async def update(self, type: str, ref: str, name: str, parent: ParentGroup) -> Node:
        """Rename or move.

        Raises:
            ErrConflict: the name is taken there, or a group would be in itself.
            ErrForbidden: it is a root, which stays as it is, or the other group is somebody else's.
        """
        with wrapping("update %s %s", type, ref, ref=ref):
            before, group_id = await self.tree.node(type, ref), (await self.tree.group(parent.id)).id
            node_id = before.id

            async def decide() -> tuple[Node, list[Action]]:
                node, group = await self.tree.node(type, node_id), await self.tree.group(group_id)
                await self._check_move(node, group)
                moved = node.model_copy(update={"name": name, "parent": group.as_parent})
                if (node.parent.id, node.name) == (group.id, name):
                    return node, [put(type, node_id, node)]
                freed = Delete("name", child_key(node.parent.id, node.name))
                return moved, [freed, *await self._take_name(moved), put(type, node_id, moved)]

            places = [child_key(group_id, name), group_id, before.parent.id, f"moves/{before.owner_id}"]
            return await self.records.change([node_id, *places], decide)

    async def delete(self, type: str, ref: str) -> None:
        """Delete a project, or a group in which nothing is, with its secrets and variables.

        Raises:
            ErrConflict: something is in the group.
            ErrForbidden: it is a root, which goes with its user.
        """
        with wrapping("delete %s %s", type, ref, ref=ref):
            node_id = (await self.tree.node(type, ref)).id

            async def decide() -> tuple[None, list[Action]]:
                node = await self.tree.node(type, node_id)
                _refuse_root(node)
                if await self.records.has_any("name", children_key(node_id)):
                    raise ErrConflict("not empty", public="something is in the project group", code="not_empty")
                gone: list[Action] = [Delete(type, node_id), Delete("name", child_key(node.parent.id, node.name))]
                for kind in ("secret", "variable"):
                    gone += await self.records.delete_all(kind, f"{node_id}/")
                return None, gone

            await self.records.change([node_id], decide)

    async def show_group(self, node: Node) -> ProjectGroup:
        """What is told of a group."""
        with wrapping("tell of project group %s", node.id):
            return _shown(ProjectGroup, node, await self.tree.path(node))

    async def show_project(self, node: Node) -> Project:
        """What is told of a project."""
        with wrapping("tell of project %s", node.id):
            return _shown(Project, node, await self.tree.path(node))

    async def _take_name(self, node: Node) -> list[Action]:
        key = child_key(node.parent.id, node.name)
        if await self.records.find_raw("name", key):
            text = f"the project group has something named {node.name}"
            raise ErrConflict(text, public=text, code="name_taken")
        return [put("name", key, Named(type=node.type, id=node.id))]

    async def _check_move(self, node: Node, group: Node) -> None:
        _refuse_root(node)
        around = await self.tree.around(group)
        if node.id in {one.id for one in around}:
            raise ErrConflict("a circle", public="a project group cannot be put into itself")
        if node.owner_id != group.owner_id:
            raise ErrForbidden("another owner", public="the other project group has another owner")
        if await self.tree.is_too_deep(group):
            raise ErrConflict("too deep", public="the project group is too deep in others")


def _refuse_root(node: Node) -> None:
    if node.parent.type is ParentType.USER:
        raise ErrForbidden("a root", public="the root project group of a user stays as it is")


def _shown(model: type[S], node: Node, path: str) -> S:
    return model(id=node.id, name=node.name, parent=node.parent, owner_id=node.owner_id, path=path)
