"""Laws that hold whatever the executors do, and in whatever order."""

from hypothesis import given, settings
from hypothesis import strategies as st
from known import AT, run_of, statuses, with_task

from clients.runservice import (
    DependCondition,
    ExecutorTask,
    ExecutorTaskPhase,
    ExecutorTaskSpec,
    ExecutorTaskStatus,
    ExecutorTaskStep,
    FetchPhase,
    Run,
    RunPhase,
)
from runservice._actions import runs_to_start
from runservice._schedule import advance_run, advance_tasks, tasks_to_run
from runservice._status import may_follow, update_run
from strategies import graphs


class Simulation:
    """A run, executors that do as they please, and a scheduler that looks now and then."""

    def __init__(self, tasks):
        self.run, self.config = run_of(tasks)
        self.given = {}

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
        meets = {
            "success": DependCondition.ON_SUCCESS,
            "failed": DependCondition.ON_FAILURE,
            "skipped": DependCondition.ON_SKIPPED,
        }
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
