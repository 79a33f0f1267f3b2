"""Runs from end to end: queued, started, run by an executor that pretends, fetched, archived."""

import asyncio

import pytest
from conftest import request_of, run_when, until

from apierrors import ErrBadRequest, ErrConflict, ErrNotExist, RemoteError, is_remote
from clients.runservice import (
    Depend,
    DependCondition,
    RunConfigTask,
    RunCreateRequest,
    RunPhase,
    RunResult,
    SaveContent,
    SaveToWorkspaceStep,
)

pytestmark = pytest.mark.anyio


def is_archived(run):
    return run.archived


def statuses(run):
    return {task.name: task.status.value for task in run.tasks.values()}


async def text_of(client, run, name, step=0):
    async with client.logs(run.id, run.task(name).id, step=step) as chunks:
        return b"".join([chunk async for chunk in chunks]).decode()


async def test_a_run_works_from_end_to_end(client, executor):
    """It is queued, its tasks run in order, logs are fetched, and it ends in the archive."""
    created = (await client.create_run(request_of("build", "test<build"))).run
    assert created.phase is RunPhase.QUEUED
    run = await run_when(client, created.id, is_archived)
    assert (run.phase, run.result, run.counter) == (RunPhase.FINISHED, RunResult.SUCCESS, 1)
    assert executor.started == ["build", "test"]
    assert await text_of(client, run, "test") == "step 0 of test\n"
    async with client.logs(run.id, run.task("build").id) as chunks:
        assert b"".join([chunk async for chunk in chunks]) == b"made ready\n"
    assert run.enqueue_time <= run.start_time <= run.end_time


async def test_nothing_is_left_of_an_archived_run(client, executor, store):
    """No live run, no task, and the archive has it."""
    run = (await client.create_run(request_of("a"))).run
    await run_when(client, run.id, is_archived)

    async def live():
        return [*(await store.list("scheduler/runs/")).entries, *(await store.list("scheduler/tasks/")).entries]

    await until(live, lambda entries: not entries)
    assert (await client.get_run(run.id)).run.archived
    assert [found.id for found in (await client.list_runs()).runs] == [run.id]


async def test_tasks_that_do_not_depend_on_each_other_run_together(client, executor):
    """Both are with the executor before either has ended."""
    executor.script = {"a": asyncio.Event(), "b": asyncio.Event()}
    run = (await client.create_run(request_of("a", "b"))).run

    async def started():
        return sorted(executor.started)

    await until(started, lambda names: names == ["a", "b"])
    for event in executor.script.values():
        event.set()
    assert (await run_when(client, run.id, is_archived)).result is RunResult.SUCCESS


async def test_conditions_and_an_ignored_failure(client, executor):
    """What cleans up after a failure runs, what needed success is skipped, and the run succeeds nevertheless."""
    executor.script = {"flaky": "failed"}
    request = request_of("flaky", "deploy<flaky", "repair<flaky", "report<deploy")
    tasks = dict(request.run_config_tasks)
    tasks["flaky"] = tasks["flaky"].model_copy(update={"ignore_failure": True})
    tasks["repair"] = tasks["repair"].model_copy(
        update={"depends": {"flaky": Depend(conditions=[DependCondition.ON_FAILURE])}}
    )
    tasks["report"] = tasks["report"].model_copy(
        update={"depends": {"deploy": Depend(conditions=[DependCondition.ON_SKIPPED])}}
    )
    created = (await client.create_run(request.model_copy(update={"run_config_tasks": tasks}))).run
    run = await run_when(client, created.id, is_archived)
    assert statuses(run) == {"flaky": "failed", "deploy": "skipped", "repair": "success", "report": "success"}
    assert run.result is RunResult.SUCCESS
    assert run.task("flaky").fail_error == "run step 0 of flaky: exit status 1"


async def test_a_failure_fails_the_run(client, executor):
    """The error is where one looks for it: at the task."""
    executor.script = {"a": "failed"}
    created = (await client.create_run(request_of("a", "b<a"))).run
    run = await run_when(client, created.id, is_archived)
    assert (run.result, statuses(run)) == (RunResult.FAILED, {"a": "failed", "b": "skipped"})
    assert run.task("a").steps[0].exit_status == 1


