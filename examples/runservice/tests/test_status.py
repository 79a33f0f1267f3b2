"""What executors say of tasks: forward only, and nothing that comes after the end counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients import now
from clients.runservice import (
    ExecutorTask,
    ExecutorTaskPhase,
    ExecutorTaskSpec,
    ExecutorTaskStatus,
    ExecutorTaskStep,
    FetchPhase,
    Run,
    RunTask,
    RunTaskStatus,
    RunTaskStep,
)
from runservice._status import fail_task, may_follow, take_status, update_run

PHASES = ["notstarted", "cancelled", "running", "stopped", "success", "failed"]
ENDS = [phase for phase in PHASES if phase not in {"notstarted", "running"}]
P = ExecutorTaskPhase


def task_in(phase, *steps, **more):
    status = ExecutorTaskStatus(
        phase=P(phase),
        setup_step=ExecutorTaskStep(phase=P(phase)),
        steps=[ExecutorTaskStep(phase=P(s)) for s in steps],
        **more,
    )
    return ExecutorTask(id="t", spec=ExecutorTaskSpec(executor_id="e", run_id="r"), status=status)


def run_in(status, steps=0, archives=()):
    task = RunTask(
        id="t", status=RunTaskStatus(status), steps=[RunTaskStep() for _ in range(steps)],
        archive_steps=list(archives), archive_phases=[FetchPhase.NOT_STARTED for _ in archives],
    )  # fmt: skip
    return Run(id="r", name="n", group="/g", tasks={"t": task})


ALLOWED = {("notstarted", phase) for phase in PHASES} | {
    ("running", phase) for phase in ["running", "stopped", "success", "failed"]
}
ALLOWED |= {(phase, phase) for phase in PHASES}


@pytest.mark.parametrize("old", PHASES)
@pytest.mark.parametrize("new", PHASES)
def test_transitions(old, new):
    """All thirty-six of them."""
    assert may_follow(P(new), P(old)) is ((old, new) in ALLOWED)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("late", PHASES)
def test_an_end_is_an_end(end, late):
    """Neither the executor's task nor the run's takes what comes later, were it of the same phase."""
    ended = task_in(end)
    assert take_status(ended, task_in(late, fail_error="late").status) is None
    run = update_run(run_in("running"), ended) if end != "cancelled" else run_in("cancelled")
    assert update_run(run, task_in(late, fail_error="late")) is run


def test_no_news_is_no_change():
    """The same status again is not written again."""
    task = task_in("running", "running")
    assert take_status(task, task.status) is None
    run = update_run(run_in("notstarted", 1), task)
    assert update_run(run, task) is run


def test_news_are_taken_over():
    """Phases, times, exit status and the error."""
    at = now()
    step = ExecutorTaskStep(phase=P.FAILED, exit_status=3, start_time=at, end_time=at)
    status = ExecutorTaskStatus(
        phase=P.FAILED, fail_error="it broke", fail_report={"a": None}, steps=[step], start_time=at, end_time=at
    )
    task = update_run(run_in("running", 1), task_in("running").model_copy(update={"status": status})).tasks["t"]
    assert (task.status.value, task.fail_error, task.fail_report, task.start_time, task.end_time) == (
        "failed", "it broke", {"a": None}, at, at,
    )  # fmt: skip
    assert (task.steps[0].exit_status, task.steps[0].start_time, task.steps[0].phase) == (3, at, P.FAILED)


def test_what_never_ran_has_nothing_to_fetch():
    """Of a task that failed at its first step, the second has no log, and no archive is to come."""
    task = update_run(run_in("running", 3, archives=[0, 2]), task_in("failed", "success", "failed")).tasks["t"]
    assert [step.log_phase.value for step in task.steps] == ["notstarted", "notstarted", "finished"]
    assert [phase.value for phase in task.archive_phases] == ["notstarted", "finished"]
    assert not task.is_fetched


def test_a_task_that_is_cancelled_has_nothing_to_fetch():
    """It counts as fetched, or its run would never be archived."""
    assert update_run(run_in("notstarted", 2, archives=[1]), task_in("cancelled")).tasks["t"].is_fetched


def test_a_task_of_a_lost_executor_fails_with_the_step_it_was_at():
    """Steps that had ended stay as they were."""
    status = fail_task(task_in("running", "success", "running", "notstarted"), "gone", now()).status
    assert [step.phase.value for step in status.steps] == ["success", "failed", "notstarted"]
    assert (status.phase, status.fail_error, status.setup_step.phase) == (P.FAILED, "gone", P.FAILED)


def test_a_task_of_another_run_changes_nothing():
    """Its id is not among those of the run."""
    run = run_in("running")
    assert update_run(run, task_in("failed").model_copy(update={"id": "other"})) is run


@given(st.lists(st.sampled_from(PHASES), max_size=8), st.integers(0, 3), st.integers(0, 5))
def test_whatever_is_said_in_whatever_order(said, steps, told):
    """The run's task goes where the executor's task goes, and neither goes back."""
    task, run = task_in("notstarted"), run_in("notstarted", steps)
    for phase in said:
        before = task
        task = take_status(task, task_in(phase, *[phase] * told).status) or task
        assert may_follow(task.status.phase, before.status.phase)
        run = update_run(run, task)
        assert run.tasks["t"].status.value == task.status.phase.value
        assert len(run.tasks["t"].steps) == steps
