"""Caches and archives, as executors ask for them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import objectstorage
from apierrors import ErrBadRequest
from stackerr import mark, wrapping

from ._objects import archive_key, cache_key, cache_prefix, open_object, store_stream
from .errors import ErrNoArchive, ErrNoCache

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable

    from ._core import Core

_LONGEST = 200


async def find_cache(core: Core, key: str, *, prefix: bool) -> str:
    """The object of a cache.

    Args:
        core: the stores.
        key: its key.
        prefix: whether the newest one will do whose key begins like that.

    Raises:
        ErrNoCache: there is none.
        ErrBadRequest: the key is too long.
    """
    _check_key(key)
    with wrapping("find cache %s", key, key=key):
        return await asyncio.to_thread(_find_newest if prefix else _find, core.storage, key)


def _check_key(key: str) -> None:
    if not 0 < len(cache_key(key)) <= _LONGEST:
        raise ErrBadRequest(
            "the key of the cache is too long", public=f"the key has more than {_LONGEST} bytes, escaped"
        )


def _find(storage: objectstorage.ObjectStorage, key: str) -> str:
    try:
        return storage.stat(cache_key(key)).key
    except objectstorage.ErrNotExist as err:
        raise mark(err, ErrNoCache) from err


def _find_newest(storage: objectstorage.ObjectStorage, key: str) -> str:
    with wrapping("list the caches of %s", key):
        newest = max(storage.list(cache_prefix(key)), key=lambda info: (info.mtime, info.key), default=None)
    if newest is None:
        raise ErrNoCache(f"no cache begins with {key}", key=key)
    return newest.key


async def read_cache(core: Core, key: str, *, prefix: bool) -> AsyncGenerator[bytes, None]:
    """The bytes of a cache.

    Raises:
        ErrNoCache: there is none, any more.
    """
    try:
        chunks = await open_object(core.storage, await find_cache(core, key, prefix=prefix))
    except objectstorage.ErrNotExist as err:
        raise mark(err, ErrNoCache) from err
    async for chunk in chunks:
        yield chunk


async def write_cache(core: Core, key: str, chunks: AsyncIterable[bytes]) -> bool:
    """Keep a cache; False when there is one already, and nothing was changed."""
    try:
        await find_cache(core, key, prefix=False)
    except ErrNoCache:
        await store_stream(core.storage, cache_key(key), chunks, core.settings.largest_upload)
        return True
    return False


async def read_archive(core: Core, task_id: str, step: int) -> AsyncGenerator[bytes, None]:
    """The bytes of an archive.

    Raises:
        ErrNoArchive: there is none, any more.
    """
    with wrapping("read archive %s of task %s", step, task_id, task_id=task_id, step=step):
        try:
            chunks = await open_object(core.storage, archive_key(task_id, step))
        except objectstorage.ErrNotExist as err:
            raise mark(err, ErrNoArchive) from err
        async for chunk in chunks:
            yield chunk
