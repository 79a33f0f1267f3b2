"""What the routes have in common: where the service is found, streams, and what their documentation says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Path, Request
from fastapi.security import HTTPBearer
from starlette.responses import StreamingResponse

from clients.model import Id
from serving import describe

from ._core import Core
from .service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

API = "/api/v1alpha"
CLIENT = HTTPBearer(scheme_name="client", description="The token of clients.", auto_error=False)
EXECUTOR = HTTPBearer(scheme_name="executor", description="The token of executors.", auto_error=False)


def service_of(request: Request) -> Service:
    """The service that a request is for."""
    service: Service = request.app.state.service
    return service


def core_of(request: Request) -> Core:
    """What a request works with; in maintenance there is nothing."""
    return service_of(request).core


InService = Annotated[Service, Depends(service_of)]
InCore = Annotated[Core, Depends(core_of)]
RunId = Annotated[Id, Path(description="The id of a run.")]
TaskId = Annotated[Id, Path(description="The id of a task.")]
ExecutorId = Annotated[Id, Path(description="The id of an executor.")]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route may answer with instead of a success, besides what every one may."""
    described = {400: "The request makes no sense.", 401: "There is no token, or a wrong one."}
    described |= {404: "There is no such thing.", 409: "It cannot be done now.", 413: "It is too large."}
    described |= {502: "An executor gives no answer.", 503: "In maintenance, or not able to answer now."}
    chosen = (400, 401, 413, 503, *statuses)
    return describe({status: described[status] for status in sorted(set(chosen))})


def stream_of(media: str, description: str = "The bytes.") -> dict[int | str, dict[str, Any]]:
    """What a route answers with that sends bytes."""
    return {200: {"description": description, "content": {media: {"schema": {"type": "string", "format": "binary"}}}}}


async def stream(chunks: AsyncGenerator[bytes, None], media: str) -> StreamingResponse:
    """An answer of these bytes. What fails before the first piece is answered; later it cuts the connection."""
    first = await anext(chunks, b"")

    async def all_chunks() -> AsyncGenerator[bytes, None]:
        if first:
            yield first
        async for chunk in chunks:
            yield chunk

    return StreamingResponse(all_chunks(), media_type=media)
