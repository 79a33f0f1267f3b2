"""Executors: who gets tasks, what is taken from whom, and what becomes of tasks whose executor is gone."""

import asyncio

import fake
import pytest
from conftest import EXECUTOR, connect, request_of, run_when, serve, until

from apierrors import ErrBadRequest, ErrConflict, ErrNotExist, RemoteError, is_remote
from clients.runservice import (
    Executor,
    ExecutorTask,
    ExecutorTaskPhase,
    ExecutorTaskSpec,
    ExecutorTaskStatus,
    RunResult,
    SaveContent,
    SaveToWorkspaceStep,
)
from runservice.service import open_service

pytestmark = pytest.mark.anyio


@pytest.fixture
async def as_executor(app):
    async with connect(app, EXECUTOR) as connected:
        yield connected


def is_running(run):
    return run.task("a").status.value == "running"


async def test_an_executor_is_listed_and_forgotten(client, as_executor):
    """With the time it was last heard of, by the service's clock."""
    await as_executor.send_executor(Executor(id="e1", listen_url="http://127.0.0.1:1"))
    [executor] = await client.list_executors()
    assert (executor.id, executor.last_status_time is not None) == ("e1", True)
    await client.delete_executor("e1")
    assert await client.list_executors() == []
    with pytest.raises(RemoteError, match="no such executor") as caught:
        await client.delete_executor("e1")
    assert is_remote(caught.value, ErrNotExist)


async def test_members_of_a_dynamic_group_disappear_with_their_siblings(client, as_executor):
    """Those of other groups, and those that are not dynamic, stay."""

    async def send(name, group="g", dynamic=True, siblings=()):
        await as_executor.send_executor(
            Executor(id=name, listen_url="http://127.0.0.1:1", dynamic=dynamic, group=group, siblings=list(siblings))
        )

    await send("old")
    await send("sibling", siblings=["old"])
    await send("other", group="h")
    await send("fixed", dynamic=False)
    await send("new", siblings=["sibling"])
    assert [executor.id for executor in await client.list_executors()] == ["fixed", "new", "other", "sibling"]


async def test_a_task_fails_with_its_deleted_executor(client, executor):
    """Nobody can fetch its log any more, and the run is archived nevertheless."""
    executor.script = {"a": "hang"}
    created = (await client.create_run(request_of("a"))).run
    await run_when(client, created.id, is_running)
    executor.register = asyncio.Event().wait  # no more signs of life
    await asyncio.sleep(0.3)
    await client.delete_executor(executor.name)
    run = await run_when(client, created.id, lambda run: run.archived)
    assert (run.result, run.task("a").fail_error) == (
        RunResult.FAILED, "the executor was deleted before the task had ended",
    )  # fmt: skip
    with pytest.raises(RemoteError, match="no such log"):
        async with client.logs(run.id, run.task("a").id, step=0):
            pass


async def test_a_push_that_is_lost_is_made_up_by_a_pull(client, executor):
    """The executor cannot be reached for a while: it asks for its tasks itself."""
    url, executor.url = executor.url, "http://127.0.0.1:9"
    await executor.register()
    created = (await client.create_run(request_of("a"))).run
    await run_when(client, created.id, lambda run: run.task("a").status.value != "notstarted")
    executor.url = url
    assert (await run_when(client, created.id, lambda run: run.archived)).result is RunResult.SUCCESS
    assert f"POST {fake.API}" not in executor.requests


async def test_the_limit_of_an_executor_is_kept(client, executor):
    """Two at a time, and the other two after them."""
    executor.options = {"active_tasks_limit": 2}
    await executor.register()
    executor.script = {name: asyncio.Event() for name in "abcd"}
    created = (await client.create_run(request_of(*"abcd"))).run

    async def started():
        return len(executor.started)

    await until(started, lambda count: count == 2)
    await asyncio.sleep(0.5)
    assert executor.started == ["a", "b"]
    for event in executor.script.values():
        event.set()
    assert (await run_when(client, created.id, lambda run: run.archived)).result is RunResult.SUCCESS


async def test_the_status_of_somebody_elses_task_is_refused(client, executor, as_executor):
    """A task that the executor does not have; and the late status of one that has ended changes nothing."""
    executor.script = {"a": "hang"}
    created = (await client.create_run(request_of("a"))).run
    await run_when(client, created.id, is_running)
    task_id = created.task("a").id
    status = ExecutorTaskStatus(phase=ExecutorTaskPhase.SUCCESS)
    for executor_id, id in (("executor-2", task_id), (executor.name, "nosuch")):
        with pytest.raises(RemoteError, match="no such task") as caught:
            await as_executor.send_task_status(executor_id, id, status)
        assert is_remote(caught.value, ErrNotExist)
        assert await as_executor.get_executor_task(executor_id, id) is None
    await as_executor.send_task_status(executor.name, task_id, status)
    await run_when(client, created.id, lambda run: run.task("a").status.value == "success")


