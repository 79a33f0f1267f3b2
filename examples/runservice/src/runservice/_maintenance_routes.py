"""The routes for operators: the only ones that answer in maintenance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import Depends, Request, Response
from starlette.responses import StreamingResponse

from clients.runservice import MaintenanceResponse
from serving import guarded_router
from stackerr import wrapping

from . import _transfer
from ._wire import API, CLIENT, InService, problems, service_of, stream, stream_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def _tokens(request: Request) -> Iterable[str]:
    return service_of(request).settings.client_tokens


router = guarded_router(_tokens, prefix=API, dependencies=[Depends(CLIENT)], tags=["maintenance"])

_LINES = "application/x-ndjson"
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {_LINES: {"schema": {}}}}}


@router.get("/maintenance", responses=problems())
async def get_maintenance(service: InService) -> MaintenanceResponse:
    """Whether maintenance is asked for, and which instances have changed over."""
    with wrapping("look at the state of maintenance"):
        return await _transfer.maintenance_of(service)


@router.put("/maintenance", status_code=204, responses=problems(409))
async def enable_maintenance(service: InService) -> Response:
    """Ask all instances to go into maintenance; they change over one by one."""
    await _transfer.enable_maintenance(service)
    return Response(status_code=204)


@router.delete("/maintenance", status_code=204, responses=problems(409))
async def disable_maintenance(service: InService) -> Response:
    """Ask all instances to go back to work."""
    await _transfer.disable_maintenance(service)
    return Response(status_code=204)


@router.get("/export", responses={**problems(), **stream_of(_LINES)})
async def export(service: InService) -> StreamingResponse:
    """All that is archived, and the configs of all runs. An export that fails midway is cut off."""
    return await stream(_transfer.export(service), _LINES)


@router.post("/import", status_code=204, responses=problems(409), openapi_extra=_BODY)
async def import_everything(service: InService, request: Request) -> Response:
    """Replace everything by what was exported; in maintenance only."""
    await _transfer.import_from(service, request.stream())
    return Response(status_code=204)
