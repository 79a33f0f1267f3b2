"""What the steps of a task do, on a real executor that a fake runservice hands the tasks to."""


def run(command, **more):
    return {"type": "run", "command": command, **more}


def test_a_task_runs_and_its_success_is_reported(shared):
    status = shared.run("hello", [run("echo hello")])
    assert status.phase == "success"
    assert [(step.phase, step.exit_status) for step in status.steps] == [("success", 0)]
    assert shared.read_log("hello") == "hello\n"