async def test_two_ids_are_a_bad_request(as_executor):
    """The id of the path and that of the body."""
    with pytest.raises(RemoteError) as caught:
        executor = Executor(id="e1", listen_url="http://127.0.0.1:1")
        await as_executor.call("POST", "/api/v1alpha/executor/e2", body=executor)
    assert is_remote(caught.value, ErrBadRequest)


async def test_a_task_has_all_it_needs(client, executor, as_executor):
    """Environment of task, run and both kinds; steps; where its caches are; the archives before it."""
    request = request_of("a", "b<a", static_environment={"S": "s", "X": "static"}, environment={"X": "run"})
    tasks = dict(request.run_config_tasks)
    save = SaveToWorkspaceStep(type="save_to_workspace", contents=[SaveContent()])
    tasks["a"] = tasks["a"].model_copy(update={"steps": [save], "timeout": 60.0})
    tasks["b"] = tasks["b"].model_copy(update={"environment": {"T": "t", "S": "task", "X": "task"}})
    executor.script = {"b": "hang"}
    created = (await client.create_run(request.model_copy(update={"run_config_tasks": tasks}))).run
    await run_when(client, created.id, lambda run: run.task("b").status.value == "running")
    [task] = [t for t in await as_executor.list_executor_tasks(executor.name) if t.id == created.task("b").id]
    data = task.spec_data
    assert executor.taken[task.id].spec_data == data.model_copy(
        update={"environment": {"T": "t", "S": "s", "X": "run"}}
    )
    assert data.cache_prefix == "/project/web"
    assert [(op.task_id, op.step) for op in data.workspace_operations] == [(created.task("a").id, 0)]
    async with as_executor.archive(created.task("a").id, 0) as chunks:
        assert b"".join([chunk async for chunk in chunks]) == b"archive of a"
    assert (await as_executor.get_executor_task(executor.name, task.id)).spec_data == data
    await client.stop_run(created.id)


async def test_tasks_of_runs_that_are_gone_are_stopped_and_deleted(executor, as_executor, store, service):
    """As after an import: nobody asks for them any more."""
    task = ExecutorTask(id="t", spec=ExecutorTaskSpec(executor_id=executor.name, run_id="gone"))
    put = service.core.tasks.put(task)
    await store.put(put.key, put.value)

    async def found():
        return await service.core.tasks.find("t")

    kept = await until(found, lambda kept: kept.value.spec.stop)
    assert await as_executor.list_executor_tasks(executor.name) == []
    await as_executor.send_task_status(executor.name, "t", ExecutorTaskStatus(phase=ExecutorTaskPhase.STOPPED))
    assert kept
    await until(found, lambda kept: kept is None)


async def test_two_instances_share_the_work_and_no_task_runs_twice(service, store, storage, settings, client, executor):
    """Each of forty tasks is started once, though both instances schedule all of them."""
    async with open_service(store, storage, settings):
        requests = [request_of("a", "b<a", "c<a", "d<b,c", group=f"/g/{n}") for n in range(10)]
        created = await asyncio.gather(*[client.create_run(request) for request in requests])
        for answer in created:
            run = await run_when(client, answer.run.id, lambda run: run.archived)
            assert run.result is RunResult.SUCCESS
    assert sorted(executor.started) == sorted("abcd" * 10)
    assert len(executor.taken) == 40


async def test_a_conflict_is_one(client, executor):
    """An unknown phase to change to, and a phase that is none to change to."""
    created = (await client.create_run(request_of("a"))).run
    path = f"/api/v1alpha/runs/{created.id}/actions"
    for body in ({"action_type": "changephase"}, {"action_type": "changephase", "phase": "finished"}):
        from clients.runservice import RunActionRequest

        with pytest.raises(RemoteError) as caught:
            await client.call("PUT", path, body=RunActionRequest.model_validate(body))
        assert is_remote(caught.value, ErrBadRequest)
        assert not is_remote(caught.value, ErrConflict)


async def test_two_executors_share_the_tasks(client, app, executor):
    """The less busy one gets the next."""
    async with connect(app, EXECUTOR) as runs, fake.run_executor(serve, runs, EXECUTOR, "executor-2") as other:
        executor.script = other.script = dict.fromkeys("abcd", "hang")
        created = (await client.create_run(request_of(*"abcd"))).run

        async def started():
            return len(executor.started), len(other.started)

        await until(started, lambda counts: counts == (2, 2))
        await client.stop_run(created.id)
        await run_when(client, created.id, lambda run: run.archived)
