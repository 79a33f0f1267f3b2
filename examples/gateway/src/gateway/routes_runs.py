"""The routes of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from apierrors import ErrBadRequest

from .answers import Run
from .config import Branch, RunConfig
from .params import Id, Limit, PathId, PathRef, RestartRequest, WhoAsks
from .written import MEDIA_TYPES, read_config

if TYPE_CHECKING:
    from fastapi import APIRouter

    from .behind import Behind

_SCHEMA = RunConfig.model_json_schema(ref_template="#/components/schemas/{model}")
CONFIG_SCHEMAS: dict[str, Any] = {**_SCHEMA.pop("$defs"), "RunConfig": _SCHEMA}
_CONTENT = {"schema": {"$ref": "#/components/schemas/RunConfig"}}
_BODY = {"requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, _CONTENT)}}
_LOG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string", "format": "binary"}}}}
}


def add_run_routes(router: APIRouter, behind: Behind) -> None:
    """Runs, and what can be done with them."""

    @router.post("/projects/{ref}/runs", status_code=201, openapi_extra=_BODY)
    async def start_run(
        caller: WhoAsks, ref: PathRef, request: Request, branch: Branch | None = None, tag: Branch | None = None
    ) -> Run:
        """Start a run of what the body says."""
        if branch and tag:
            raise ErrBadRequest("branch and tag", public="a run is of a branch or of a tag, not of both")
        written = read_config(await request.body(), request.headers.get("content-type", "application/json"))
        return await behind.runs(caller).start(ref, written, branch=branch or "", tag=tag or "")

    @router.get("/projects/{ref}/runs")
    async def list_project_runs(caller: WhoAsks, ref: PathRef, start: Id | None = None, limit: Limit = 25) -> list[Run]:
        """The runs of a project, the newest first."""
        return await behind.runs(caller).newest(ref, start=start, limit=limit)

    @router.get("/runs")
    async def list_runs(caller: WhoAsks, start: Id | None = None, limit: Limit = 25) -> list[Run]:
        """All runs that are there for who asks, the newest first."""
        return await behind.runs(caller).newest(None, start=start, limit=limit)

    @router.get("/runs/{run_id}")
    async def get_run(caller: WhoAsks, run_id: PathId) -> Run:
        """A run with its tasks."""
        return await behind.runs(caller).get(run_id)

    @router.post("/runs/{run_id}/stop", status_code=204)
    async def stop_run(caller: WhoAsks, run_id: PathId) -> Response:
        """Stop a run, or take it out of the queue."""
        await behind.runs(caller).stop(run_id)
        return Response(status_code=204)

    @router.post("/runs/{run_id}/restart", status_code=201)
    async def restart_run(caller: WhoAsks, run_id: PathId, request: RestartRequest) -> Run:
        """Make a run again."""
        return await behind.runs(caller).restart(run_id, from_start=request.from_start)

    @router.post("/runs/{run_id}/tasks/{task_id}/approve", status_code=204)
    async def approve_task(caller: WhoAsks, run_id: PathId, task_id: PathId) -> Response:
        """Let a task go on that waits for it."""
        await behind.runs(caller).approve(run_id, task_id)
        return Response(status_code=204)

    @router.get("/runs/{run_id}/tasks/{task_id}/logs", response_class=StreamingResponse, responses=_LOG)
    async def get_log(
        caller: WhoAsks,
        run_id: PathId,
        task_id: PathId,
        step: Annotated[int | None, Query(ge=0, lt=1000)] = None,
        setup: bool = False,
        follow: bool = False,
    ) -> StreamingResponse:
        """The log of a step or of the setup; with `follow` until its end."""
        return await send_log(behind, caller, run_id, task_id, step, setup=setup, follow=follow)


async def send_log(
    behind: Behind, caller: WhoAsks, run_id: str, task_id: str, step: int | None, *, setup: bool, follow: bool
) -> StreamingResponse:
    """A log as an answer. What fails before it begins is answered; what fails later cuts the connection."""
    if setup is (step is not None):
        raise ErrBadRequest("not one of setup and step", public="say either setup=true or a step")
    chunks = behind.runs(caller).logs(run_id, task_id, step, follow=follow)
    await anext(chunks)
    return StreamingResponse(chunks, media_type="text/plain; charset=utf-8")
