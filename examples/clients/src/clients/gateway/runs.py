"""What users ask of the gateway about runs."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from pydantic import RootModel

from clients.client import Client
from clients.query import API, flag, part, which_log
from stackerr import wrapping

from .objects import Run
from .requests import RestartRequest

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping


class _Config(RootModel[dict[str, Any]]):
    """The config of a run, as it was written."""


class RunCalls(Client):
    """The routes of runs."""

    async def start_run(
        self, project: str, config: Mapping[str, Any], *, branch: str | None = None, tag: str | None = None
    ) -> Run:
        """Start a run of a project.

        Args:
            project: its id or path.
            config: the tasks, as plain data; see the gateway's README.
            branch: what it is a run of; it decides which values variables have.
            tag: the same.
        """
        with wrapping("start a run of %s", project, project=project):
            path = f"{API}/projects/{part(project)}/runs"
            return await self.call("POST", path, Run, query={"branch": branch, "tag": tag}, body=_Config(dict(config)))

    async def list_runs(self, project: str | None = None, *, start: str | None = None, limit: int = 25) -> list[Run]:
        """The runs of a project, or of all that one may see; the newest first, without their tasks."""
        with wrapping("list runs"):
            path = f"{API}/projects/{part(project)}/runs" if project else f"{API}/runs"
            return await self.call("GET", path, list[Run], query={"start": start, "limit": limit})

    async def get_run(self, run_id: str) -> Run:
        """A run with its tasks."""
        with wrapping("get run %s", run_id, run_id=run_id):
            return await self.call("GET", f"{API}/runs/{part(run_id)}", Run)

    async def stop_run(self, run_id: str) -> None:
        """Stop a run, or take it out of the queue."""
        with wrapping("stop run %s", run_id, run_id=run_id):
            await self.call("POST", f"{API}/runs/{part(run_id)}/stop")

    async def restart_run(self, run_id: str, *, from_start: bool = True) -> Run:
        """Make a run again: all of it, or what did not succeed."""
        with wrapping("restart run %s", run_id, run_id=run_id):
            body = RestartRequest(from_start=from_start)
            return await self.call("POST", f"{API}/runs/{part(run_id)}/restart", Run, body=body)

    async def approve_task(self, run_id: str, task_id: str) -> None:
        """Let a task go on that waits for it."""
        with wrapping("approve task %s of run %s", task_id, run_id, run_id=run_id, task_id=task_id):
            await self.call("POST", f"{API}/runs/{part(run_id)}/tasks/{part(task_id)}/approve")

    @asynccontextmanager
    async def logs(
        self, run_id: str, task_id: str, *, step: int | None = None, follow: bool = False
    ) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """The log of a step, in pieces as they come; without a number, that of the setup."""
        doing = wrapping("get a log of run %s", run_id, run_id=run_id, task_id=task_id, step=step)
        query = {**which_log(step), "follow": flag(follow)}
        path = f"{API}/runs/{part(run_id)}/tasks/{part(task_id)}/logs"
        async with self.download(doing, path, query=query, patient=follow) as download:
            yield download.chunks
