"""Runs, from start to end, on real services: two runservices, two executors."""

import asyncio
import itertools
import os

import pytest
from dags import end, fetch, keep, log, restore_cache, run, save_cache, start, statuses, task, until
from looks import lines_that_are_no_record, processes

import kvstore
from clients.runservice import RunCreateRequest, RunStep

pytestmark = pytest.mark.anyio
_numbers = itertools.count(1)


@pytest.fixture
def group():
    """A group of the test's own."""
    return f"/project/p{next(_numbers)}"


@pytest.fixture
async def client(installation):
    async with installation.runservice(1) as one:
        yield one


@pytest.fixture
async def other_client(installation):
    async with installation.runservice(2) as one:
        yield one


async def test_tasks_without_dependencies_run_at_the_same_time(client, group, tmp_path):
    """Each waits until the other one has begun."""
    meet = f"touch {tmp_path}/$ME; while [ ! -e {tmp_path}/$OTHER ]; do sleep 0.02; done"
    ended = await run(
        client,
        task("left", meet, environment={"ME": "left", "OTHER": "right"}, timeout=30),
        task("right", meet, environment={"ME": "right", "OTHER": "left"}, timeout=30),
        group=group,
    )
    assert (ended.phase, ended.result) == ("finished", "success")


async def test_tasks_follow_their_conditions(client, group):
    """On success, on failure, on skipped; the run has failed, since one of its tasks did."""
    ended = await run(
        client,
        task("good", "true"),
        task("bad", "exit 3"),
        task("after-good", "true", after=["good"]),
        task("after-bad", "true", after=["bad"]),
        task("clean-up", "true", after={"bad": ["on_failure"]}),
        task("instead", "true", after={"after-bad": ["on_skipped"]}),
        task("in-any-case", "true", after={"bad": ["on_success", "on_failure"], "good": ["on_success"]}),
        group=group,
    )
    assert ended.result == "failed"
    assert statuses(ended) == {
        "good": "success",
        "bad": "failed",
        "after-good": "success",
        "after-bad": "skipped",
        "clean-up": "success",
        "instead": "success",
        "in-any-case": "success",
    }
    assert ended.task("bad").steps[0].exit_status == 3
    assert "exit status 3" in ended.task("bad").fail_error


async def test_a_failure_may_be_ignored(client, group):
    """The task has failed, and the run has not."""
    ended = await run(client, task("bad", "false", ignore_failure=True), group=group)
    assert (ended.result, statuses(ended)) == ("success", {"bad": "failed"})


async def test_a_task_waits_for_approval(client, other_client, group):
    """It starts when somebody approves it, through whichever runservice."""
    run_id = await start(client, task("ship", "echo shipped", needs_approval=True), group=group)
    waiting = await until(client, run_id, lambda run: run.task("ship").waiting_approval)
    assert statuses(waiting) == {"ship": "notstarted"}
    await other_client.approve_task(run_id, waiting.task("ship").id)
    assert (await end(client, run_id)).result == "success"


async def test_a_workspace_is_passed_on(client, group):
    """A task finds what all tasks before it have kept, wherever they ran."""
    ended = await run(
        client,
        task("one", "mkdir -p out; echo 1 > out/one; ln -s one out/link", keep("out/**")),
        task("two", "echo 2 > two", keep("two")),
        task("both", fetch(), "cat out/link two; test ! -e three", after=["one", "two"]),
        group=group,
    )
    assert (ended.result, await log(client, ended, "both", 1)) == ("success", "1\n2\n")


async def test_a_cache_is_saved_and_restored(client, group):
    """By a later run; of several keys the first that something begins with, and the newest of those."""
    key = f"deps-{next(_numbers)}"
    first = await run(
        client,
        task("fill", restore_cache(key), "test ! -e dep; echo v1 > dep", save_cache(f"{key}-v1", "dep")),
        group=group,
    )
    assert first.result == "success"
    second = await run(
        client, task("use", restore_cache(f"{key}-v2", key), "cat dep", save_cache(f"{key}-v1", "dep")), group=group
    )
    assert (second.result, await log(client, second, "use", 1)) == ("success", "v1\n")


async def test_a_run_is_made_again_from_the_start(client, group):
    """Every task runs again, with an id of its own."""
    first = await run(client, task("a", "true"), task("b", "true", after=["a"]), group=group)
    again = await client.create_run(RunCreateRequest(run_id=first.id, from_start=True))
    second = await end(client, again.run.id)
    assert (second.result, second.counter) == ("success", first.counter + 1)
    assert not set(first.tasks) & set(second.tasks)


