"""The routes of the pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from fastapi import Form, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, StreamingResponse

import stackerr
from apierrors import ErrForbidden, ErrUnauthorized
from gateway.gate import COOKIE, LOGIN
from gateway.params import Id, PathId, WhoAsks
from gateway.routes_runs import send_log
from stackerr import wrapping

from .graph import draw
from .page import make_page

if TYPE_CHECKING:
    from fastapi import APIRouter

    from gateway.answers import Task
    from gateway.behind import Behind

_HERE = Path(__file__).parent
_STATIC = {"page.js": "text/javascript", "style.css": "text/css"}
_DAY = 24 * 3600


def add_pages(router: APIRouter, behind: Behind) -> None:
    """Login, the list of runs, and a run."""

    @router.get("/static/{name}")
    async def get_static(name: str) -> Response:
        """The script and the style."""
        if name not in _STATIC:
            return Response(status_code=404)
        return FileResponse(_HERE / "static" / name, media_type=_STATIC[name])

    @router.get(LOGIN)
    async def get_login() -> HTMLResponse:
        """Ask for a token."""
        return make_page("login.html", fault="")

    @router.post(LOGIN)
    async def login(request: Request, token: Annotated[str, Form(max_length=600)]) -> Response:
        """Keep the token in a cookie that scripts cannot read."""
        _check_origin(request)
        try:
            await behind.doorkeeper.who(token.strip())
        except ErrUnauthorized:
            return make_page("login.html", 401, fault="That token is not valid.")
        answer = RedirectResponse("/", 303)
        is_secure = request.url.scheme == "https"
        answer.set_cookie(
            COOKIE, token.strip(), max_age=_DAY, httponly=True, samesite="strict", secure=is_secure, path="/"
        )
        return answer

    @router.post("/logout")
    async def logout(request: Request) -> Response:
        """Forget the token."""
        _check_origin(request)
        answer = RedirectResponse(LOGIN, 303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return answer

    @router.get("/")
    async def list_runs(caller: WhoAsks, start: Id | None = None) -> HTMLResponse:
        """The runs, the newest first."""
        with wrapping("show runs"):
            runs = await behind.runs(caller).newest(None, start=start, limit=25)
        return make_page("runs.html", runs=runs, who=caller.user.name if caller.user else "admin")

    @router.get("/runs/{run_id}")
    async def get_run(caller: WhoAsks, run_id: PathId) -> HTMLResponse:
        """A run: its tasks as a picture, their logs and their errors."""
        with wrapping("show a run"):
            run = await behind.runs(caller).get(run_id)
        details = {task.id: _detail(task) for task in run.tasks if task.fail_error}
        who = caller.user.name if caller.user else "admin"
        return make_page("run.html", run=run, graph=draw(run.tasks), details=details, who=who)

    @router.get("/runs/{run_id}/tasks/{task_id}/logs", response_class=StreamingResponse)
    async def get_log(
        caller: WhoAsks,
        run_id: PathId,
        task_id: PathId,
        step: Annotated[int | None, Query(ge=0, lt=1000)] = None,
        setup: bool = False,
    ) -> StreamingResponse:
        """A log until its end, for the script."""
        with wrapping("show a log"):
            return await send_log(behind, caller, run_id, task_id, step, setup=setup, follow=True)


def _check_origin(request: Request) -> None:
    """Let no other site send a form of ours."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ErrForbidden("a form of another site", public="the form is of another site")


def _detail(task: Task) -> str:
    """The whole chain of why a task failed; what cannot be read is shown as the one line that there is."""
    with wrapping("tell why task %s failed", task.id):
        try:
            return stackerr.detailed(stackerr.from_dict(task.fail_report or {}))
        except ValueError:
            return task.fail_error
