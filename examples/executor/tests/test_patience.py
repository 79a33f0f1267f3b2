"""Work that is seen to its end."""

import asyncio
import time

import pytest

from executor.patience import Stopped, finish, go_on, in_thread


def test_what_must_be_finished_is_finished_before_the_cancellation_is_seen():
    """However often it is cancelled."""
    done = []

    async def clean():
        await asyncio.sleep(0.1)
        done.append("clean")

    async def main():
        work = asyncio.create_task(finish(clean()))
        for _ in range(3):
            await asyncio.sleep(0.02)
            work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert done == ["clean"]

    asyncio.run(main())


def test_the_result_and_the_error_of_the_work_come_through():
    """When nobody cancels."""

    async def fail():
        raise KeyError("id")

    async def answer():
        return 42

    assert asyncio.run(finish(answer())) == 42
    with pytest.raises(KeyError):
        asyncio.run(finish(fail()))


def test_a_thread_is_told_to_stop_and_waited_for():
    """It writes no more when the caller goes on."""
    turns = []

    def work(stop):
        while True:
            go_on(stop)
            turns.append(time.monotonic())
            time.sleep(0.01)

    async def main():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await in_thread(work)
        count = len(turns)
        await asyncio.sleep(0.05)
        assert len(turns) == count > 1

    asyncio.run(main())
    with pytest.raises(Stopped):
        raise Stopped
