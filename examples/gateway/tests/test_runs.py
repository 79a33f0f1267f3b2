"""Runs through the gateway."""

import asyncio

import pytest

from apierrors import ErrBadRequest, ErrConflict, ErrNotExist, RemoteError, is_remote
from clients import runservice as rs
from clients.configstore import Match, ParentType, VariableValue, When
from clients.gateway import GatewayClient

pytestmark = pytest.mark.anyio

WEB = "user/ann/tools/web"
CONFIG = {
    "name": "nightly",
    "tasks": [
        {"name": "build", "steps": [{"run": "make"}, {"save_to_workspace": [{"paths": ["out/**"]}]}]},
        {"name": "test", "depends": ["build"], "steps": [{"restore_workspace": {}}, {"run": "make test", "name": "t"}]},
        {"name": "tell", "depends": [{"task": "test", "conditions": ["on_failure"]}], "needs_approval": True},
    ],
}


async def test_a_run_becomes_what_the_runservice_takes(ann, runservice):
    """Tasks, steps and conditions."""
    run = await ann.start_run(WEB, CONFIG, branch="main")
    (request,) = runservice.requests
    assert (request.name, request.group, request.cache_group) == (
        "nightly",
        "/user/id-ann/web-ann/branch.main",
        "web-ann",
    )
    build, test, tell = request.run_config_tasks.values()
    assert build.steps == [
        rs.RunStep(command="make"),
        rs.SaveToWorkspaceStep(type="save_to_workspace", contents=[rs.SaveContent(paths=["out/**"])]),
    ]
    assert test.depends == {"build": rs.Depend()}
    assert tell.depends == {"test": rs.Depend(conditions=[rs.DependCondition.ON_FAILURE])}
    assert tell.needs_approval
    assert (run.phase, run.branch, run.project_id) == ("queued", "main", "web-ann")
    assert [[step.name for step in task.steps] for task in run.tasks] == [
        ["make", "save_to_workspace 1"],
        ["restore_workspace 0", "t"],
        [],
    ]


async def test_variables_become_the_environment(ann, runservice, configstore):
    """By branch; the values are in the request to the runservice and nowhere else."""
    group, project = ParentType.PROJECT_GROUP, ParentType.PROJECT
    configstore.put_secret(group, "tools-ann", "registry", {"MAIN": "for-main", "OTHER": "for-others"})
    main = VariableValue(secret_name="registry", secret_var="MAIN", when=When(branch=Match(include=["main"])))
    other = VariableValue(secret_name="registry", secret_var="OTHER")
    configstore.put_variable(project, "web-ann", "TOKEN", [main, other])
    for branch in ("main", "feature/x", None):
        run = await ann.start_run(WEB, CONFIG, branch=branch)
        assert "for-" not in run.model_dump_json()
    assert [request.environment["TOKEN"] for request in runservice.requests] == ["for-main", "for-others", "for-others"]
    assert [request.group.split("/")[-1] for request in runservice.requests] == [
        "branch.main",
        "branch.feature.x",
        "any",
    ]


async def test_a_variable_without_its_secret_is_a_setup_error(ann, runservice, configstore):
    """The run is kept, so that people see why it cannot run."""
    value = VariableValue(secret_name="gone", secret_var="A")
    configstore.put_variable(ParentType.PROJECT, "web-ann", "TOKEN", [value])
    run = await ann.start_run(WEB, CONFIG)
    assert (run.phase, run.setup_errors) == ("setuperror", ["variable TOKEN: there is no A in a secret gone"])


