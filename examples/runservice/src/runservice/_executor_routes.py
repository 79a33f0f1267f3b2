"""The routes for executors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Path, Query, Request, Response
from starlette.responses import StreamingResponse

from apierrors import ErrBadRequest
from clients.model import Id
from clients.runservice import Executor, ExecutorTask, ExecutorTaskStatus
from serving import guarded_router
from stackerr import wrapping

from . import _caches, _executors
from ._wire import API, EXECUTOR, ExecutorId, InCore, TaskId, problems, service_of, stream, stream_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def _tokens(request: Request) -> Iterable[str]:
    return service_of(request).settings.executor_tokens


router = guarded_router(_tokens, prefix=f"{API}/executor", dependencies=[Depends(EXECUTOR)], tags=["executors"])

CacheKey = Annotated[str, Path(min_length=1, max_length=200, description="The key of a cache.")]
_BYTES = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {}}}}}
_NO_CONTENT: dict[int | str, dict[str, Any]] = {304: {"description": "There is one already."}}
_TAR = "application/x-tar"


@router.get("/archives", responses={**problems(404), **stream_of(_TAR)})
async def get_archive(
    core: InCore, taskid: Annotated[Id, Query()], step: Annotated[int, Query(ge=0, lt=1000)]
) -> StreamingResponse:
    """What a step of an earlier task has kept."""
    return await stream(_caches.read_archive(core, taskid, step), _TAR)


@router.head("/caches/{key:path}", responses={**problems(404), 200: {"description": "There is one."}})
async def has_cache(core: InCore, key: CacheKey, prefix: bool = False) -> Response:
    """Whether there is a cache."""
    with wrapping("look for cache %s", key, key=key):
        await _caches.find_cache(core, key, prefix=prefix)
        return Response(media_type=_TAR)


@router.get("/caches/{key:path}", responses={**problems(404), **stream_of(_TAR)})
async def get_cache(core: InCore, key: CacheKey, prefix: bool = False) -> StreamingResponse:
    """A cache; with `prefix`, the newest one whose key begins like that."""
    with wrapping("get cache %s", key, key=key):
        return await stream(_caches.read_cache(core, key, prefix=prefix), _TAR)


@router.post("/caches/{key:path}", status_code=204, responses={**problems(404), **_NO_CONTENT}, openapi_extra=_BYTES)
async def post_cache(core: InCore, key: CacheKey, request: Request) -> Response:
    """Keep a cache, unless there is one of that key."""
    with wrapping("save cache %s", key, key=key):
        is_new = await _caches.write_cache(core, key, request.stream())
        return Response(status_code=204 if is_new else 304)


@router.post("/{executor_id}", status_code=204, responses=problems())
async def register(core: InCore, executor_id: ExecutorId, executor: Executor) -> Response:
    """Say that an executor is alive."""
    with wrapping("register executor %s", executor_id, executor_id=executor_id):
        if executor.id != executor_id:
            raise ErrBadRequest("two ids", public="the id in the body is not that of the path")
        await _executors.register(core, executor)
        return Response(status_code=204)


@router.get("/{executor_id}/tasks", responses=problems())
async def list_tasks(core: InCore, executor_id: ExecutorId) -> list[ExecutorTask]:
    """The tasks of an executor, with all that it needs to run them."""
    with wrapping("list the tasks of executor %s", executor_id, executor_id=executor_id):
        return await _executors.tasks_of(core, executor_id)


@router.get("/{executor_id}/tasks/{task_id}", responses=problems(404))
async def get_task(core: InCore, executor_id: ExecutorId, task_id: TaskId) -> ExecutorTask:
    """One of these."""
    with wrapping("get task %s of executor %s", task_id, executor_id, task_id=task_id, executor_id=executor_id):
        return await _executors.task_of(core, executor_id, task_id)


@router.post("/{executor_id}/tasks/{task_id}", status_code=204, responses=problems(404, 409))
async def post_status(core: InCore, executor_id: ExecutorId, task_id: TaskId, status: ExecutorTaskStatus) -> Response:
    """Say where a task is."""
    with wrapping("take the status of task %s", task_id, task_id=task_id, executor_id=executor_id):
        await _executors.take_task_status(core, executor_id, task_id, status)
        return Response(status_code=204)