async def test_a_run_is_made_again_from_what_failed(client, group, tmp_path):
    """What had succeeded is kept, with its logs and its workspace; what failed, and what comes after it, runs again."""
    flag = tmp_path / "mended"
    tmp_path.chmod(0o777)
    first = await run(
        client,
        task("build", "echo built > built; echo building", keep("built")),
        task("test", fetch(), f"cat built && test -e {flag}", after=["build"]),
        task("ship", fetch(), "cat built", after=["test"]),
        group=group,
    )
    assert statuses(first) == {"build": "success", "test": "failed", "ship": "skipped"}
    flag.touch()
    again = await client.create_run(RunCreateRequest(run_id=first.id))
    second = await end(client, again.run.id)
    assert second.result == "success"
    assert second.task("build").id == first.task("build").id
    assert second.task("test").id != first.task("test").id
    assert await log(client, second, "build") == "building\n"
    assert await log(client, second, "ship", 1) == "built\n"


async def test_a_run_is_stopped_in_the_middle_of_a_step(client, other_client, group):
    """The whole group of processes ends, those in the background too; what has not begun is cancelled."""
    marker = f"31.{next(_numbers)}{os.getpid()}"
    run_id = await start(
        client, task("long", f"sleep {marker} & setsid sleep {marker} & sleep {marker}"), task("next", "true", after=["long"]),
        group=group,
    )  # fmt: skip
    while len(processes(marker)) < 3:  # noqa: ASYNC110 - no event tells of them
        await asyncio.sleep(0.05)
    await other_client.stop_run(run_id)
    ended = await end(client, run_id)
    assert (ended.result, statuses(ended)["long"]) == ("stopped", "stopped")
    assert statuses(ended)["next"] in {"cancelled", "skipped"}
    assert processes(marker) == []


async def test_a_step_takes_too_long(client, group):
    """It is killed, and the error says how long it had."""
    ended = await run(client, task("slow", RunStep(command="sleep 60", timeout=0.5)), group=group)
    assert ended.result == "failed"
    assert "step 0 took longer than 0.5 s" in ended.task("slow").fail_error


async def test_a_log_is_followed_live(client, other_client, group, tmp_path):
    """Each line is there before the step goes on; what is archived afterwards is the same."""
    tmp_path.chmod(0o777)
    command = f"for i in 1 2 3; do echo line $i; while [ ! -e {tmp_path}/$i ]; do sleep 0.02; done; done"
    run_id = await start(client, task("talk", command, timeout=60), group=group)
    running = await until(other_client, run_id, lambda run: run.task("talk").status == "running")
    seen, wanted = b"", [b"line 1\n", b"line 1\nline 2\n", b"line 1\nline 2\nline 3\n"]
    async with other_client.logs(run_id, running.task("talk").id, step=0, follow=True) as chunks:
        async for chunk in chunks:
            seen += chunk
            if wanted and seen == wanted[0]:
                wanted.pop(0)
                (tmp_path / str(3 - len(wanted))).touch()
    assert (wanted, seen) == ([], b"line 1\nline 2\nline 3\n")
    assert await log(client, await end(client, run_id), "talk") == seen.decode()


async def test_one_run_of_a_group_runs_at_a_time(client, other_client, group):
    """Two are asked for through two runservices; their times do not touch."""
    ids = [await start(one, task("t", "sleep 0.3"), group=group) for one in (client, other_client, client)]
    ended = [await end(client, run_id) for run_id in ids]
    times = sorted((run.start_time, run.end_time) for run in ended)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(times))


async def test_nothing_of_the_environment_is_in_the_store(installation, client, group):
    """Neither secrets nor commands: what the executors need is made anew each time they ask."""
    secret = f"hunter-{next(_numbers)}-{os.getpid()}"
    tasks = [task("t", "sleep 1; test -n $PASSWORD; echo it is $PASSWORD", environment={"COLOUR": "mauve-of-the-test"})]
    run_id = await start(client, *tasks, group=group, environment={"PASSWORD": secret})
    await until(client, run_id, lambda run: run.task("t").status == "running")
    seen = {}
    async with kvstore.open_store(installation.kv) as store:
        async for page in store.pages(""):
            seen |= {entry.key: entry.value for entry in page.entries}
    ended = await end(client, run_id)
    assert ended.result == "success"
    assert any(run_id in key for key in seen)
    hidden = (secret.encode(), b"echo it is", b"mauve-of-the-test")
    assert not [key for key, value in seen.items() if any(word in value for word in hidden)]
    assert secret not in (await client.get_run(run_id)).model_dump_json()
    assert not [name for name, service in installation.services.items() if secret in service.read_log()]


async def test_a_run_that_cannot_run_says_why(client, group):
    """A cycle is no bad request: the run is there, with its setup errors, and nobody waits for it."""
    ended = await run(client, task("a", "true", after=["b"]), task("b", "true", after=["a"]), group=group)
    assert ended.phase == "setuperror"
    made = await client.get_run(ended.id)
    assert made.run_config.setup_errors == [f"task {name} depends on a circle of tasks" for name in "ab"]


def test_the_log_of_every_service_is_lines_of_one_error(installation):
    """Whatever failed above: no traceback, no second line."""
    for service in installation.services.values():
        assert lines_that_are_no_record(service.read_log()) == [], service.name
