"""What happens next in a run: by tables, and by laws that hold whatever the executors do and in whatever order."""

from datetime import timedelta

import pytest
from conftest import request_of
from known import AT, run_of, statuses, with_task

from clients.runservice import (
    Depend,
    DependCondition,
    Executor,
    FetchPhase,
    RunConfigTask,
    RunPhase,
    RunResult,
    RunTaskStatus,
)
from runservice._schedule import advance_run, advance_tasks, choose_executor, tasks_to_run

S, F, K = DependCondition.ON_SUCCESS, DependCondition.ON_FAILURE, DependCondition.ON_SKIPPED


def names(tasks):
    return [task.name for task in tasks]


@pytest.mark.parametrize(
    ("conditions", "parent", "expected"),
    [
        ([S], "success", "runs"), ([S], "failed", "skipped"), ([S], "skipped", "skipped"),
        ([F], "success", "skipped"), ([F], "failed", "runs"), ([F], "skipped", "skipped"),
        ([K], "skipped", "runs"), ([K], "success", "skipped"),
        ([S, F], "failed", "runs"), ([S, F], "success", "runs"), ([S, F, K], "skipped", "runs"),
        ([S], "stopped", "skipped"), ([S], "cancelled", "skipped"), ([S, F, K], "stopped", "skipped"),
        ([S], "running", "waits"), ([F], "notstarted", "waits"),
    ],
)  # fmt: skip
def test_conditions(conditions, parent, expected):
    """A task runs when a condition is met, waits while that is open, and is skipped when none can be met."""
    tasks = request_of("a", "b").run_config_tasks
    tasks["b"] = tasks["b"].model_copy(update={"depends": {"a": Depend(conditions=conditions)}})
    run, config = run_of(tasks, a=parent)
    after = advance_tasks(run, config, {"a"} if parent == "running" else set())
    runs = names(tasks_to_run(after, config, {"a"}))
    assert after.tasks["b"].status is (RunTaskStatus.SKIPPED if expected == "skipped" else RunTaskStatus.NOT_STARTED)
    assert runs == (["b"] if expected == "runs" else [])


def test_all_parents_count():
    """One parent whose condition is not met is enough to skip; one that runs is enough to wait."""
    tasks = request_of("a", "b", "c<a,b").run_config_tasks
    run, config = run_of(tasks, a="success", b="failed")
    assert advance_tasks(run, config, {"a", "b"}).tasks["c"].status is RunTaskStatus.SKIPPED
    run, config = run_of(tasks, a="success", b="running")
    assert advance_tasks(run, config, {"a", "b"}) is run


def test_a_task_waits_for_the_archives_of_those_before():
    """A parent that has succeeded is not enough while its files are still on its executor."""
    tasks = request_of("a", "b<a").run_config_tasks
    from strategies import STEPS

    tasks["a"] = tasks["a"].model_copy(update={"steps": STEPS})
    run, config = run_of(tasks)
    run = with_task(run, "a", status=RunTaskStatus.SUCCESS)
    assert tasks_to_run(run, config, {"a"}) == []
    run = with_task(run, "a", archive_phases=[FetchPhase.FINISHED])
    assert names(tasks_to_run(run, config, {"a"})) == ["b"]


def test_a_skipped_task_and_what_follows_from_it():
    """It is skipped at once, whatever it depends on; decisions rest on what was so before."""
    tasks = request_of("a", "b<a", "c<b").run_config_tasks
    tasks["b"] = tasks["b"].model_copy(update={"skip": True})
    run, config = run_of(tasks)
    run = advance_tasks(run, config, set())
    assert statuses(run) == {"a": "notstarted", "b": "skipped", "c": "notstarted"}
    assert statuses(advance_tasks(run, config, set()))["c"] == "skipped"


def test_approval():
    """A task waits for it once everything else is settled, and runs when it is given."""
    tasks = request_of("a", "b<a").run_config_tasks
    tasks["b"] = tasks["b"].model_copy(update={"needs_approval": True})
    run, config = run_of(tasks)
    assert not advance_tasks(run, config, set()).tasks["b"].waiting_approval
    run, config = run_of(tasks, a="success")
    run = advance_tasks(run, config, {"a"})
    assert run.tasks["b"].waiting_approval
    assert tasks_to_run(run, config, {"a"}) == []
    run = with_task(run, "b", approved=True, waiting_approval=False)
    assert names(tasks_to_run(run, config, {"a"})) == ["b"]


