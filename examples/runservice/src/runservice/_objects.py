"""Logs, archives and caches in the object storage: where they are, and how they get there and back."""

from __future__ import annotations

import asyncio
import tempfile
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from serving import ErrTooMuch
from stackerr import wrapping

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable

    from objectstorage import ObjectStorage

CACHES, ARCHIVES, LOGS = "caches/", "workspacearchives/", "logs/"
_IN_MEMORY = 1024 * 1024
_CHUNK = 256 * 1024


def log_key(task_id: str, step: int | None) -> str:
    """Where the log of a step is; without a number, that of the setup.

    >>> log_key("t1", None), log_key("t1", 0)
    ('logs/t1/data/setup.log', 'logs/t1/data/steps/0.log')
    """
    return f"{LOGS}{task_id}/data/" + ("setup.log" if step is None else f"steps/{step}.log")


def archive_key(task_id: str, step: int) -> str:
    """Where the archive of a step is.

    >>> archive_key("t1", 2)
    'workspacearchives/t1/data/2.tar'
    """
    return f"{ARCHIVES}{task_id}/data/{step}.tar"


def cache_key(key: str) -> str:
    """Where a cache is. What is a prefix of the key is one of the object's too, but for the ending.

    >>> cache_key("/project/web-deps 1")
    'caches/%2Fproject%2Fweb-deps%201.tar'
    """
    return f"{cache_prefix(key)}.tar"


def cache_prefix(key: str) -> str:
    """What the objects of the caches begin with whose keys begin like that."""
    return CACHES + quote(key, safe="").replace(".", "%2E")  # no part of a key may be `..`


async def store_stream(storage: ObjectStorage, key: str, chunks: AsyncIterable[bytes], limit: int) -> None:
    """Keep what comes as an object, when it has come to its end: all of it or nothing.

    Raises:
        ErrTooMuch: it is more than the limit, in bytes.
        objectstorage.ErrStorage: it cannot be written.
    """
    with wrapping("store %s", key, key=key), tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        size = 0
        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise ErrTooMuch(f"{key} has more than {limit} bytes", limit=limit)
            await asyncio.to_thread(file.write, chunk)
        file.seek(0)
        await asyncio.to_thread(storage.write, key, file, size)


async def open_object(storage: ObjectStorage, key: str) -> AsyncGenerator[bytes, None]:
    """The bytes of an object; that there is none is said now, and not when they are read.

    Raises:
        objectstorage.ErrNotExist: there is none.
    """
    with wrapping("open %s", key, key=key):
        stream = await asyncio.to_thread(storage.read, key)
    return _read(stream, key)  # type: ignore[arg-type]  # a raw stream reads like a buffered one


async def _read(stream: BinaryIO, key: str) -> AsyncGenerator[bytes, None]:
    with wrapping("read %s", key, key=key), stream:
        while chunk := await asyncio.to_thread(stream.read, _CHUNK):
            yield chunk
