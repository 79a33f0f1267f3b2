"""Users and their tokens."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from apierrors import ErrConflict, ErrNotExist
from clients.configstore import Parent, ParentType, User
from datamanager import Delete, Put
from stackerr import wrapping

from .records import Node, StoredUser, hash_of, new_id, put
from .tree import GROUP, USER, Tree, children_key, user_key

if TYPE_CHECKING:
    from datamanager import Action

    from .records import Records

_TOKEN_PREFIX = "cst_"  # noqa: S105 - so that scanners of files can tell what it is


def shown(user: StoredUser) -> User:
    """What may be told of a user: of the tokens the names alone."""
    return User(id=user.id, name=user.name, admin=user.admin, tokens=sorted(user.tokens), root_id=user.root_id)


class Users:
    """What can be done with users.

    Args:
        records: where they are.
    """

    def __init__(self, records: Records) -> None:
        self.records = records
        self.tree = Tree(records)

    async def create(self, name: str, *, admin: bool) -> User:
        """Make a user and the root of the project groups.

        Raises:
            ErrConflict: the name is taken.
        """
        user = StoredUser(id=new_id(), name=name, admin=admin, root_id=new_id())
        root = Node(
            type=GROUP, id=user.root_id, name="", parent=Parent(type=ParentType.USER, id=user.id), owner_id=user.id
        )

        async def decide() -> tuple[User, list[Action]]:
            if await self.records.find_raw("name", user_key(name)):
                raise ErrConflict(f"user {name} is there", public=f"there is a user named {name}", code="name_taken")
            named = Put("name", user_key(name), user.id.encode())
            return shown(user), [put(USER, user.id, user), put(GROUP, root.id, root), named]

        with wrapping("create user %s", name, user=name):
            return await self.records.change([user_key(name)], decide)

    async def list(self, start: str, limit: int) -> list[User]:
        """Users in the order of their names."""
        with wrapping("list users"):
            entries = await self.records.data.list("name", prefix=user_key(""), after=user_key(start), limit=limit)
            found = [await self.records.find(StoredUser, USER, entry.data.decode()) for entry in entries]
            return [shown(user) for user in found if user]

    async def get(self, ref: str) -> User:
        """A user."""
        with wrapping("get user %s", ref, user=ref):
            return shown(await self.tree.user(ref))

    async def delete(self, ref: str) -> None:
        """Delete a user who has nothing left.

        Raises:
            ErrConflict: there is a project or a group.
        """
        with wrapping("delete user %s", ref, user=ref):
            user = await self.tree.user(ref)

            async def decide() -> tuple[None, list[Action]]:
                current = await self.tree.user(user.id)
                if await self.records.has_any("name", children_key(user.root_id)):
                    raise ErrConflict("not empty", public="the user has projects or project groups", code="not_empty")
                gone: list[Action] = [Delete("token", hashed) for hashed in current.tokens.values()]
                gone += [Delete(USER, user.id), Delete("name", user_key(user.name)), Delete(GROUP, user.root_id)]
                for type in ("secret", "variable"):
                    gone += await self.records.delete_all(type, f"{user.root_id}/")
                return None, gone

            await self.records.change([user_key(user.name), user.id, user.root_id], decide)

    async def create_token(self, ref: str, name: str) -> str:
        """Make a token; what is kept of it is a hash.

        Raises:
            ErrConflict: the user has one of that name.
        """
        with wrapping("create token %s of user %s", name, ref, user=ref):
            token = _TOKEN_PREFIX + secrets.token_urlsafe(32)
            hashed = hash_of(token)
            user_id = (await self.tree.user(ref)).id

            async def decide() -> tuple[str, list[Action]]:
                user = await self.tree.user(user_id)
                if name in user.tokens:
                    text = f"there is a token named {name}"
                    raise ErrConflict(text, public=text, code="name_taken")
                changed = user.model_copy(update={"tokens": {**user.tokens, name: hashed}})
                return token, [put(USER, user_id, changed), Put("token", hashed, user_id.encode())]

            return await self.records.change([user_id], decide)

    async def delete_token(self, ref: str, name: str) -> None:
        """Make a token void."""
        with wrapping("delete token %s of user %s", name, ref, user=ref):
            user_id = (await self.tree.user(ref)).id

            async def decide() -> tuple[None, list[Action]]:
                user = await self.tree.user(user_id)
                if name not in user.tokens:
                    text = f"there is no token {name}"
                    raise ErrNotExist(text, public=text)
                left = {other: hashed for other, hashed in user.tokens.items() if other != name}
                changed = user.model_copy(update={"tokens": left})
                return None, [put(USER, user_id, changed), Delete("token", user.tokens[name])]

            await self.records.change([user_id], decide)

    async def authenticate(self, token: str) -> User:
        """The user whose token it is.

        Raises:
            ErrNotExist: nobody has it.
        """
        with wrapping("authenticate a user"):
            user_id = await self.records.find_raw("token", hash_of(token))
            user = await self.records.find(StoredUser, USER, user_id.decode()) if user_id else None
            if user is None:
                raise ErrNotExist("nobody has that token", public="nobody has that token")
            return shown(user)