def test_nobody_waits_for_approval_in_a_run_that_is_lost():
    """With the result, what waits for approval is cancelled."""
    tasks = request_of("a", "b").run_config_tasks
    tasks["b"] = tasks["b"].model_copy(update={"needs_approval": True})
    run, config = run_of(tasks, a="failed")
    run = with_task(run, "b", waiting_approval=True)
    run = advance_tasks(advance_run(run, config, set(), AT), config, {"a"})
    assert statuses(run)["b"] == "cancelled"
    assert not run.tasks["b"].waiting_approval


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"a": "success", "b": "success"}, ("finished", "success")),
        ({"a": "success", "b": "skipped"}, ("finished", "success")),
        ({"a": "failed", "b": "success"}, ("finished", "failed")),
        ({"a": "failed", "b": "running"}, ("running", "failed")),
        ({"a": "success", "b": "running"}, ("running", "unknown")),
        ({"a": "stopped", "b": "success"}, ("finished", "stopped")),
        ({"a": "cancelled", "b": "success"}, ("finished", "stopped")),
        ({"a": "stopped", "b": "failed"}, ("finished", "failed")),
    ],
)
def test_results(given, expected):
    """Failed is known at once; the others at the end."""
    run, config = run_of(request_of("a", "b").run_config_tasks, **given)
    run = advance_run(run, config, set(), AT)
    assert (run.phase.value, run.result.value) == expected
    assert (run.end_time == AT) is (run.phase is RunPhase.FINISHED)


def test_an_ignored_failure_fails_nothing():
    """The run succeeds; what depends on the success of the task is skipped all the same."""
    tasks = request_of("a", "b<a").run_config_tasks
    tasks["a"] = tasks["a"].model_copy(update={"ignore_failure": True})
    run, config = run_of(tasks, a="failed")
    run = advance_run(advance_tasks(run, config, {"a"}), config, set(), AT)
    assert (statuses(run)["b"], run.result) == ("skipped", RunResult.SUCCESS)


def test_a_run_has_not_ended_while_an_executor_has_a_task():
    """So the next one of the group does not start beside it."""
    run, config = run_of(request_of("a").run_config_tasks, a="success")
    assert advance_run(run, config, {"a"}, AT).phase is RunPhase.RUNNING
    assert advance_run(run, config, set(), AT).phase is RunPhase.FINISHED


def test_with_a_result_new_roots_are_cancelled_and_followers_follow():
    """What cleans up after a failure still runs."""
    tasks = request_of("a", "b", "c<a").run_config_tasks
    tasks["c"] = tasks["c"].model_copy(update={"depends": {"a": Depend(conditions=[F])}})
    run, config = run_of(tasks, a="failed")
    run = advance_tasks(advance_run(run, config, set(), AT), config, {"a"})
    assert statuses(run) == {"a": "failed", "b": "cancelled", "c": "notstarted"}
    assert names(tasks_to_run(run, config, {"a"})) == ["c"]


def test_a_stop_cancels_what_has_not_begun():
    """What an executor has is for the executor to end."""
    run, config = run_of(request_of("a", "b", "c<a").run_config_tasks, a="running")
    run = run.model_copy(update={"stop": True})
    run = advance_tasks(run, config, {"a"})
    assert statuses(run) == {"a": "running", "b": "cancelled", "c": "cancelled"}
    assert tasks_to_run(run, config, {"a"}) == []


@pytest.mark.parametrize("phase", [phase for phase in RunPhase if phase is not RunPhase.RUNNING])
def test_only_a_run_that_runs_moves(phase):
    """Queued, cancelled, finished: nothing happens by itself."""
    run, config = run_of(request_of("a").run_config_tasks)
    run = run.model_copy(update={"phase": phase})
    assert advance_tasks(run, config, set()) is run
    assert advance_run(run, config, set(), AT) is run
    assert tasks_to_run(run, config, set()) == []


def test_tasks_come_in_the_order_of_level_and_name():
    """The same order, whoever decides."""
    run, config = run_of(request_of("z", "b", "a", "y<a").run_config_tasks, a="success")
    assert names(tasks_to_run(run, config, {"a"})) == ["b", "z", "y"]


def executor(name, *, archs=("amd64",), heard=0, limit=0):
    return Executor(
        id=name, listen_url="http://127.0.0.1:1", archs=list(archs), active_tasks_limit=limit,
        last_status_time=AT - timedelta(seconds=heard),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("executors", "load", "arch", "chosen"),
    [
        ([], {}, "", None),
        ([executor("a"), executor("b")], {}, "", "a"),
        ([executor("a"), executor("b")], {"a": 1}, "", "b"),
        ([executor("a", heard=61)], {}, "", None),
        ([executor("a", heard=59)], {}, "", "a"),
        ([executor("a"), executor("b", archs=["arm64"])], {"b": 5}, "arm64", "b"),
        ([executor("a")], {}, "riscv64", None),
        ([executor("a", limit=2)], {"a": 1}, "", "a"),
        ([executor("a", limit=2)], {"a": 2}, "", None),
        ([executor("a", limit=0)], {"a": 99}, "", "a"),
    ],
)
def test_executors(executors, load, arch, chosen):
    """Of those that live, can and may, the least busy one; the limit is exact."""
    found = choose_executor(executors, RunConfigTask(id="t", name="t", arch=arch), load, AT)
    assert (found.id if found else None) == chosen


def test_an_executor_that_was_never_heard_of_gets_nothing():
    """Its entry has no time."""
    silent = executor("a").model_copy(update={"last_status_time": None})
    assert choose_executor([silent], RunConfigTask(id="t", name="t"), {}, AT) is None
