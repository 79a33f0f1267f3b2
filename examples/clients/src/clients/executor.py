"""The client of an executor: what the runservice asks of it. The types are those of `clients.runservice`."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from stackerr import wrapping

from .client import Client
from .query import API, flag, which_log

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from .runservice.executor import ExecutorTask


class ExecutorClient(Client):
    """Talks to an executor, for as long as a block runs.

    Args:
        url: the executor's `listen_url`.
        token: the token that executors and the runservice share.
        timeout: the seconds that a connection, or the next piece of an answer, may take.
        transport: what carries the requests; tests put an application there.

    Every method raises what `clients.Client.call` raises, and says before it what was being done.
    """

    service = "executor"

    async def send_task(self, task: ExecutorTask) -> None:
        """Hand over a task, or tell again what is to become of it."""
        with wrapping("send task %s", task.id, task_id=task.id):
            await self.call("POST", f"{API}/executor", body=task)

    @asynccontextmanager
    async def logs(
        self, task_id: str, *, step: int | None = None, follow: bool = False
    ) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """The log of a step, in pieces as they come; without a number, that of the setup."""
        doing = wrapping("get a log of task %s", task_id, task_id=task_id, step=step)
        query = {"taskid": task_id, **which_log(step), "follow": flag(follow)}
        async with self.download(doing, f"{API}/executor/logs", query=query, patient=follow) as download:
            yield download.chunks

    @asynccontextmanager
    async def archive(self, task_id: str, step: int) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """The archive that a step has kept: a tar file."""
        doing = wrapping("get archive %s of task %s", step, task_id, task_id=task_id, step=step)
        query = {"taskid": task_id, "step": step}
        async with self.download(doing, f"{API}/executor/archives", query=query) as download:
            yield download.chunks
