"""docs/how-to/celery.md: a failed task is one line in the worker's log."""

import subprocess
import sys

import pytest

FILES_AS_BROKER = """
broker_url = "filesystem://"
broker_transport_options = {"data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "control"}
"""
CALL = "import tasks; tasks.load_run.delay(42)"


@pytest.mark.parametrize("pool", ["solo", "prefork"])
def test_a_failed_task_is_the_line_that_the_page_shows(open_page, pool):
    """A worker of its own takes the task from a broker, fails and logs."""
    page = open_page("celery")
    (page.folder / "celeryconfig.py").write_text(FILES_AS_BROKER)
    for folder in ("queue", "control"):
        (page.folder / folder).mkdir()
    worker = page.start(f"{page.commands[0]} --pool {pool} --concurrency 1")
    worker.wait_until(lambda: " ready." in worker.log)
    subprocess.run([sys.executable, "-c", CALL], cwd=page.folder, env=page.environment(), check=True, timeout=30)
    worker.wait_until(lambda: "ERROR" in worker.log)
    log = worker.stop()
    assert [line for line in log.splitlines() if "ERROR" in line] == page.lines
    assert "Traceback" not in log
    assert log.count("[tasks.py:") == 1


RETURN = """
import tasks
try:
    tasks.load_run("42")
except OSError as err:
    tasks.app.backend.mark_as_failure("id-1", err)
try:
    tasks.app.AsyncResult("id-1").get()
except FileNotFoundError as err:
    print(err)
"""


@pytest.mark.parametrize(
    ("serializer", "text"),
    [
        ("pickle", "load run 42: [Errno 2] No such file or directory: 'runs/42'"),
        ("json", "[Errno 2] No such file or directory"),
    ],
)
def test_the_result_backend_takes_a_wrapped_error(open_page, serializer, text):
    """What the page says of results: `except` catches what comes back; pickle keeps the chain, json the arguments."""
    page = open_page("celery")
    (page.folder / "celeryconfig.py").write_text(
        f"result_backend = 'cache+memory://'\nresult_serializer = {serializer!r}\naccept_content = ['json', 'pickle']\n"
    )
    script = [sys.executable, "-c", RETURN]
    done = subprocess.run(script, cwd=page.folder, env=page.environment(), capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == (f"{text}\n", "")
