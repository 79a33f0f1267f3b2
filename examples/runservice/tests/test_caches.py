"""Caches: saved once, found by their key or by the newest that begins like it."""

import asyncio

import pytest
from conftest import EXECUTOR, connect

from apierrors import ErrBadRequest, ErrNotExist, RemoteError, is_remote

pytestmark = pytest.mark.anyio


@pytest.fixture
async def as_executor(app):
    async with connect(app, EXECUTOR) as connected:
        yield connected


async def chunks_of(data):
    yield data


async def read(as_executor, key, **more):
    async with as_executor.read_cache(key, **more) as chunks:
        return b"".join([chunk async for chunk in chunks])


KEYS = ["deps", "/project/web-deps 1/ü%2F", "a" * 180, "../..", "x/../y", "a//b", ".hidden", "x.tar", "%00", "a?b#c"]


async def test_a_cache_is_kept_under_any_key(as_executor, storage):
    """Whatever characters are in it, and each is an object of its own."""
    for key in KEYS:
        assert not await as_executor.has_cache(key)
        await as_executor.write_cache(key, chunks_of(key.encode()))
        assert await as_executor.has_cache(key)
    for key in KEYS:
        assert await read(as_executor, key) == key.encode()
    assert len(list(storage.list("caches/"))) == len(KEYS)


async def test_a_cache_that_is_there_stays(as_executor):
    """The second one of the same key is not an error, and changes nothing."""
    await as_executor.write_cache("deps", chunks_of(b"first"))
    await as_executor.write_cache("deps", chunks_of(b"second"))
    assert await read(as_executor, "deps") == b"first"


async def test_the_newest_that_begins_like_that(as_executor):
    """By its time, and not by its name."""
    for key in ("web-z", "web-a", "other"):
        await as_executor.write_cache(key, chunks_of(key.encode()))
        await asyncio.sleep(0.02)
    assert await read(as_executor, "web-", prefix=True) == b"web-a"
    assert await read(as_executor, "web-z", prefix=True) == b"web-z"
    with pytest.raises(RemoteError, match="no such cache") as caught:
        await read(as_executor, "web-")
    assert is_remote(caught.value, ErrNotExist)
    with pytest.raises(RemoteError):
        await read(as_executor, "nothing", prefix=True)


async def test_a_key_that_is_too_long(as_executor):
    """A bad request, and no failure of the storage."""
    for key in ("x" * 200, "ü" * 50):
        with pytest.raises(RemoteError) as caught:
            await as_executor.write_cache(key, chunks_of(b""))
        assert is_remote(caught.value, ErrBadRequest)


async def test_there_is_no_such_archive(as_executor):
    """404, and a number is a number."""
    for step in (0, 5):
        with pytest.raises(RemoteError, match="no such archive"):
            async with as_executor.archive("t", step):
                pass
