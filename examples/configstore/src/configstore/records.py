"""What is stored, as objects of the data manager, and the one way to change it.

user          <id>               a `StoredUser`
token         <sha256>           the id of the user whose token has that hash
projectgroup  <id>               a `Node`
project       <id>               a `Node`
name          user/<name>        the id of a user
name          in/<group>/<name>  a `Named`: what has that name in a group
secret        <parent>/<name>    a `StoredSecret`, its values sealed
variable      <parent>/<name>    a `Variable`
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from apierrors import ErrConflict
from clients.configstore import Parent, ParentType
from clients.model import Id, Model
from datamanager import Delete, ErrConcurrency, ErrNotExist, Put
from stackerr import mark, wrapping

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from datamanager import Action, DataManager

M = TypeVar("M", bound=Model)
T = TypeVar("T")

TYPES = ("user", "token", "projectgroup", "project", "name", "secret", "variable")
_ATTEMPTS = 20


class StoredUser(Model):
    """A user; `tokens` has the hash of each."""

    id: Id
    name: str
    admin: bool
    tokens: dict[str, str] = {}
    root_id: Id


class Node(Model):
    """A project group or a project."""

    type: str
    id: Id
    name: str
    parent: Parent
    owner_id: Id

    @property
    def as_parent(self) -> Parent:
        """What is said of it in what it holds."""
        return Parent(type=ParentType(self.type), id=self.id)


class Named(Model):
    """What has a name in a group."""

    type: str
    id: Id


class StoredSecret(Model):
    """A secret, sealed."""

    id: Id
    name: str
    parent: Parent
    sealed: str


def new_id() -> str:
    """An id that nothing has had."""
    return uuid4().hex


def hash_of(text: str) -> str:
    """What is kept of a token, and how change groups are called: names may be long, and are nobody's business.

    >>> hash_of("ann")[:8]
    '49915e0d'
    """
    return sha256(text.encode()).hexdigest()


def put(type: str, id: str, model: Model) -> Put:
    """Store an object."""
    return Put(type, id, model.model_dump_json(exclude_none=True).encode())


class Records:
    """Typed objects in a data manager.

    Args:
        data: the data manager.
    """

    def __init__(self, data: DataManager) -> None:
        self.data = data

    async def find(self, model: type[M], type: str, id: str) -> M | None:
        """An object, if there is one."""
        raw = await self.find_raw(type, id)
        with wrapping("make sense of %s %s", type, id):
            return None if raw is None else model.model_validate_json(raw)

    async def find_raw(self, type: str, id: str) -> bytes | None:
        """The bytes of an object, if there is one."""
        with wrapping("look for %s %s", type, id):
            try:
                return await self.data.read(type, id)
            except ErrNotExist:
                return None

    async def find_all(
        self, model: type[M], type: str, prefix: str = "", *, after: str = "", limit: int = 0
    ) -> list[M]:
        """Objects in the order of their ids."""
        with wrapping("read every %s %s*", type, prefix):
            entries = await self.data.list(type, prefix=prefix, after=after, limit=limit)
            return [model.model_validate_json(entry.data) for entry in entries]

    async def has_any(self, type: str, prefix: str) -> bool:
        """Whether there is an object whose id begins with that."""
        with wrapping("look for any %s %s*", type, prefix):
            return bool(await self.data.list(type, prefix=prefix, limit=1))

    async def delete_all(self, type: str, prefix: str) -> list[Action]:
        """What deletes all objects whose ids begin with that."""
        with wrapping("look for every %s %s*", type, prefix):
            return [Delete(type, entry.id) for entry in await self.data.list(type, prefix=prefix)]

    async def change(self, groups: Iterable[str], decide: Callable[[], Awaitable[tuple[T, list[Action]]]]) -> T:
        """Write what was decided on, if nothing it rests on has changed meanwhile; else decide again.

        Args:
            groups: what it rests on, and what it changes: keys of names, ids of parents.
            decide: reads, and says what to answer and what to write.

        Raises:
            ErrConflict: others were faster too often.
        """
        hashed = sorted({hash_of(group) for group in groups})
        for attempt in range(_ATTEMPTS):
            with wrapping("take a token"):
                token = await self.data.token(*hashed)
            result, actions = await decide()
            try:
                with wrapping("write what was decided on"):
                    await self.data.write(actions, token)
            except ErrConcurrency as err:
                if attempt == _ATTEMPTS - 1:
                    raise mark(err, ErrConflict, f"others were faster {_ATTEMPTS} times", public=_BUSY) from err
            else:
                return result
        raise AssertionError  # the last attempt returns or raises


_BUSY = "somebody else is changing the same things; try again"
