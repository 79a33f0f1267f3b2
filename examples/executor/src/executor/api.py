"""The routes that the runservice calls."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import FastAPI, Query, Response
from fastapi.responses import FileResponse, StreamingResponse

from apierrors import ErrBadRequest, ErrNotExist
from clients.model import Id
from clients.query import API
from clients.runservice import ExecutorTask
from serving import Guard, answer_errors, describe, wants_token

from .service import Executor

LARGEST_BODY = 16 << 20
_ERRORS = describe(
    {
        400: "What was asked for makes no sense.",
        401: "It is not known who asks.",
        404: "It is not there.",
        409: "There is no room for it now.",
        413: "It is too large.",
        503: "The executor is about to end.",
    }
)
_Step = Annotated[int | None, Query(ge=0, lt=1000)]


def make_app(executor: Executor, tokens: Sequence[str]) -> FastAPI:
    """The application.

    Args:
        executor: whose routes they are.
        tokens: what a caller has to show one of.
    """
    app = FastAPI(title="executor", version="v1alpha", docs_url=None, redoc_url=None, strict_content_type=True)
    answer_errors(app)
    app.add_middleware(Guard, limit=LARGEST_BODY, admit=wants_token(tokens))

    @app.post(f"{API}/executor", status_code=204, responses=_ERRORS)
    async def take_task(task: ExecutorTask) -> Response:
        """Take a task, or hear that one is to stop."""
        executor.jobs.take(task)
        return Response(status_code=204)

    @app.get(f"{API}/executor/logs", response_class=StreamingResponse, responses=_media("text/plain"))
    async def get_log(taskid: Id, step: _Step = None, setup: bool = False, follow: bool = False) -> StreamingResponse:
        """The log of a step or of the setup: what is there, or, with `follow`, all until its end."""
        if setup is (step is not None):
            raise ErrBadRequest("not one of setup and step", public="say either setup=true or a step")
        log = executor.folders.of(taskid).log(step)
        if not log.path.exists() and (not follow or taskid not in executor.jobs):
            raise ErrNotExist(f"there is no {log.path}", public="there is no such log")
        chunks = log.read(lambda: executor.jobs.has_ended(taskid, step), follow=follow)
        return StreamingResponse(chunks, media_type="text/plain; charset=utf-8")

    @app.get(f"{API}/executor/archives", response_class=FileResponse, responses=_media("application/x-tar"))
    async def get_archive(taskid: Id, step: Annotated[int, Query(ge=0, lt=1000)]) -> FileResponse:
        """What a step has kept."""
        path = executor.folders.of(taskid).archive(step)
        if not path.is_file():
            raise ErrNotExist(f"there is no {path}", public="there is no such archive")
        return FileResponse(path, media_type="application/x-tar")

    return app


def _media(name: str) -> dict[int | str, dict[str, Any]]:
    return {**_ERRORS, 200: {"content": {name: {"schema": {"type": "string", "format": "binary"}}}}}
