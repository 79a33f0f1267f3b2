"""What happens next in a run: by tables, and by laws that hold whatever the executors do and in whatever order."""

from datetime import timedelta

import pytest
from conftest import request_of
from hypothesis import given, settings
from hypothesis import strategies as st

from clients import now
from clients.runservice import (
    Depend,
    DependCondition,
    Executor,
    ExecutorTask,
    ExecutorTaskPhase,
    ExecutorTaskSpec,
    ExecutorTaskStatus,
    ExecutorTaskStep,
    FetchPhase,
    Run,
    RunConfig,
    RunConfigTask,
    RunPhase,
    RunResult,
    RunTaskStatus,
)
from runservice._actions import runs_to_start
from runservice._create import make_run, rename_tasks
from runservice._schedule import advance_run, advance_tasks, choose_executor, tasks_to_run
from runservice._status import may_follow, update_run
from strategies import graphs

AT = now()
S, F, K = DependCondition.ON_SUCCESS, DependCondition.ON_FAILURE, DependCondition.ON_SKIPPED


def run_of(tasks, **statuses):
    """A run that runs, with its config; `a="failed"` sets the status of a task."""
    config = RunConfig(id="r1", name="n", group="/p/w", tasks=rename_tasks(tasks, {}))
    run = make_run(config, {}).model_copy(update={"phase": RunPhase.RUNNING})
    for name, status in statuses.items():
        run = with_task(run, name, status=RunTaskStatus(status), archive_phases=[FetchPhase.FINISHED])
    return run, config


def with_task(run, task_id, **changes):
    task = run.tasks[task_id]
    if "archive_phases" in changes:
        changes["archive_phases"] = changes["archive_phases"] * len(task.archive_steps)
    return run.model_copy(update={"tasks": {**run.tasks, task_id: task.model_copy(update=changes)}})


def statuses(run):
    return {task.id: task.status.value for task in run.tasks.values()}


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


class Simulation:
    """A run, executors that do as they please, and a scheduler that looks now and then."""

    def __init__(self, tasks):
        self.run, self.config = run_of(tasks)
        self.given = {}
        self.log = []

    def look(self):
        before = self.run
        for task in self.given.values():
            self.run = update_run(self.run, task)
        active = {id for id, task in self.given.items() if not task.status.phase.is_finished}
        for _ in range(len(self.run.tasks) + 2):
            self.run = advance_tasks(advance_run(self.run, self.config, active, AT), self.config, self.given)
        self.check_transitions(before)
        for task in tasks_to_run(self.run, self.config, self.given):
            assert task.id not in self.given
            self.given[task.id] = ExecutorTask(id=task.id, spec=ExecutorTaskSpec(executor_id="e", run_id="r1"))
            self.check_conditions(task.id)

    def check_transitions(self, before):
        for id, task in self.run.tasks.items():
            old = before.tasks[id].status
            assert task.status is old or not old.is_finished, (id, old, task.status)

    def check_conditions(self, id):
        meets = {"success": S, "failed": F, "skipped": K}
        for parent, depend in self.config.tasks[id].depends.items():
            assert meets[self.run.tasks[parent].status.value] in depend.conditions
        if self.config.tasks[id].needs_approval:
            assert self.run.tasks[id].approved

    def say(self, id, phase):
        task = self.given[id]
        if not may_follow(phase, task.status.phase) or task.status.phase.is_finished:
            return
        steps = [ExecutorTaskStep(phase=phase) for _ in self.run.tasks[id].steps]
        status = ExecutorTaskStatus(phase=phase, setup_step=ExecutorTaskStep(phase=phase), steps=steps)
        self.given[id] = task.model_copy(update={"status": status})

    def fetch(self, id):
        if self.run.tasks[id].status.is_finished:
            self.run = with_task(self.run, id, archive_phases=[FetchPhase.FINISHED])

    def approve(self, id):
        if self.run.tasks[id].waiting_approval:
            self.run = with_task(self.run, id, approved=True, waiting_approval=False)

    def stop(self, _):
        if self.run.phase is RunPhase.RUNNING:
            self.run = self.run.model_copy(update={"stop": True})


@settings(max_examples=100, deadline=None)
@given(graphs(), st.data())
def test_every_task_ends_and_so_does_the_run(tasks, data):
    """Whatever executors say, in whatever order, and whenever it is stopped: no task runs twice or without its
    conditions, none comes back from an end, and in the end all have ended, with a result."""
    simulation = Simulation(tasks)
    phases = st.sampled_from(list(ExecutorTaskPhase))
    for _ in range(data.draw(st.integers(0, 20))):
        simulation.look()
        id = data.draw(st.sampled_from(sorted(tasks)))
        act = data.draw(st.sampled_from(["say", "say", "say", "fetch", "approve", "stop"]))
        if act == "say":
            if id in simulation.given:
                simulation.say(id, data.draw(phases))
        elif act != "stop" or data.draw(st.integers(0, 4)) == 0:
            getattr(simulation, act)(id)
    for _ in range(4 * len(tasks) + 4):
        simulation.look()
        for id in tasks:
            simulation.approve(id)
            simulation.fetch(id)
            if id in simulation.given:
                simulation.say(id, ExecutorTaskPhase.RUNNING)
                simulation.say(id, ExecutorTaskPhase.SUCCESS)
    assert simulation.run.phase is RunPhase.FINISHED, statuses(simulation.run)
    assert simulation.run.result.is_set
    assert all(task.status.is_finished for task in simulation.run.tasks.values())


@given(st.lists(st.tuples(st.sampled_from(["/a", "/b", "/a/x"]), st.sampled_from(list(RunPhase))), max_size=12))
def test_never_two_of_a_group(kinds):
    """Of each group the oldest queued run starts, and none where one runs."""
    runs = [Run(id=f"{n:02}", name="n", group=group, phase=phase) for n, (group, phase) in enumerate(kinds)]
    started = runs_to_start(runs)
    after = [run for run in runs if run.phase is RunPhase.RUNNING] + started
    assert len({run.group for run in started}) == len(started)
    for group in {run.group for run in started}:
        assert [run.group for run in after].count(group) == 1
        queued = [run.id for run in runs if run.group == group and run.phase is RunPhase.QUEUED]
        assert next(run.id for run in started if run.group == group) == min(queued)
    idle = {run.group for run in runs if run.phase is RunPhase.QUEUED} - {run.group for run in after}
    assert not idle
