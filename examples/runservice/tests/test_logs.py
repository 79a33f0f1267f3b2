"""Logs: from the executor while they are there, then from the storage; followed to their end, or cut off."""

import asyncio
import copy

import pytest
from conftest import request_of, run_when, until

from apierrors import ErrBadRequest, ErrNotExist, RemoteError, is_remote
from clients import ErrUnavailable
from runservice._fetcher import fetch_all
from runservice._objects import log_key

pytestmark = pytest.mark.anyio


async def read(client, run, name="a", **more):
    async with client.logs(run.id, run.task(name).id, **more) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def test_a_log_is_followed_from_before_its_task_has_begun(real_client, executor):
    """The reader waits for the task, gets what it writes while it writes it, and the end."""
    executor.script = {"a": asyncio.Event()}
    created = (await real_client.create_run(request_of("a"))).run
    got = []
    async with real_client.logs(created.id, created.task("a").id, step=0, follow=True) as chunks:
        async for chunk in chunks:
            got.append(chunk)
            if len(got) == 1:
                executor.files[f"{created.task('a').id}/0"] += b"more\n"
                executor.script["a"].set()
    assert b"".join(got) == b"step 0 of a\nmore\n"
    assert got[0] == b"step 0 of a\n"


class Outdated:
    """Models of which a list is out of date when it comes: meanwhile something happens."""

    def __init__(self, collection, happens):
        self.collection, self.happens = collection, happens

    def __getattr__(self, name):
        return getattr(self.collection, name)

    async def list(self):
        found = await self.collection.list()
        await self.happens()
        return found


@pytest.fixture
def no_fetcher(monkeypatch):
    monkeypatch.setattr("runservice.service.fetch_all", lambda core: asyncio.sleep(0))


async def test_what_ends_while_the_fetcher_looks_around_is_not_taken_for_lost(no_fetcher, client, executor, service):
    """Of a task that it meets as ended it knows the executor, also if both are newer than its first look."""
    runs = []

    async def make_run():
        created = (await client.create_run(request_of("a", group=f"/g/{len(runs)}"))).run
        runs.append(await run_when(client, created.id, lambda run: run.task("a").status.is_finished))

    async def make_second_run():
        if len(runs) == 1:
            await make_run()

    await make_run()
    looking = copy.copy(service.core)
    looking.runs = Outdated(service.core.runs, make_second_run)
    looking.tasks = Outdated(service.core.tasks, make_second_run)
    await fetch_all(looking)
    assert len(runs) == 2
    await fetch_all(service.core)
    executor.files.clear()
    assert [await read(client, run, step=0) for run in runs] == [b"step 0 of a\n"] * 2


async def test_a_log_outlives_its_executor(client, executor, storage):
    """After the run is archived it is read from the storage."""
    created = (await client.create_run(request_of("a"))).run
    run = await run_when(client, created.id, lambda run: run.archived)
    executor.files.clear()
    assert await read(client, run, step=0) == b"step 0 of a\n"
    assert await read(client, run, step=0, follow=True) == b"step 0 of a\n"
    storage.delete(log_key(run.task("a").id, 0))
    with pytest.raises(RemoteError, match="no such log"):
        await read(client, run, step=0)


@pytest.mark.parametrize("step", [0, 7, 1000])
async def test_there_is_no_log_of_what_has_not_run(client, step):
    """A step that has not begun, or that there is not."""
    run = (await client.create_run(request_of("a"))).run
    with pytest.raises(RemoteError) as caught:
        await read(client, run, step=step)
    assert is_remote(caught.value, ErrNotExist if step < 1000 else ErrBadRequest)


async def test_a_skipped_task_has_no_log_to_follow(real_client, executor):
    """The reader is not left waiting."""
    executor.script = {"a": "failed"}
    created = (await real_client.create_run(request_of("a", "b<a"))).run
    async with asyncio.timeout(10):
        with pytest.raises(RemoteError, match="no such log"):
            await read(real_client, created, "b", step=0, follow=True)


async def test_no_run_no_task(client):
    """Each has its own words."""
    run = (await client.create_run(request_of("a"))).run
    for run_id, task_id, words in (("nosuch", "t", "no such run"), (run.id, "nosuch", "no such task")):
        with pytest.raises(RemoteError, match=words) as caught:
            async with client.logs(run_id, task_id, step=0):
                pass
        assert is_remote(caught.value, ErrNotExist)


async def test_an_executor_that_gives_no_answer(client, executor, service):
    """502, with words about the executor and none of its address."""
    executor.script = {"a": "hang"}
    created = (await client.create_run(request_of("a"))).run
    await run_when(client, created.id, lambda run: run.task("a").status.value == "running")
    executor.url = "http://127.0.0.1:9"
    await executor.register()
    with pytest.raises(RemoteError, match="executor of the task cannot be reached") as caught:
        await read(client, created, step=0)
    assert caught.value.status == 502
    assert "127.0.0.1:9" not in str(caught.value)


async def test_a_log_that_is_followed_is_cut_off_by_maintenance(real_client, executor):
    """The reader must not take it for whole."""
    executor.script = {"a": "hang"}
    created = (await real_client.create_run(request_of("a"))).run
    await run_when(real_client, created.id, lambda run: run.task("a").status.value == "running")
    got = []
    with pytest.raises(ErrUnavailable, match="the answer was cut off"):
        async with asyncio.timeout(10):
            async with real_client.logs(created.id, created.task("a").id, step=0, follow=True) as chunks:
                async for chunk in chunks:
                    got.append(chunk)
                    await real_client.set_maintenance(enable=True)
    assert got == [b"step 0 of a\n"]


async def test_a_reader_that_goes_away_leaves_nothing_behind(real_client, executor, service):
    """The request ends, and so does the one to the executor."""
    executor.script = {"a": "hang"}
    created = (await real_client.create_run(request_of("a"))).run
    await run_when(real_client, created.id, lambda run: run.task("a").status.value == "running")
    async with real_client.logs(created.id, created.task("a").id, step=0, follow=True) as chunks:
        await anext(chunks)

    async def requests():
        return service._requests

    await until(requests, lambda count: count == 0)
