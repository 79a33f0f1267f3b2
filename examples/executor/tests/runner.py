"""The executor as a process of its own, as it is started by people."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
from fake import TOKEN

from clients.query import API
from executor.processes import find

BESIDE = Path(sys.executable).parent


class Running:
    """An executor that runs."""

    def __init__(self, runservice, data, *options, env=None, grace="0.5"):
        self.data = Path(data)
        self.log = self.data.with_name(f"{self.data.name}.log")
        self.runservice = runservice
        command = [BESIDE / "executor", "serve", "--runservice", runservice.url, "--data-dir", self.data]
        command += ["--listen", "127.0.0.1:0", "--grace", grace, "--interval", "0.3", *options]
        environment = {
            "PATH": os.environ["PATH"],
            "EXECUTOR_TOKEN": TOKEN,
            "PYTHONDONTWRITEBYTECODE": "1",
            **(env or {}),
        }
        with self.log.open("ab") as log:
            self._begin = log.tell()
            self.process = subprocess.Popen(command, stderr=log, stdout=log, env=environment)
        self.url = self._wait_until_ready()
        self.id = (self.data / "id").read_text().strip()
        self.http = httpx2.Client(
            base_url=self.url + API, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False
        )

    def _wait_until_ready(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.findall(r'listening on ([^\s"]+)', self.log.read_text()[self._begin :])
            if found and any(executor.listen_url == found[-1] for executor in self.runservice.executors.values()):
                return found[-1]
            time.sleep(0.02)
        raise AssertionError(f"the executor did not start:\n{self.log.read_text()}")

    def run(self, task_id, steps, **spec):
        """Run a task to its end."""
        self.give(task_id, steps, **spec)
        return self.runservice.wait(task_id)

    def give(self, task_id, steps, **spec):
        """Hand a task over by push."""
        task = self.runservice.add(task_id, steps, self.id, **spec)
        self.push(task)

    def push(self, task):
        answer = self.http.post(
            "/executor", content=task.model_dump_json(), headers={"content-type": "application/json"}
        )
        assert answer.status_code == 204, answer.text

    def push_if_there_is_room(self, task):
        content = task.model_dump_json()
        answer = self.http.post("/executor", content=content, headers={"content-type": "application/json"})
        assert answer.status_code in {204, 409}, answer.text

    def read_log(self, task_id, step=0):
        answer = self.http.get("/executor/logs", params={"taskid": task_id, "step": step})
        assert answer.status_code == 200, answer.text
        return answer.text

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.http.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        finally:
            self.kill()


@contextlib.contextmanager
def executor(runservice, data, *options, **more):
    running = Running(runservice, data, *options, **more)
    try:
        yield running
    finally:
        running.kill()


def run(command, **more):
    """A step that runs a command."""
    return {"type": "run", "command": command, **more}


def pids(text):
    """The process ids that a step has printed."""
    return [int(line) for line in text.splitlines() if line.isdecimal()]


def is_alive(pid):
    process = find(pid)
    return process is not None and not process.has_ended


def wait_for_output(running, task_id, lines=1, step=0):
    """Until a step has printed that many lines."""
    log = running.data / f"tasks/{task_id}/logs/{step}.log"
    deadline = time.monotonic() + 10
    while not log.exists() or log.read_text().count("\n") < lines:
        assert time.monotonic() < deadline, "the step prints nothing"
        time.sleep(0.01)
    return log.read_text()
