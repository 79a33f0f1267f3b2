"""What executors ask of the runservice: tasks, what became of them, archives and caches."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from apierrors import ErrNotExist, RemoteError, is_remote
from clients.client import Client
from clients.query import API, flag, part
from stackerr import wrapping

from .executor import Executor, ExecutorTask, ExecutorTaskStatus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator


class ExecutorCalls(Client):
    """The routes for executors."""

    async def send_executor(self, executor: Executor) -> None:
        """Say that the executor is alive, where it is and what it can do."""
        with wrapping("register executor %s", executor.id, executor_id=executor.id):
            await self.call("POST", f"{API}/executor/{part(executor.id)}", body=executor)

    async def list_executor_tasks(self, executor_id: str) -> list[ExecutorTask]:
        """The tasks of an executor, with what it needs to run them."""
        with wrapping("list the tasks of executor %s", executor_id, executor_id=executor_id):
            return await self.call("GET", f"{API}/executor/{part(executor_id)}/tasks", list[ExecutorTask])

    async def get_executor_task(self, executor_id: str, task_id: str) -> ExecutorTask | None:
        """One of these tasks; None when the runservice has done with it."""
        with wrapping("get task %s of executor %s", task_id, executor_id, executor_id=executor_id, task_id=task_id):
            try:
                return await self.call("GET", _task(executor_id, task_id), ExecutorTask)
            except RemoteError as err:
                if is_remote(err, ErrNotExist):
                    return None
                raise

    async def send_task_status(self, executor_id: str, task_id: str, status: ExecutorTaskStatus) -> None:
        """Say where a task is."""
        with wrapping("send the status of task %s", task_id, executor_id=executor_id, task_id=task_id):
            await self.call("POST", _task(executor_id, task_id), body=status)

    @asynccontextmanager
    async def archive(self, task_id: str, step: int) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """The archive that a step of an earlier task has kept: a tar file."""
        doing = wrapping("get archive %s of task %s", step, task_id, task_id=task_id, step=step)
        query = {"taskid": task_id, "step": step}
        async with self.download(doing, f"{API}/executor/archives", query=query) as download:
            yield download.chunks

    async def has_cache(self, key: str) -> bool:
        """Whether there is a cache of that very key."""
        with wrapping("look for cache %s", key, key=key):
            try:
                await self.call("HEAD", f"{API}/executor/caches/{part(key)}")
            except RemoteError as err:
                if is_remote(err, ErrNotExist):
                    return False
                raise
            return True

    @asynccontextmanager
    async def read_cache(self, key: str, *, prefix: bool = False) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """A cache: a tar file; `is_remote(err, ErrNotExist)` of the error when there is none.

        Args:
            key: its key.
            prefix: whether the newest one will do whose key starts with that.
        """
        doing = wrapping("get cache %s", key, key=key)
        query = {"prefix": flag(prefix)}
        async with self.download(doing, f"{API}/executor/caches/{part(key)}", query=query) as download:
            yield download.chunks

    async def write_cache(self, key: str, chunks: AsyncIterable[bytes]) -> None:
        """Keep a cache; one of that key that is there already stays as it is."""
        with wrapping("save cache %s", key, key=key):
            await self.call("POST", f"{API}/executor/caches/{part(key)}", body=chunks)


def _task(executor_id: str, task_id: str) -> str:
    return f"{API}/executor/{part(executor_id)}/tasks/{part(task_id)}"
