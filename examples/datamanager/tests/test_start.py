"""Starting: with nothing, after a stop, after a kill, and after the store was lost."""

import pytest

import datamanager
from datamanager import Delete, Put

pytestmark = pytest.mark.anyio


async def test_what_was_written_is_there_after_a_restart(place):
    """In the same store and storage."""
    async with place.open() as dm:
        await dm.write([Put("run", "1", b"one"), Put("run", "2", b"two")])
        await dm.write([Delete("run", "1")])
    async with place.open() as dm:
        assert await dm.read("run", "2") == b"two"
        with pytest.raises(datamanager.ErrNotExist):
            await dm.read("run", "1")
