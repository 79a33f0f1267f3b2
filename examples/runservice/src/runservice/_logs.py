"""Logs of steps: from the executor as long as they are there, then from the object storage."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

import objectstorage
from apierrors import ErrNotExist, RemoteError, is_remote
from clients import ErrUnavailable
from clients.runservice import FetchPhase
from serving import ErrMaintenance
from stackerr import mark, wrapping

from ._objects import log_key, open_object
from .errors import ErrExecutorUnavailable, ErrNoLog, ErrTaskNotExist

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from typing import TypeVar

    from clients.runservice import Executor, RunTask, RunTaskStep

    from ._core import Core

    T = TypeVar("T")

_LOOK_AGAIN = 0.2


async def read_log(
    core: Core, run_id: str, task_id: str, step: int | None, *, follow: bool
) -> AsyncGenerator[bytes, None]:
    """The log of a step, from wherever it is; the first piece is empty, and says that there is one.

    Args:
        core: the stores.
        run_id: the run.
        task_id: the task of it.
        step: which one; None is the setup.
        follow: whether to wait for what is still to come.

    Raises:
        ErrRunNotExist: there is no such run.
        ErrTaskNotExist: the run has no such task.
        ErrNoLog: the step has not run.
        ErrExecutorUnavailable: the log is on an executor that gives no answer.
    """
    with wrapping("read a log of run %s", run_id, run_id=run_id, task_id=task_id, step=step):
        while True:
            task = await _find_task(core, run_id, task_id)
            if _step_of(task, step).log_phase is FetchPhase.FINISHED:
                source = _from_storage(core, task_id, step)
            elif (executor := await _executor_of(core, task_id)) is not None:
                source = _from_executor(core, executor, task_id, step, follow=follow)
            else:
                source = _from_nowhere()
            try:
                async with aclosing(source):
                    async for chunk in source:
                        yield chunk
            except ErrNoLog:
                if task == await _find_task(core, run_id, task_id) and (task.status.is_finished or not follow):
                    raise
            else:
                return
            await asyncio.sleep(_LOOK_AGAIN)


async def _find_task(core: Core, run_id: str, task_id: str) -> RunTask:
    task = (await core.run(run_id)).tasks.get(task_id)
    if task is None:
        raise ErrTaskNotExist(f"run {run_id} has no task {task_id}")
    return task


def _step_of(task: RunTask, step: int | None) -> RunTaskStep:
    if step is None:
        return task.setup_step
    if step >= len(task.steps):
        raise ErrNoLog(f"task {task.id} has {len(task.steps)} steps, and no step {step}")
    return task.steps[step]


async def _executor_of(core: Core, task_id: str) -> Executor | None:
    task = await core.tasks.find(task_id)
    executor = await core.executors.find(task.value.spec.executor_id) if task else None
    return executor.value if executor else None


async def _from_nowhere() -> AsyncGenerator[bytes, None]:
    raise ErrNoLog("no executor has the task")
    yield b""


async def _from_storage(core: Core, task_id: str, step: int | None) -> AsyncGenerator[bytes, None]:
    try:
        chunks = await open_object(core.storage, log_key(task_id, step))
    except objectstorage.ErrNotExist as err:
        raise mark(err, ErrNoLog) from err
    yield b""
    async for chunk in chunks:
        yield chunk


async def _from_executor(
    core: Core, executor: Executor, task_id: str, step: int | None, *, follow: bool
) -> AsyncGenerator[bytes, None]:
    has_begun = False
    try:
        with wrapping("ask executor %s", executor.id, executor_id=executor.id):
            async with core.client(executor).logs(task_id, step=step, follow=follow) as chunks:
                has_begun = True
                yield b""
                async for chunk in chunks:
                    yield chunk
    except (RemoteError, ErrUnavailable) as err:
        is_missing = is_remote(err, ErrNotExist) and not has_begun
        raise mark(err, ErrNoLog if is_missing else ErrExecutorUnavailable) from err


async def until(closing: asyncio.Event, chunks: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """What comes, until the service changes over.

    Raises:
        ErrMaintenance: it does: what was being followed has not come to its end.
    """
    closed = asyncio.create_task(closing.wait())
    waiting: set[asyncio.Future[T] | asyncio.Task[bool]] = {closed}
    try:
        while True:
            coming = asyncio.ensure_future(anext(chunks))
            waiting.add(coming)
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                raise ErrMaintenance("what was followed has not come to its end")
            waiting.discard(coming)
            try:
                chunk = await coming
            except StopAsyncIteration:
                return
            yield chunk
    finally:
        for future in waiting:
            future.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await chunks.aclose()
