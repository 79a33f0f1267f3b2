"""The routes for clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request, Response
from starlette.responses import StreamingResponse

from clients.model import Id, Name
from clients.runservice import (
    ChangeGroupsResponse,
    Executor,
    Group,
    RunActionRequest,
    RunCreateRequest,
    RunEvent,
    RunPhase,
    RunResponse,
    RunResult,
    RunsResponse,
    TaskActionRequest,
)
from serving import guarded_router
from stackerr import wrapping

from . import _executors, _query
from ._actions import act_on_run, act_on_task
from ._create import create_run
from ._live import EVENTS, token_of
from ._logs import read_log, until
from ._wire import API, CLIENT, ExecutorId, InCore, InService, RunId, TaskId, problems, service_of, stream, stream_of
from .errors import ErrBadRun

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

    from clients.runservice import Run, RunConfig

    from ._core import Core


def _tokens(request: Request) -> Iterable[str]:
    return service_of(request).settings.client_tokens


router = guarded_router(_tokens, prefix=API, dependencies=[Depends(CLIENT)], tags=["clients"])

ChangeGroups = Annotated[list[Name], Query(default_factory=list, max_length=100)]
Groups = Annotated[list[Group], Query(default_factory=list, max_length=100)]
Phases = Annotated[list[RunPhase], Query(default_factory=list, max_length=10)]
Results = Annotated[list[RunResult], Query(default_factory=list, max_length=10)]


@router.get("/runs", responses=problems())
async def list_runs(
    core: InCore,
    phase: Phases,
    result: Results,
    group: Groups,
    changegroup: ChangeGroups,
    start: Id | None = None,
    limit: Annotated[int, Query(ge=1, le=40)] = 25,
    asc: bool = False,
    lastrun: bool = False,
) -> RunsResponse:
    """The runs that are of one of these phases, results and groups, the newest first."""
    with wrapping("list runs"):
        query = _query.Query(frozenset(phase), frozenset(result), tuple(group), lastrun, start or "", limit, asc)
        token = await token_of(core, changegroup)  # before the list: the token must not be newer
        return RunsResponse(runs=await _query.find_runs(core, query), change_groups_update_token=token)


@router.post("/runs", status_code=201, responses=problems(404, 409))
async def create(core: InCore, request: RunCreateRequest) -> RunResponse:
    """Make a run, or make one again."""
    with wrapping("create a run of %s", request.run_id or request.group or "no group"):
        return await _answer(core, *await create_run(core, request), change_groups=[])


@router.get("/runs/events", responses={**problems(), **stream_of("text/event-stream", "Server-sent events.")})
async def follow_events(service: InService, core: InCore) -> StreamingResponse:
    """What happens to runs from now on, as server-sent events."""
    return await stream(until(service.closing, _events(core)), "text/event-stream")


async def _events(core: Core) -> AsyncGenerator[bytes, None]:
    with wrapping("follow the events of runs"):
        revision = await core.store.revision()
        yield b":\n\n"
        async with core.store.watch_key(EVENTS, after=revision) as batches:
            async for batch in batches:
                for event in batch.events:
                    if event.value is not None:
                        told = RunEvent.model_validate_json(event.value)
                        told = told.model_copy(update={"sequence": batch.revision})
                        yield f"data:{told.model_dump_json()}\n\n".encode()


@router.get("/runs/{run_id}", responses=problems(404))
async def get_run(core: InCore, run_id: RunId, changegroup: ChangeGroups) -> RunResponse:
    """A run, and what it was made from, without any environment."""
    with wrapping("get run %s", run_id, run_id=run_id):
        token = await token_of(core, changegroup)
        run, config = await core.run(run_id), await core.config(run_id)
        return RunResponse(run=run, run_config=config, change_groups_update_token=token)


@router.put("/runs/{run_id}/actions", responses=problems(404, 409))
async def act(core: InCore, run_id: RunId, request: RunActionRequest) -> RunResponse:
    """Stop a run, or let a queued one start or be cancelled."""
    with wrapping("%s run %s", request.action_type.value, run_id, run_id=run_id):
        run = await act_on_run(core, run_id, request)
        return await _answer(core, run, await core.config(run_id), change_groups=[])


@router.put("/runs/{run_id}/tasks/{task_id}/actions", responses=problems(404, 409))
async def act_on(core: InCore, run_id: RunId, task_id: TaskId, request: TaskActionRequest) -> RunResponse:
    """Annotate a task, or approve one that waits for it."""
    with wrapping("%s of task %s of run %s", request.action_type.value, task_id, run_id, run_id=run_id):
        run = await act_on_task(core, run_id, task_id, request)
        return await _answer(core, run, await core.config(run_id), change_groups=[])


async def _answer(core: Core, run: Run, config: RunConfig, *, change_groups: list[str]) -> RunResponse:
    token = await token_of(core, [run.id, *change_groups])
    return RunResponse(run=run, run_config=config, change_groups_update_token=token)


@router.get("/logs", responses={**problems(404, 502), **stream_of("text/plain", "The log.")})
async def get_log(
    service: InService,
    core: InCore,
    runid: Annotated[Id, Query()],
    taskid: Annotated[Id, Query()],
    step: Annotated[int | None, Query(ge=0, lt=1000)] = None,
    setup: bool = False,
    follow: bool = False,
) -> StreamingResponse:
    """The log of a step, or of the setup; `follow` goes on until it has ended."""
    with wrapping("get a log of run %s", runid, run_id=runid, task_id=taskid):
        if setup is (step is not None):
            raise ErrBadRun("neither step nor setup, or both", public="give either step or setup=true")
        chunks = read_log(core, runid, taskid, step, follow=follow)
        return await stream(until(service.closing, chunks), "text/plain")


@router.get("/changegroups", responses=problems())
async def get_change_groups(core: InCore, changegroup: ChangeGroups) -> ChangeGroupsResponse:
    """The state of some change groups."""
    with wrapping("look up change groups"):
        return ChangeGroupsResponse(change_groups_update_token=await token_of(core, changegroup))


@router.get("/executors", responses=problems())
async def list_executors(core: InCore) -> list[Executor]:
    """The executors that have been heard of."""
    with wrapping("list executors"):
        return [kept.value for kept in await core.executors.list()]


@router.delete("/executor/{executor_id}", status_code=204, responses=problems(404))
async def delete_executor(core: InCore, executor_id: ExecutorId) -> Response:
    """Forget an executor; the tasks that it has not finished fail."""
    with wrapping("delete executor %s", executor_id, executor_id=executor_id):
        await _executors.delete_executor(core, executor_id)
        return Response(status_code=204)