BAD = {
    "no tasks": ({"name": "x", "tasks": []}, "tasks: List should have at least 1 item"),
    "unknown key": ({"name": "x", "tasks": [{"name": "a", "stepz": []}]}, "tasks.0.stepz: Extra inputs"),
    "number for text": ({"name": "x", "tasks": [{"name": "a", "environment": {"V": 3.11}}]}, "tasks.0.environment.V:"),
    "two of a name": ({"name": "x", "tasks": [{"name": "a"}, {"name": "a"}]}, "there are 2 tasks named a"),
    "unknown task": ({"name": "x", "tasks": [{"name": "a", "depends": ["b"]}]}, "task a depends on b, and there is no"),
    "itself": ({"name": "x", "tasks": [{"name": "a", "depends": ["a"]}]}, "task a depends on itself"),
    "two steps in one": (
        {"name": "x", "tasks": [{"name": "a", "steps": [{"run": "x", "save_cache": {}}]}]},
        "tasks.0.steps.0.save_cache.save_cache.key: Field required",
    ),
    "no step": (
        {"name": "x", "tasks": [{"name": "a", "steps": [{"name": "x"}]}]},
        "tasks.0.steps.0.run.run: Field req",
    ),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_config_that_does_not_fit_is_refused_with_the_reason(ann, name):
    """In the gateway's words, with the place."""
    config, words = BAD[name]
    with pytest.raises(RemoteError) as caught:
        await ann.start_run(WEB, config)
    assert is_remote(caught.value, ErrBadRequest)
    assert caught.value.message.startswith(words)


async def test_runs_are_listed_newest_first(ann, bob, admin):
    """One's own, those of a project, and for admins all."""
    for client, ref in ((ann, WEB), (bob, "user/bob/tools/web"), (ann, WEB)):
        await client.start_run(ref, CONFIG)
    assert [run.id for run in await ann.list_runs()] == ["run3", "run1"]
    assert [run.id for run in await ann.list_runs(WEB, limit=1)] == ["run3"]
    assert [run.id for run in await ann.list_runs(WEB, start="run3")] == ["run1"]
    assert [run.id for run in await admin.list_runs()] == ["run3", "run2", "run1"]
    assert (await ann.list_runs())[0].tasks == []


async def test_a_queued_run_is_taken_out_and_a_running_one_is_stopped(ann, runservice):
    """One that has ended is neither."""
    await ann.start_run(WEB, CONFIG)
    await ann.stop_run("run1")
    assert runservice.runs["run1"].phase is rs.RunPhase.CANCELLED
    with pytest.raises(RemoteError, match="the run has ended already"):
        await ann.stop_run("run1")
    await ann.start_run(WEB, CONFIG)
    runservice.change("run2", phase=rs.RunPhase.RUNNING)
    await ann.stop_run("run2")
    assert (await ann.get_run("run2")).stopping


async def test_a_run_is_restarted_with_the_variables_of_now(ann, runservice, configstore):
    """And for the branch of then."""
    await ann.start_run(WEB, CONFIG, branch="main")
    with pytest.raises(RemoteError, match="cannot be restarted from the start now"):
        await ann.restart_run("run1")
    runservice.change("run1", phase=rs.RunPhase.FINISHED, result=rs.RunResult.FAILED)
    configstore.put_secret(ParentType.PROJECT, "web-ann", "s", {"A": "new"})
    configstore.put_variable(ParentType.PROJECT, "web-ann", "V", [VariableValue(secret_name="s", secret_var="A")])
    again = await ann.restart_run("run1", from_start=False)
    request = runservice.requests[-1]
    assert (again.id, again.branch) == ("run2", "main")
    assert (request.run_id, request.from_start, request.environment) == ("run1", False, {"V": "new"})


async def test_a_task_is_approved_when_it_waits_for_that(ann, runservice):
    """And not otherwise."""
    await ann.start_run(WEB, CONFIG)
    with pytest.raises(RemoteError) as caught:
        await ann.approve_task("run1", "tell")
    assert is_remote(caught.value, ErrConflict)
    runservice.change("run1", "tell", waiting_approval=True)
    await ann.approve_task("run1", "tell")
    assert runservice.runs["run1"].tasks["tell"].approved
    with pytest.raises(RemoteError, match="there is no task elsewhere"):
        await ann.approve_task("run1", "elsewhere")


async def test_a_log_is_passed_through(ann):
    """To its end; where there is none, that is said."""
    await ann.start_run(WEB, CONFIG)
    async with ann.logs("run1", "build", step=0) as chunks:
        assert b"".join([chunk async for chunk in chunks]) == b"one\ntwo\n"
    async with ann.logs("run1", "build") as chunks:
        assert b"".join([chunk async for chunk in chunks]) == b"one\ntwo\n"
    for task, step in (("build", 9), ("elsewhere", 0)):
        with pytest.raises(RemoteError) as caught:
            async with ann.logs("run1", task, step=step):
                pass
        assert is_remote(caught.value, ErrNotExist)


def test_a_log_is_followed_live(serve, runservice, behind):
    """What has been written is there before the step has ended."""

    async def follow(url):
        async with GatewayClient(url, "token-of-ann") as ann:
            await ann.start_run(WEB, CONFIG)
            async with ann.logs("run1", "build", step=0, follow=True) as chunks:
                first = await anext(chunks)
                assert (first, runservice.log_goes_on.is_set()) == (b"one\n", False)
                runservice.log_goes_on._loop.call_soon_threadsafe(runservice.log_goes_on.set)
                return first + b"".join([chunk async for chunk in chunks])

    assert asyncio.run(follow(serve().url)) == b"one\ntwo\n"


def test_a_log_that_is_cut_off_is_seen_to_be(serve, runservice, behind):
    """The connection is cut; nobody takes half of it for the whole. The gateway's log says where it broke, on one line."""
    from clients import ErrUnavailable

    async def follow(url):
        async with GatewayClient(url, "token-of-ann") as ann:
            await ann.start_run(WEB, CONFIG)
            runservice.cut_log = True
            async with ann.logs("run1", "build", step=0) as chunks:
                return [chunk async for chunk in chunks]

    process = serve()
    with pytest.raises(ErrUnavailable, match="the answer was cut off"):
        asyncio.run(follow(process.url))
    line = process.line_with("the answer was cut off")
    assert "show a log of run run1: get a log of run run1: call runservice" in line
    assert not [line for line in process.lines if "Traceback" in line]
