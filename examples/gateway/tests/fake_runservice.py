"""A runservice that only pretends."""

import asyncio

from fakes import RUNSERVICE, make_app, problem
from fastapi import Query
from fastapi.responses import StreamingResponse

from clients import API, now
from clients import runservice as rs


def _level(tasks, id):
    return max((1 + _level(tasks, other) for other in tasks[id].depends), default=0)


class Runservice:
    """Keeps runs, and leaves them as they are."""

    def __init__(self):
        self.asked, self.broken, self.code = [], 0, "code_behind"
        self.requests, self.runs, self.configs = [], {}, {}
        self.log, self.log_goes_on = [b"one\n", b"two\n"], asyncio.Event()
        self.cut_log = False
        self.app = make_app(RUNSERVICE, self)
        self._add_routes(self.app)

    def change(self, run_id, task=None, **changes):
        run = self.runs[run_id]
        if task:
            tasks = {**run.tasks, task: run.tasks[task].model_copy(update=changes)}
            self.runs[run_id] = run.model_copy(update={"tasks": tasks})
        else:
            self.runs[run_id] = run.model_copy(update=changes)

    def _create(self, request):
        number = len(self.runs) + 1
        run_id = f"run{number}"
        if request.run_id:
            config = self.configs[request.run_id].model_copy(update={"id": run_id})
        else:
            config = rs.RunConfig(
                id=run_id, name=request.name, group=request.group, setup_errors=request.setup_errors,
                annotations=request.annotations, tasks={} if request.setup_errors else request.run_config_tasks,
            )  # fmt: skip
        tasks = {
            id: rs.RunTask(
                id=id, name=task.name, level=_level(config.tasks, id), steps=[rs.RunTaskStep() for _ in task.steps]
            )
            for id, task in config.tasks.items()
        }
        phase = rs.RunPhase.SETUP_ERROR if config.setup_errors else rs.RunPhase.QUEUED
        run = rs.Run(
            id=run_id, name=config.name, counter=number, group=config.group, annotations=config.annotations,
            phase=phase, tasks=tasks, enqueue_time=now(),
        )  # fmt: skip
        self.runs[run_id], self.configs[run_id] = run, config
        return self._answer(run_id)

    def _answer(self, run_id):
        return rs.RunResponse(run=self.runs[run_id], run_config=self.configs[run_id], change_groups_update_token="t")

    def _add_routes(self, app):  # noqa: C901
        @app.post(f"{API}/runs", status_code=201)
        async def create(request: rs.RunCreateRequest):
            self.requests.append(request)
            return self._create(request)

        @app.get(f"{API}/runs")
        async def list_runs(group: list[str] = Query(), start: str = "", limit: int = 25):
            found = [
                run for run in reversed(self.runs.values()) if any(run.group.startswith(f"{one}/") for one in group)
            ]
            after = [run for run in found if not start or int(run.id[3:]) < int(start[3:])]
            return rs.RunsResponse(runs=after[:limit], change_groups_update_token="t")

        @app.get(f"{API}/runs/{{run_id}}")
        async def get_run(run_id: str):
            return self._answer(run_id) if run_id in self.runs else problem(404)

        @app.put(f"{API}/runs/{{run_id}}/actions")
        async def act(run_id: str, request: rs.RunActionRequest):
            if request.action_type is rs.RunActionType.STOP:
                self.change(run_id, stop=True)
            else:
                self.change(run_id, phase=request.phase)
            return self._answer(run_id)

        @app.put(f"{API}/runs/{{run_id}}/tasks/{{task_id}}/actions")
        async def act_on_task(run_id: str, task_id: str, request: rs.TaskActionRequest):
            if not self.runs[run_id].tasks[task_id].waiting_approval:
                return problem(409)
            self.change(run_id, task_id, approved=True, waiting_approval=False)
            return self._answer(run_id)

        @app.get(f"{API}/logs")
        async def logs(runid: str, taskid: str, step: int | None = None, setup: bool = False, follow: bool = False):
            if step is not None and step > 5:
                return problem(404)

            async def pieces():
                yield self.log[0]
                if follow:
                    await self.log_goes_on.wait()
                if self.cut_log:
                    raise RuntimeError("the disk of the runservice is gone")
                for piece in self.log[1:]:
                    yield piece

            return StreamingResponse(pieces(), media_type="text/plain")
