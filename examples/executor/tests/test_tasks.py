"""Which tasks are started, stopped and reported, and what comes of it."""

import time

import fake
import pytest
import runner
from runner import run

from clients.runservice import ExecutorTaskPhase


@pytest.fixture(scope="module")
def runservice():
    """One for all tests here: each leaves it as it was."""
    with fake.runservice() as service:
        yield service


@pytest.fixture(scope="module")
def executor(runservice, tmp_path_factory):
    """One for all tests here, for two tasks at once."""
    with runner.executor(runservice, tmp_path_factory.mktemp("tasks") / "data") as running:
        yield running


def count(path):
    return path.read_text().count("\n")


def test_an_executor_tells_of_itself(shared, shared_runservice):
    """Who and where it is, what it can do, how much it does."""
    told = shared_runservice.executors[shared.id]
    assert told.listen_url == shared.url
    assert told.archs
    assert told.active_tasks_limit == 0


def test_tasks_are_pulled_too(executor, runservice):
    """For the push may be lost."""
    runservice.add("pulled", [run("true")], executor.id)
    assert runservice.wait("pulled").phase == "success"


def test_a_task_that_comes_twice_runs_once(executor, runservice, tmp_path):
    """While it runs, and when it has ended: a late push, with the status of long ago."""
    task = runservice.add("once", [run(f"echo ran >> {tmp_path}/ran; sleep 0.3")], executor.id)
    for _ in range(3):
        executor.push(task)
    runservice.wait("once")
    executor.push(task)
    time.sleep(0.8)  # a pull comes by as well
    assert count(tmp_path / "ran") == 1
    assert runservice.statuses["once"][-1].phase == "success"


def test_a_task_that_is_to_stop_is_stopped(executor, runservice):
    """With the step that runs; the end of the step does not make a failure of it."""
    executor.give("stops", [run("true"), run("trap 'exit 7' TERM; sleep 300 & wait"), run("true")])
    runservice.wait("stops", "running", step=1)
    time.sleep(0.2)
    runservice.stop_task("stops")  # and the next pull brings it
    status = runservice.wait("stops")
    assert status.phase == "stopped"
    assert [step.phase.value for step in status.steps] == ["success", "stopped", "notstarted"]
    time.sleep(0.5)
    assert {status.phase.value for status in runservice.statuses["stops"]} == {"running", "stopped"}
    assert executor.read_log("stops", 1) == "[executor] stopped\n"


def test_a_task_that_is_to_stop_before_it_starts_is_cancelled(executor, runservice):
    """Nothing of it runs."""
    executor.give("cancelled", [run("true")], stop=True)
    status = runservice.wait("cancelled")
    assert status.phase == "cancelled"
    assert status.steps == []
    assert not (executor.data / "tasks/cancelled").exists()


def test_the_limit_is_exact(executor, runservice, tmp_path):
    """Two at once; the third one is refused, and taken as soon as there is room."""
    for name in ("one", "two"):
        executor.give(name, [run(f"while [ ! -e {tmp_path}/{name} ]; do sleep 0.05; done")])
        runservice.wait(name, "running", step=0)
    third = runservice.add("three", [run("true")], executor.id)
    answer = executor.http.post("/executor", json=third.model_dump(mode="json"))
    assert answer.status_code == 409
    assert answer.json()["detail"] == "the executor is full"
    time.sleep(0.5)  # a pull does not start it either
    assert "three" not in runservice.statuses
    assert runservice.executors[executor.id].active_tasks == 2
    (tmp_path / "one").touch()
    assert runservice.wait("three").phase == "success"
    (tmp_path / "two").touch()
    runservice.wait("two")


def test_a_running_task_that_the_executor_does_not_know_is_lost(executor, runservice, tmp_path):
    """It has failed, with the steps that ran; it is not run again."""
    task = runservice.add("lost", [run(f"touch {tmp_path}/ran")], executor.id, phase=ExecutorTaskPhase.RUNNING)
    step = {"phase": "running"}
    status = task.status.model_validate_json(f'{{"phase": "running", "steps": [{{"phase": "{step["phase"]}"}}]}}')
    runservice.tasks["lost"] = task.model_copy(update={"status": status})
    told = runservice.wait("lost", "failed")
    assert [step.phase.value for step in told.steps] == ["failed"]
    assert "the executor was restarted while the task ran" in told.fail_error
    assert not (tmp_path / "ran").exists()


def test_a_directory_is_removed_when_the_runservice_has_done_with_the_task(executor, runservice):
    """And not before: logs and archives are fetched from there."""
    executor.run("kept", [run("true")])
    time.sleep(0.8)
    assert (executor.data / "tasks/kept/logs/0.log").exists()
    executor.run("ro", [run("mkdir d; touch d/f; chmod 500 d")])
    del runservice.tasks["kept"], runservice.tasks["ro"]
    deadline = time.monotonic() + 6
    while any((executor.data / "tasks" / task_id).exists() for task_id in ("kept", "ro")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_task_that_nobody_waits_for_is_stopped(executor, runservice):
    """The runservice does not know it any more."""
    executor.give("orphan", [run("sleep 300")])
    runservice.wait("orphan", "running", step=0)
    del runservice.tasks["orphan"]
    deadline = time.monotonic() + 8
    while (executor.data / "tasks/orphan").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_task_of_another_executor_is_refused(executor, runservice):
    """Whoever sends it has mistaken the address."""
    task = runservice.add("foreign", [run("true")], "another")
    answer = executor.http.post("/executor", json=task.model_dump(mode="json"))
    assert answer.status_code == 400
    assert answer.json()["detail"] == "the task is for another executor"


@pytest.mark.parametrize("fault", [500, "silence"])
def test_what_could_not_be_reported_is_reported_later(executor, runservice, fault):
    """A task ends while the runservice is out of order; it runs to its end and leaves the map only when that is told."""
    task_id = f"late-{fault}"
    executor.give(task_id, [run("sleep 0.3"), run("exit 3")])
    runservice.wait(task_id, "running", step=0)
    runservice.fault = fault
    time.sleep(1.5)
    assert runservice.statuses[task_id][-1].phase == "running"
    runservice.fault = None
    status = runservice.wait(task_id)
    assert (status.phase, status.steps[1].exit_status) == ("failed", 3)
    time.sleep(0.4)
    log = executor.log.read_text()
    assert log.count(f"cannot report task {task_id}, and try again: send the status of task {task_id}: ") == 1
    assert f"report task {task_id}: works again" in log


def test_a_runservice_that_is_gone_for_a_while_is_found_again(executor, runservice):
    """Connections refused, and a new process at the same address."""
    executor.give("gone", [run("sleep 0.3")])
    runservice.wait("gone", "running", step=0)
    runservice.stop()
    time.sleep(1)
    runservice.start()
    assert runservice.wait("gone").phase == "success"
    assert "no answer: All connection attempts failed" in executor.log.read_text()
