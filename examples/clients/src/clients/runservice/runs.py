"""What clients ask of the runservice: runs, what is done to them, their logs."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from clients.client import Client
from clients.query import API, flag, part, which_log
from stackerr import wrapping

from .executor import Executor
from .requests import (
    ChangeGroupsResponse,
    RunActionRequest,
    RunActionType,
    RunCreateRequest,
    RunEvent,
    RunResponse,
    RunsResponse,
    TaskActionRequest,
    TaskActionType,
)
from .run import Run, RunPhase, RunResult

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping


class RunCalls(Client):
    """The routes for clients."""

    async def list_runs(
        self,
        *,
        phases: Iterable[RunPhase] = (),
        results: Iterable[RunResult] = (),
        groups: Iterable[str] = (),
        last_run: bool = False,
        change_groups: Iterable[str] = (),
        start: str | None = None,
        limit: int = 25,
        asc: bool = False,
    ) -> RunsResponse:
        """The runs that are of one of these phases, results and groups, the newest first.

        Args:
            phases: none is all; so it is with results and groups.
            groups: whole groups or starts of them: `/project` has the runs of `/project/web`.
            last_run: only the newest one of each group.
            change_groups: what the token of the answer is to speak for.
            start: only runs after this one, in the order of the answer.
            limit: how many at most, up to 40.
            asc: the oldest first.
        """
        query = {
            "phase": list(phases),
            "result": list(results),
            "group": list(groups),
            "changegroup": list(change_groups),
            "start": start,
            "limit": limit,
            "asc": flag(asc),
            "lastrun": flag(last_run),
        }
        with wrapping("list runs"):
            return await self.call("GET", f"{API}/runs", RunsResponse, query=query)

    async def queued_runs(self, *, start: str | None = None, change_groups: Iterable[str] = ()) -> RunsResponse:
        """The runs that wait, the oldest first."""
        return await self.list_runs(
            phases=[RunPhase.QUEUED], start=start, change_groups=change_groups, limit=40, asc=True
        )

    async def running_runs(self, *, start: str | None = None, change_groups: Iterable[str] = ()) -> RunsResponse:
        """The runs that run, the oldest first."""
        return await self.list_runs(
            phases=[RunPhase.RUNNING], start=start, change_groups=change_groups, limit=40, asc=True
        )

    async def first_queued_run(self, group: str) -> Run | None:
        """The run of a group that has waited longest."""
        answer = await self.list_runs(phases=[RunPhase.QUEUED], groups=[group], limit=1, asc=True)
        return next(iter(answer.runs), None)

    async def last_run(self, group: str) -> Run | None:
        """The newest run of a group."""
        return next(iter((await self.list_runs(groups=[group], limit=1)).runs), None)

    async def get_run(self, run_id: str, *, change_groups: Iterable[str] = ()) -> RunResponse:
        """A run and what it was made from; `is_remote(err, ErrNotExist)` of the error when there is none."""
        with wrapping("get run %s", run_id, run_id=run_id):
            query = {"changegroup": list(change_groups)}
            return await self.call("GET", f"{API}/runs/{part(run_id)}", RunResponse, query=query)

    async def create_run(self, request: RunCreateRequest) -> RunResponse:
        """Make a run, or make one again."""
        with wrapping("create a run of %s", request.run_id or request.group or "no group"):
            return await self.call("POST", f"{API}/runs", RunResponse, body=request)

    async def start_run(self, run_id: str, *, token: str | None = None) -> None:
        """Let a queued run start."""
        await self._act("start", run_id, RunActionType.CHANGE_PHASE, RunPhase.RUNNING, token)

    async def cancel_run(self, run_id: str, *, token: str | None = None) -> None:
        """Take a queued run out of the queue."""
        await self._act("cancel", run_id, RunActionType.CHANGE_PHASE, RunPhase.CANCELLED, token)

    async def stop_run(self, run_id: str, *, token: str | None = None) -> None:
        """Stop a run that runs."""
        await self._act("stop", run_id, RunActionType.STOP, None, token)

    async def _act(
        self, what: str, run_id: str, action: RunActionType, phase: RunPhase | None, token: str | None
    ) -> None:
        request = RunActionRequest(action_type=action, phase=phase, change_groups_update_token=token)
        with wrapping("%s run %s", what, run_id, run_id=run_id):
            await self.call("PUT", f"{API}/runs/{part(run_id)}/actions", body=request)

    async def approve_task(self, run_id: str, task_id: str, *, token: str | None = None) -> None:
        """Let a task go on that waits for it."""
        request = TaskActionRequest(action_type=TaskActionType.APPROVE, change_groups_update_token=token)
        await self._act_on_task("approve", run_id, task_id, request)

    async def set_task_annotations(
        self, run_id: str, task_id: str, annotations: Mapping[str, str], *, token: str | None = None
    ) -> None:
        """Replace the annotations of a task."""
        action = TaskActionType.SET_ANNOTATIONS
        request = TaskActionRequest(action_type=action, annotations=dict(annotations), change_groups_update_token=token)
        await self._act_on_task("annotate", run_id, task_id, request)

    async def _act_on_task(self, what: str, run_id: str, task_id: str, request: TaskActionRequest) -> None:
        with wrapping("%s task %s of run %s", what, task_id, run_id, run_id=run_id, task_id=task_id):
            path = f"{API}/runs/{part(run_id)}/tasks/{part(task_id)}/actions"
            await self.call("PUT", path, body=request)

    @asynccontextmanager
    async def logs(
        self, run_id: str, task_id: str, *, step: int | None = None, follow: bool = False
    ) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """The log of a step, in pieces as they come; without a number, that of the setup.

        Args:
            run_id: the run.
            task_id: the task of it.
            step: which step, from 0.
            follow: whether to go on until the step has ended.
        """
        doing = wrapping("get a log of run %s", run_id, run_id=run_id, task_id=task_id, step=step)
        query = {"runid": run_id, "taskid": task_id, **which_log(step), "follow": flag(follow)}
        async with self.download(doing, f"{API}/logs", query=query, patient=follow) as download:
            yield download.chunks

    @asynccontextmanager
    async def events(self) -> AsyncGenerator[AsyncIterator[RunEvent], None]:
        """What happens to runs from now on. An event may be missed between two others: the newest state counts."""
        doing = wrapping("follow the events of runs")
        async with self.download(doing, f"{API}/runs/events", patient=True) as download:
            yield read_events(download.chunks)

    async def change_groups_token(self, change_groups: Iterable[str]) -> str:
        """The state of some change groups, to be sent along with a change that rests on it."""
        with wrapping("ask for change groups"):
            query = {"changegroup": list(change_groups)}
            answer = await self.call("GET", f"{API}/changegroups", ChangeGroupsResponse, query=query)
        return answer.change_groups_update_token

    async def list_executors(self) -> list[Executor]:
        """The executors that have been heard of."""
        with wrapping("list executors"):
            return await self.call("GET", f"{API}/executors", list[Executor])

    async def delete_executor(self, executor_id: str) -> None:
        """Forget an executor; the tasks that it has not finished fail."""
        with wrapping("delete executor %s", executor_id, executor_id=executor_id):
            await self.call("DELETE", f"{API}/executor/{part(executor_id)}")


async def read_events(chunks: AsyncIterator[bytes]) -> AsyncIterator[RunEvent]:
    """The events of a stream of server-sent events.

    Source: the HTML standard, section 9.2.6, for streams of which every event is one line of data.
    """
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield RunEvent.model_validate_json(line.removeprefix(b"data:"))
