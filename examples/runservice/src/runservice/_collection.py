"""Models in the kv store: one key for each, and changes that fail when somebody else was faster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from pydantic import ValidationError

from kvstore import Delete, ErrKeyNotFound, Put, unchanged
from stackerr import new, wrapping

if TYPE_CHECKING:
    from clients import Model
    from kvstore import Compare, Store


M = TypeVar("M", bound="Model")


@dataclass(frozen=True, slots=True)
class Kept(Generic[M]):
    """A model, and the revision at which it was put."""

    value: M
    revision: int


Many: TypeAlias = list[Kept[M]]


class Collection(Generic[M]):
    """The models of one kind.

    Args:
        store: where they are.
        prefix: what their keys begin with; the id follows.
        model: their class, with a field `id`.
    """

    def __init__(self, store: Store, prefix: str, model: type[M]) -> None:
        self.store = store
        self.prefix = prefix
        self.model = model

    async def find(self, id: str) -> Kept[M] | None:
        """The one of that id."""
        with wrapping("find %s %s", self.model.__name__, id):
            try:
                entry = await self.store.get(self.prefix + id)
            except ErrKeyNotFound:
                return None
            return Kept(self.parse(entry.key, entry.value), entry.revision)

    async def list(self) -> Many[M]:
        """All of them, in the order of their ids."""
        return (await self.list_at())[0]

    async def list_at(self) -> tuple[Many[M], int]:
        """All of them, and the revision at which that was so."""
        with wrapping("list all of %s", self.model.__name__):
            page = await self.store.list(self.prefix)
            return [Kept(self.parse(entry.key, entry.value), entry.revision) for entry in page.entries], page.revision

    def key(self, id: str) -> str:
        """The key of the one of that id."""
        return self.prefix + id

    def put(self, value: M) -> Put:
        """The change that sets it."""
        return Put(self.key(_id(value)), value.model_dump_json(exclude_defaults=True).encode())

    def delete(self, id: str) -> Delete:
        """The change that deletes it."""
        return Delete(self.key(id))

    def unchanged(self, id: str, revision: int) -> Compare:
        """The condition that it is still as it was; revision 0 is not there."""
        return unchanged(self.key(id), revision)

    def parse(self, key: str, raw: bytes) -> M:
        """Read a value.

        Raises:
            stackerr.Error: it is not of this kind.
        """
        try:
            return self.model.model_validate_json(raw)
        except ValidationError as err:
            first = err.errors(include_input=False, include_url=False)[0]
            raise new(f"key {key} holds no {self.model.__name__}: {first['loc']}: {first['msg']}", key=key) from None


def _id(value: Model) -> str:
    id: str = value.id  # type: ignore[attr-defined]  # every model here has one
    return id
