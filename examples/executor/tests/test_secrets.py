"""What is secret stays in the process that it was meant for."""

import json

import runner
from runner import run

SECRET = "the-secret-of-the-tests"


def test_no_environment_leaves_its_step(runservice, tmp_path):
    """Not to the log of the executor, in detail and as JSON, not to a file, not to an answer, not to a status."""
    steps = {
        "good": [run('test -n "$KEY"')],
        "fails": [run("exit 3")],
        "slow": [run("sleep 300", timeout=0.2)],
        "no-shell": [run("", shell="/no/such/shell")],
        "bad-name": [run("", environment={"A=B": SECRET})],
        "nul": [run("", environment={"A": f"{SECRET}\0"})],
        "long": [run("", environment={f"A{number}": SECRET + "x" * 100_000 for number in range(30)})],
        "cache": [{"type": "restore_cache", "keys": ["{{ env KEY }}"]}],
    }
    with runner.executor(
        runservice, tmp_path / "data", "--log-format", "json", "--detailed-errors", "--limit", "0"
    ) as executor:
        for task_id, what in steps.items():
            status = executor.run(task_id, what, environment={"KEY": SECRET})
            assert (status.phase == "success") is (task_id == "good"), status.fail_error
        body = json.dumps({"id": "x", "spec": {"executor_id": 5}, "spec_data": {"environment": {"KEY": [SECRET]}}})
        answer = executor.http.post("/executor", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400
        assert SECRET not in answer.text
        executor.give("runs", [run("sleep 300")], environment={"KEY": SECRET})
        runservice.wait("runs", "running", step=0)
        assert executor.stop() == 0
    told = "".join(status.model_dump_json() for statuses in runservice.statuses.values() for status in statuses)
    log = executor.log.read_text()
    assert SECRET not in told
    assert SECRET not in log
    for path in executor.data.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
    lines = [json.loads(line) for line in log.splitlines()]
    errors = [line["error"]["fields"] for line in lines if "error" in line]
    assert {"fails", "slow", "no-shell"} <= {fields.get("task_id") for fields in errors}


def test_tokens_are_not_logged(executor, runservice):
    """Neither is the token that a caller has guessed."""
    executor.http.get("/executor/logs", headers={"authorization": "Bearer guessed-token"})
    executor.stop()
    log = executor.log.read_text()
    assert "is answered 401: no token, or a wrong one" in log
    assert "guessed-token" not in log
    assert "token-of-the-tests" not in log


def test_files_are_for_the_executor_alone(shared):
    """The directories of tasks, and what steps print."""
    shared.run("modes", [run("true")])
    assert (shared.data / "tasks/modes").stat().st_mode & 0o777 == 0o700
    assert (shared.data / "tasks/modes/logs/0.log").stat().st_mode & 0o777 == 0o600
