"""An executor that runs nothing: it says what its script tells it to, and has logs and archives to fetch."""

import asyncio
import contextlib

import anyio
from fastapi import FastAPI, Request, Response
from starlette.responses import PlainTextResponse, StreamingResponse

from apierrors import ErrNotExist, RemoteError, is_remote
from clients import ErrUnavailable, is_bearer, now
from clients.runservice import (
    Executor,
    ExecutorTask,
    ExecutorTaskPhase,
    ExecutorTaskStatus,
    ExecutorTaskStep,
)

API = "/api/v1alpha/executor"


class FakeExecutor:
    """Remembers what it was told, and answers as scripted.

    `script` says by a task's name how it ends ("success" if nothing else is said); "hang" never ends by itself.
    """

    def __init__(self, runs, token, name="executor-1"):
        self.runs, self.token, self.name = runs, token, name
        self.script, self.taken, self.started = {}, {}, []
        self.files = {}
        self.stopped = {}
        self.requests = []
        self.url = None
        self.options = {}
        self.registering = asyncio.Lock()  # or an old word comes after a new one
        self.work = anyio.create_task_group()  # cancelling asyncio's tasks leaves connections open
        self.app = self.make_app()

    def make_app(self):
        app = FastAPI()

        @app.middleware("http")
        async def check(request, call_next):
            self.requests.append(f"{request.method} {request.url.path}")
            if not is_bearer(request.headers.get("authorization"), [self.token]):
                return Response(status_code=401)
            return await call_next(request)

        @app.post(API)
        async def take(request: Request):
            self.take(ExecutorTask.model_validate_json(await request.body()))
            return Response(status_code=204)

        @app.get(f"{API}/logs")
        async def logs(taskid: str, step: int | None = None, setup: bool = False, follow: bool = False):
            name = f"{taskid}/{'setup' if setup else step}"
            if name not in self.files:
                return Response(status_code=404)
            return StreamingResponse(self.follow(name, taskid)) if follow else PlainTextResponse(self.files[name])

        @app.get(f"{API}/archives")
        async def archives(taskid: str, step: int):
            name = f"{taskid}/{step}.tar"
            return Response(self.files[name]) if name in self.files else Response(status_code=404)

        return app

    async def follow(self, name, task_id):
        sent = 0
        while True:
            is_over = task_id not in self.taken or self.taken[task_id].status.phase.is_finished
            if len(self.files[name]) > sent:
                yield self.files[name][sent:]
                sent = len(self.files[name])
            elif is_over:
                return
            await asyncio.sleep(0.01)

    def take(self, task):
        known = self.taken.get(task.id)
        if known is None and not task.status.phase.is_finished:
            self.taken[task.id] = task
            self.stopped[task.id] = asyncio.Event()
            self.work.start_soon(self.run, task)
        if task.spec.stop:
            self.stopped[task.id].set()

    async def run(self, task):
        name = task.spec_data.task_name
        self.started.append(name)
        await self.say(task, ExecutorTaskPhase.RUNNING)
        self.files[f"{task.id}/setup"] = b"made ready\n"
        for number, step in enumerate(task.spec_data.steps):
            self.files[f"{task.id}/{number}"] = f"step {number} of {name}\n".encode()
            if step.type == "save_to_workspace":
                self.files[f"{task.id}/{number}.tar"] = f"archive of {name}".encode()
        ending = self.script.get(name, "success")
        if isinstance(ending, asyncio.Event):
            await ending.wait()
            ending = "success"
        if ending == "hang":
            await self.stopped[task.id].wait()
            ending = "stopped"
        await self.say(task, ExecutorTaskPhase(ending))

    async def say(self, task, phase):
        step = ExecutorTaskStep(
            phase=phase, start_time=now(), end_time=now() if phase.is_finished else None,
            exit_status=None if not phase.is_finished else int(phase is not ExecutorTaskPhase.SUCCESS),
        )  # fmt: skip
        status = ExecutorTaskStatus(
            phase=phase, setup_step=step, steps=[step for _ in task.spec_data.steps], start_time=now(),
            fail_error=f"run step 0 of {task.spec_data.task_name}: exit status 1" if phase is ExecutorTaskPhase.FAILED else "",
        )  # fmt: skip
        self.taken[task.id] = task.model_copy(update={"status": status})
        await self.send(task.id, status)

    async def send(self, task_id, status):
        """Until it has arrived, or nobody wants it any more."""
        while True:
            try:
                return await self.runs.send_task_status(self.name, task_id, status)
            except ErrUnavailable:
                await asyncio.sleep(0.05)
            except RemoteError as err:
                if is_remote(err, ErrNotExist):
                    return None
                await asyncio.sleep(0.05)

    async def beat(self):
        while True:
            with contextlib.suppress(Exception):  # in maintenance
                await self.register()
                for task in await self.runs.list_executor_tasks(self.name):
                    self.take(task)
            await asyncio.sleep(0.2)

    async def register(self):
        async with self.registering:
            await self.runs.send_executor(Executor(id=self.name, listen_url=self.url, archs=["amd64"], **self.options))


@contextlib.asynccontextmanager
async def run_executor(serve, runs, token, name="executor-1"):
    executor = FakeExecutor(runs, token, name)
    async with executor.work:
        async with serve(executor.app) as executor.url:
            await executor.register()
            executor.work.start_soon(executor.beat)
            yield executor
        executor.work.cancel_scope.cancel()