async def test_approval(client, executor):
    """The task waits; approved twice is once too often."""
    request = request_of("a", "deploy<a")
    tasks = dict(request.run_config_tasks)
    tasks["deploy"] = tasks["deploy"].model_copy(update={"needs_approval": True})
    created = (await client.create_run(request.model_copy(update={"run_config_tasks": tasks}))).run
    task_id = created.task("deploy").id
    with pytest.raises(RemoteError, match="does not wait for approval"):
        await client.approve_task(created.id, task_id)
    await run_when(client, created.id, lambda run: run.task("deploy").waiting_approval)
    assert executor.started == ["a"]
    await client.set_task_annotations(created.id, task_id, {"approver": "ann"})
    await client.approve_task(created.id, task_id)
    run = await run_when(client, created.id, is_archived)
    assert (run.task("deploy").annotations, run.result) == ({"approver": "ann"}, RunResult.SUCCESS)
    with pytest.raises(RemoteError) as caught:
        await client.approve_task(created.id, task_id)
    assert is_remote(caught.value, ErrConflict)


async def test_stop(client, executor):
    """What runs is told to stop, what has not begun is cancelled, and the run ends as stopped."""
    executor.script = {"a": "hang"}
    created = (await client.create_run(request_of("a", "b<a"))).run
    await run_when(client, created.id, lambda run: run.task("a").status.value == "running")
    await client.stop_run(created.id)
    run = await run_when(client, created.id, is_archived)
    assert (run.result, statuses(run)) == (RunResult.STOPPED, {"a": "stopped", "b": "cancelled"})


async def test_stop_without_any_executor(client):
    """Nobody has the tasks, so nobody has to be waited for."""
    created = (await client.create_run(request_of("a"))).run
    await run_when(client, created.id, lambda run: run.phase is RunPhase.RUNNING)
    await client.stop_run(created.id)
    run = await run_when(client, created.id, is_archived)
    assert (run.result, statuses(run)) == (RunResult.STOPPED, {"a": "cancelled"})


async def test_cancel_and_start_are_for_queued_runs(client):
    """One run of the group runs; the second can be cancelled, not started; what has ended takes neither."""
    first = (await client.create_run(request_of("a"))).run
    await run_when(client, first.id, lambda run: run.phase is RunPhase.RUNNING)
    second = (await client.create_run(request_of("a"))).run
    with pytest.raises(RemoteError, match="another run of the group is running"):
        await client.start_run(second.id)
    await client.cancel_run(second.id)
    run = await run_when(client, second.id, is_archived)
    assert (run.phase, statuses(run)) == (RunPhase.CANCELLED, {"a": "cancelled"})
    for act in (client.cancel_run, client.start_run, client.stop_run):
        with pytest.raises(RemoteError) as caught:
            await act(second.id)
        assert is_remote(caught.value, ErrConflict)
    with pytest.raises(RemoteError, match="not queued any more"):
        await client.cancel_run(first.id)


async def test_one_run_of_a_group_runs_at_a_time(client, executor):
    """Ten of two groups: never two of a group together, and all in the order of coming."""
    seen, most = [], {}

    async def look():
        running = [run.group for run in (await client.running_runs()).runs]
        for group in running:
            most[group] = max(most.get(group, 0), running.count(group))
        runs = (await client.list_runs(asc=True)).runs
        return runs

    for n in range(10):
        await client.create_run(request_of("t", group=f"/g/{n % 2}"))
    runs = await until(look, lambda runs: len(runs) == 10 and all(run.archived for run in runs))
    seen = sorted(runs, key=lambda run: run.start_time)
    assert most and set(most.values()) == {1}
    for group in ("/g/0", "/g/1"):
        ids = [run.id for run in seen if run.group == group]
        assert ids == sorted(ids)
        assert sorted(run.counter for run in seen if run.group == group) == [1, 2, 3, 4, 5]


async def test_make_again_from_the_start(client, executor):
    """Every task anew, with the variables that stay, and with those of this run alone."""
    request = request_of("a", "b<a", static_environment={"S": "1"}, environment={"SECRET": "old"})
    first = (await client.create_run(request)).run
    await run_when(client, first.id, is_archived)
    again = RunCreateRequest(run_id=first.id, from_start=True, environment={"SECRET": "new"}, annotations={"by": "ann"})
    second = (await client.create_run(again)).run
    run = await run_when(client, second.id, is_archived)
    assert executor.started == ["a", "b", "a", "b"]
    assert not set(first.tasks) & set(run.tasks)
    assert (run.counter, run.annotations, run.result) == (2, {"by": "ann"}, RunResult.SUCCESS)
    data = [task.spec_data.environment for task in executor.taken.values()]
    assert data == [{"S": "1", "SECRET": "old"}] * 2 + [{"S": "1", "SECRET": "new"}] * 2


