"""The executor is killed, or ended, and another one takes its data directory."""

import os
import signal
import subprocess
import time

import runner
from runner import is_alive, pids, run, wait_for_output

from executor.processes import boot_id, find


def test_a_killed_executor_leaves_nothing_behind(runservice, tmp_path):
    """The one after it kills what still runs, and its escaped children; the task has failed and is not run again."""
    data = tmp_path / "data"
    command = f"echo ran >> {tmp_path}/ran; setsid sh -c 'echo $$; exec sleep 300' & echo $$; sleep 300"
    first = runner.Running(runservice, data)
    first.give("victim", [run("true"), run(command), run("true")])
    runservice.wait("victim", "running", step=1)
    started = pids(wait_for_output(first, "victim", lines=2, step=1))
    first.kill()
    assert all(is_alive(pid) for pid in started)

    with runner.executor(runservice, data) as second:
        status = runservice.wait("victim", "failed")
        assert second.id == first.id
        assert [step.phase.value for step in status.steps] == ["success", "failed", "notstarted"]
        assert "the executor was restarted while the task ran" in status.fail_error
        assert not [pid for pid in started if is_alive(pid)]
        assert list((data / "processes").iterdir()) == []
        assert "killed 3 processes that an earlier executor had left running" in second.log.read_text()
        assert pids(second.read_log("victim", 1)) == started  # the log can still be fetched
        assert (tmp_path / "ran").read_text() == "ran\n"


def test_a_task_whose_start_was_never_told_is_not_started_again(runservice, tmp_path):
    """The executor was killed before a status arrived: the directory says that the task has been here."""
    with runner.executor(runservice, tmp_path / "data") as first:
        runservice.fault = 500
        task = runservice.add("twice", [run(f"echo ran >> {tmp_path}/ran; sleep 300")], first.id)
        first.push(task)
        _wait_for_file(tmp_path / "ran")
    runservice.fault = None
    assert "twice" not in runservice.statuses
    with runner.executor(runservice, tmp_path / "data"):
        status = runservice.wait("twice", "failed")
    assert "the task was started before, and is not started twice" in status.fail_error
    assert (tmp_path / "ran").read_text() == "ran\n"


def test_sigterm_stops_the_tasks_and_says_so(runservice, tmp_path):
    """The exit status is 0, nothing is left, and the runservice has been told."""
    with runner.executor(runservice, tmp_path / "data") as executor:
        executor.give("interrupted", [run("setsid sleep 300 & echo $!; echo $$; sleep 300")])
        runservice.wait("interrupted", "running", step=0)
        wait_for_output(executor, "interrupted", lines=2)
        started = pids(executor.read_log("interrupted"))
        query = {"taskid": "interrupted", "step": 0, "follow": True}
        with executor.http.stream("GET", "/executor/logs", params=query) as followed:
            executor.process.send_signal(signal.SIGTERM)
            assert "".join(followed.iter_text()).endswith("[executor] stopped\n")
        assert executor.process.wait(20) == 0
    assert runservice.statuses["interrupted"][-1].phase == "stopped"
    assert not [pid for pid in started if is_alive(pid)]
    assert "Traceback" not in executor.log.read_text()


def test_sigterm_ends_an_executor_that_nobody_hears(runservice, tmp_path):
    """The runservice is away: it is not waited for."""
    with runner.executor(runservice, tmp_path / "data") as executor:
        executor.give("unheard", [run("sleep 300")])
        runservice.wait("unheard", "running", step=0)
        runservice.fault = 500
        begun = time.monotonic()
        assert executor.stop() == 0
        assert time.monotonic() - begun < 8
    assert "1 tasks have ended, and the runservice was not told" in executor.log.read_text()


def test_a_data_directory_is_for_one_executor(executor, runservice):
    """A second one would kill the steps of the first."""
    command = [runner.BESIDE / "executor", "serve", "--runservice", runservice.url, "--data-dir", executor.data]
    environment = {"PATH": os.environ["PATH"], "EXECUTOR_TOKEN": "t"}
    second = subprocess.run(
        [*command, "--listen", "127.0.0.1:0"], capture_output=True, text=True, env=environment, timeout=30
    )
    assert second.returncode == 78
    assert "another executor uses it" in second.stderr
    assert "each its own --data-dir" in second.stderr


def test_a_process_that_has_got_the_id_of_an_old_one_is_left_alone(runservice, tmp_path):
    """The record says when the program started, and on which boot."""
    data = tmp_path / "data"
    (data / "processes").mkdir(parents=True)
    bystander = subprocess.Popen(["sleep", "300"], start_new_session=True)
    try:
        boot = boot_id()
        start = find(bystander.pid).start
        (data / "processes" / "a").write_text(f"{boot} {bystander.pid} {start - 1}\n")
        (data / "processes" / "b").write_text(f"another-boot {bystander.pid} {start}\n")
        (data / "processes" / "c").write_text("cut o")
        with runner.executor(runservice, data) as executor:
            assert bystander.poll() is None
            assert list((data / "processes").iterdir()) == []
            executor.stop()
    finally:
        bystander.send_signal(signal.SIGKILL)
        bystander.wait()


def _wait_for_file(path):
    deadline = time.monotonic() + 10
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
