"""Many writers at once, the same on every backend."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from content import keys_of, read

from objectstorage import ErrExist, ErrNotExist, is_err_exist


def test_an_exclusive_write_makes_a_new_object(storage):
    """It succeeds where there is none, also where there was one."""
    storage.write("k", b"1", exclusive=True)
    storage.delete("k")
    storage.write("k", b"2", exclusive=True)
    assert read(storage, "k") == b"2"


def test_an_exclusive_write_touches_no_object_that_is_there(storage):
    """It is refused as ErrExist, and the object stays."""
    storage.write("k", b"old")
    with pytest.raises(ErrExist) as caught:
        storage.write("k", b"new", exclusive=True)
    assert is_err_exist(caught.value)
    assert read(storage, "k") == b"old"


def test_of_many_exclusive_writers_one_succeeds(storage):
    """The object is that of the one who was told so."""
    barrier = threading.Barrier(8)

    def attempt(number):
        barrier.wait()
        try:
            storage.write("k", b"%d" % number, exclusive=True)
        except ErrExist:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        winners = [number for number in pool.map(attempt, range(8)) if number is not None]
    assert len(winners) == 1
    assert read(storage, "k") == b"%d" % winners[0]


def test_threads_share_one_storage(storage):
    """Objects that come and go in one directory, from many threads, do not disturb each other."""

    def work(number):
        for turn in range(5):
            key = f"shared/dir/{number}"
            storage.write(key, b"%d" % turn, persist=False)
            assert read(storage, key) == b"%d" % turn
            storage.delete(key)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(16)))
    assert keys_of(storage.list()) == []


def test_an_event_loop_uses_threads(storage):
    """`asyncio.to_thread` is all that asynchronous code needs, and errors come through it whole."""

    async def main():
        await asyncio.gather(*(asyncio.to_thread(storage.write, f"k{n}", b"x", persist=False) for n in range(40)))
        with pytest.raises(ErrNotExist, match="stat object no in"):
            await asyncio.to_thread(storage.stat, "no")

    asyncio.run(main())
    assert len(list(storage.list())) == 40
