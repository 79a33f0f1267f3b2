"""The routes of operators: maintenance, export, import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from clients.configstore import MaintenanceResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import APIRouter

    from .service import Service

_MEDIA = "application/x-ndjson"
_CONTENT: dict[str, Any] = {"content": {_MEDIA: {"schema": {"type": "string", "format": "binary"}}}}
_BODY = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}


def add_upkeep_routes(router: APIRouter, service: Service) -> None:
    """What is answered in maintenance too."""

    @router.get("/maintenance")
    async def get_maintenance() -> MaintenanceResponse:
        """Whether maintenance is asked for, and what each instance does."""
        return await service.maintenance()

    @router.put("/maintenance", status_code=204)
    async def enable_maintenance() -> Response:
        """Ask for maintenance; every instance changes over by itself."""
        await service.set_maintenance(enable=True)
        return Response(status_code=204)

    @router.delete("/maintenance", status_code=204)
    async def disable_maintenance() -> Response:
        """Ask for the end of maintenance."""
        await service.set_maintenance(enable=False)
        return Response(status_code=204)

    @router.get("/export", response_class=StreamingResponse, responses={200: _CONTENT})
    async def export() -> StreamingResponse:
        """All objects; the connection is cut if it fails midway."""
        chunks = service.export()
        first = await anext(chunks, b"")  # what fails at once is answered, and not only cut
        return StreamingResponse(_chain(first, chunks), media_type=_MEDIA)

    @router.post("/import", status_code=204, openapi_extra=_BODY)
    async def import_all(request: Request) -> Response:
        """Replace all objects by those of an export; in maintenance only."""
        await service.import_from(aiter(request.stream()))
        return Response(status_code=204)


async def _chain(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk
