"""Nothing that a step has started outlives it."""

import os

import pytest
from runner import is_alive, pids, run, wait_for_output

from executor.processes import find

ESCAPES = {
    "in the background": "sleep 300 & echo $!",
    "deaf to SIGTERM": "(trap '' TERM; echo $(exec sh -c 'echo $PPID'); while :; do sleep 1; done) &",
    "in a session of its own": "setsid sh -c 'echo $$; exec sleep 300' &",
    "in a session, with a parent that ends": "setsid sh -c 'sleep 300 & echo $!' &",
    "without an environment": "env -i setsid sh -c 'echo $$; exec sleep 300' &",
    "as a daemon": "setsid sh -c 'setsid sh -c \"echo \\$\\$; sleep 300 & echo \\$!; wait\" &' & ",
    "in a process group": "set -m; sleep 300 & echo $!",
}


@pytest.mark.parametrize("escape", ESCAPES)
@pytest.mark.parametrize("end", ["success", "failed", "stopped", "timeout"])
def test_whatever_a_step_starts_ends_with_it(shared, shared_runservice, escape, end):
    """However it tries to get away, and however the step ends."""
    task_id = f"escapes-{list(ESCAPES).index(escape)}-{end}"
    last = {"success": "exit 0", "failed": "exit 1"}.get(end, "sleep 300")
    more = {"timeout": 3} if end == "timeout" else {}  # what is started needs time to say so, on a busy machine
    shared.give(task_id, [run(f"{ESCAPES[escape]}\nsleep 1; {last}", **more)])
    if end == "stopped":
        shared_runservice.wait(task_id, "running", step=0)
        wait_for_output(shared, task_id)
        shared_runservice.stop_task(task_id)
        shared.push(shared_runservice.tasks[task_id])
    status = shared_runservice.wait(task_id)
    assert status.phase == ("failed" if end == "timeout" else end)
    started = pids(shared.read_log(task_id))
    assert started
    assert not [pid for pid in started if is_alive(pid)]


def test_a_step_leaves_the_others_alone(shared, shared_runservice):
    """One that ends while another one runs."""
    shared.give("long", [run("setsid sh -c 'echo $$; exec sleep 300' & echo $$; wait")])
    wait_for_output(shared, "long", lines=2)
    shared.run("short", [run("setsid sleep 300 &")])
    assert all(is_alive(pid) for pid in pids(shared.read_log("long")))
    shared_runservice.stop_task("long")
    shared.push(shared_runservice.tasks["long"])
    shared_runservice.wait("long", "stopped")
    assert not any(is_alive(pid) for pid in pids(shared.read_log("long")))


def test_many_steps_at_once(shared, shared_runservice):
    """Each ends with its own status, and no process is left to be reaped."""
    for number in range(12):
        shared.give(f"many-{number}", [run(f"setsid sleep 300 & sleep 0.{number}; exit {number}")])
    for number in range(12):
        assert shared_runservice.wait(f"many-{number}").steps[0].exit_status == number
    assert _children(shared.process.pid) == []


def _children(parent):
    found = [find(int(name)) for name in os.listdir("/proc") if name.isdecimal()]
    return [process for process in found if process is not None and process.parent == parent]