async def test_make_again_what_failed(client, executor):
    """What succeeded keeps its id, its log and its archive; the rest runs again."""
    request = request_of("a", "b<a", "c<b")
    tasks = dict(request.run_config_tasks)
    save = SaveToWorkspaceStep(type="save_to_workspace", contents=[SaveContent()])
    tasks["a"] = tasks["a"].model_copy(update={"steps": [save]})
    executor.script = {"b": "failed"}
    first = (await client.create_run(request.model_copy(update={"run_config_tasks": tasks}))).run
    first = await run_when(client, first.id, is_archived)
    executor.script = {}
    second = (await client.create_run(RunCreateRequest(run_id=first.id))).run
    run = await run_when(client, second.id, is_archived)
    assert executor.started == ["a", "b", "b", "c"]
    assert run.task("a").id == first.task("a").id
    assert run.task("b").id != first.task("b").id
    assert (run.result, statuses(run)) == (RunResult.SUCCESS, {"a": "success", "b": "success", "c": "success"})
    assert await text_of(client, run, "a") == "step 0 of a\n"
    operations = executor.taken[run.task("c").id].spec_data.workspace_operations
    assert [(op.task_id, op.step) for op in operations] == [(first.task("a").id, 0)]
    with pytest.raises(RemoteError, match="nothing to make again but from the start"):
        await client.create_run(RunCreateRequest(run_id=run.id))


async def test_a_run_that_has_not_ended_cannot_be_made_again(client):
    """Nor one that never was, nor one with a setup error."""
    run = (await client.create_run(request_of("a"))).run
    for run_id, kind in ((run.id, ErrConflict), ("nosuch", ErrNotExist)):
        with pytest.raises(RemoteError) as caught:
            await client.create_run(RunCreateRequest(run_id=run_id, from_start=True))
        assert is_remote(caught.value, kind)
    broken = (await client.create_run(request_of("a<a"))).run
    with pytest.raises(RemoteError, match="setup error cannot be made again"):
        await client.create_run(RunCreateRequest(run_id=broken.id, from_start=True))


async def test_a_run_that_cannot_run_is_kept_with_the_reason(client):
    """It ends at once, for people to see why."""
    answer = await client.create_run(request_of("a<b", "b<a", setup_errors=["no such project"]))
    assert answer.run_config.setup_errors == [
        "no such project", "task a depends on a circle of tasks", "task b depends on a circle of tasks",
    ]  # fmt: skip
    run = await run_when(client, answer.run.id, is_archived)
    assert (run.phase, run.tasks) == (RunPhase.SETUP_ERROR, {})
    empty = await client.create_run(RunCreateRequest(name="n", group="/g"))
    assert empty.run_config.setup_errors == ["there are no tasks"]


@pytest.mark.parametrize("request_", [RunCreateRequest(name="n"), RunCreateRequest(group="/g")])
async def test_a_run_needs_a_name_and_a_group(client, request_):
    """Or the id of another one."""
    with pytest.raises(RemoteError, match="needs a name and a group") as caught:
        await client.create_run(request_)
    assert is_remote(caught.value, ErrBadRequest)


async def test_events(real_client, executor):
    """What happens to a run, in order: it comes to be, starts, and ends with its result."""
    events = []
    async with asyncio.timeout(15), real_client.events() as stream:
        created = (await real_client.create_run(request_of("a"))).run
        async for event in stream:
            events.append(event)
            if event.phase.is_finished:
                break
    assert {event.run_id for event in events} == {created.id}
    assert [event.phase.value for event in events] == ["queued", "running", "finished"]
    assert [event.result.value for event in events] == ["unknown", "unknown", "success"]
    assert [event.sequence for event in events] == sorted({event.sequence for event in events})


async def test_a_large_run(client, executor):
    """Twenty tasks of four steps, all at once."""
    tasks = {
        f"t{n}": RunConfigTask(id=f"t{n}", name=f"t{n}", steps=request_of("x").run_config_tasks["x"].steps * 4)
        for n in range(20)
    }
    created = (await client.create_run(RunCreateRequest(name="n", group="/g/h", run_config_tasks=tasks))).run
    run = await run_when(client, created.id, is_archived)
    assert run.result is RunResult.SUCCESS
    assert sorted(executor.started) == sorted(tasks)
