"""A runservice for the tests: on a real server, with the real types, and with faults to order."""

import asyncio
import contextlib
import socket
import threading
import time
from typing import Annotated

import uvicorn
from fastapi import Body, FastAPI, Request, Response

from apierrors import ErrNotExist, ErrUnauthorized, answer
from clients import is_bearer
from clients.query import API
from clients.runservice import (
    Executor,
    ExecutorTask,
    ExecutorTaskPhase,
    ExecutorTaskSpec,
    ExecutorTaskSpecData,
    ExecutorTaskStatus,
)

TOKEN = "token-of-the-tests"


class Runservice:
    """What executors see of a runservice."""

    def __init__(self):
        self.tasks = {}
        self.statuses = {}  # every status that came, by task
        self.executors = {}
        self.archives = {}
        self.caches = {}
        self.uploads = 0
        self.fault = None  # an HTTP status to answer everything with, or "silence"
        self.refuses_caches = False
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.app = self._make_app()
        self._server = None

    def start(self):
        config = uvicorn.Config(self.app, port=self.port, log_level="critical", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self):
        self._server.should_exit = True
        self._thread.join()

    def add(self, task_id, steps, executor_id, *, phase=ExecutorTaskPhase.NOT_STARTED, stop=False, **spec):
        """Hand out a task."""
        data = ExecutorTaskSpecData.model_validate({"task_name": task_id, "steps": steps, **spec})
        self.tasks[task_id] = ExecutorTask(
            id=task_id,
            spec=ExecutorTaskSpec(executor_id=executor_id, run_id="run-1", stop=stop),
            status=ExecutorTaskStatus(phase=phase),
            spec_data=data,
        )
        return self.tasks[task_id]

    def stop_task(self, task_id):
        task = self.tasks[task_id]
        self.tasks[task_id] = task.model_copy(update={"spec": task.spec.model_copy(update={"stop": True})})

    def wait(self, task_id, *phases, step=None, timeout=60):
        """The status of a task as soon as it, or one of its steps, is in one of the phases; none is any end."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for status in self.statuses.get(task_id, []):
                where = status if step is None else status.steps[step] if step < len(status.steps) else None
                if where is not None and (where.phase in phases if phases else where.phase.is_finished):
                    return status
            time.sleep(0.01)
        raise AssertionError(f"task {task_id} has not reached {phases}: {self.statuses.get(task_id, [])[-1:]}")

    def _make_app(self):  # noqa: C901
        app = FastAPI()

        @app.middleware("http")
        async def gate(request: Request, proceed):
            if self.fault == "silence":
                await asyncio.sleep(1)
                return Response(status_code=502)
            if self.fault:
                return Response(status_code=self.fault)
            if not is_bearer(request.headers.get("authorization"), [TOKEN]):
                said = answer(ErrUnauthorized())
                return Response(said.body, said.status, dict(said.headers))
            return await proceed(request)

        def missing(what):
            said = answer(ErrNotExist(public=f"there is no {what}"))
            return Response(said.body, said.status, dict(said.headers))

        @app.get(f"{API}/executor/archives")
        async def archive(taskid: str, step: int):
            found = self.archives.get((taskid, step))
            return missing("archive") if found is None else Response(found)

        @app.head(f"{API}/executor/caches/{{key}}")
        async def has_cache(key: str):
            return Response() if key in self.caches else missing("cache")

        @app.get(f"{API}/executor/caches/{{key}}")
        async def read_cache(key: str, prefix: bool = False):
            found = [name for name in self.caches if name == key or (prefix and name.startswith(key))]
            return Response(self.caches[found[-1]]) if found else missing("cache")

        @app.post(f"{API}/executor/caches/{{key}}")
        async def write_cache(key: str, request: Request):
            if self.refuses_caches:
                return Response(status_code=507)
            self.uploads += 1
            self.caches.setdefault(key, await request.body())

        @app.post(f"{API}/executor/{{executor_id}}")
        async def register(executor_id: str, executor: Executor):
            self.executors[executor_id] = executor

        @app.get(f"{API}/executor/{{executor_id}}/tasks")
        async def tasks(executor_id: str) -> list[ExecutorTask]:
            return [task for task in self.tasks.values() if task.spec.executor_id == executor_id]

        @app.get(f"{API}/executor/{{executor_id}}/tasks/{{task_id}}")
        async def task(executor_id: str, task_id: str):
            return self.tasks.get(task_id) or missing("task")

        @app.post(f"{API}/executor/{{executor_id}}/tasks/{{task_id}}")
        async def status(executor_id: str, task_id: str, status: Annotated[ExecutorTaskStatus, Body()]):
            if task_id not in self.tasks:
                return missing("task")
            self.tasks[task_id] = self.tasks[task_id].model_copy(update={"status": status})
            self.statuses.setdefault(task_id, []).append(status)

        return app


@contextlib.contextmanager
def runservice():
    service = Runservice()
    service.start()
    try:
        yield service
    finally:
        service.stop()
