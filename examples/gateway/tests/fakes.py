"""What services that only pretend have in common: their tokens, and how they break."""

import contextlib

import httpx2
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from clients import is_bearer

OFF = "off"
CONFIGSTORE, RUNSERVICE = "token-of-the-configstore", "token-of-the-runservice"
USERS = {"ann": "token-of-ann", "bob": "token-of-bob", "root": "token-of-root"}


def problem(status, detail="words of the service behind", code="code_behind"):
    return JSONResponse({"type": "about:blank", "title": "x", "status": status, "detail": detail, "code": code}, status)


class Guard:
    """Checks the token, and breaks when it is told to; off it is for callers in this process alone."""

    def __init__(self, app, token, state):
        self.app, self.token, self.state = app, token, state

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)
        self.state.asked.append(f"{request.method} {request.url.path}")
        if not is_bearer(request.headers.get("authorization"), [self.token]):
            return await problem(401)(scope, receive, send)
        if self.state.broken == OFF:
            raise httpx2.ConnectError("All connection attempts failed")
        if self.state.broken:
            return await problem(self.state.broken, code=self.state.code)(scope, receive, send)
        scope["path"] = scope["raw_path"].decode().split("?")[0].replace("%2F", "~")
        return await self.app(scope, receive, send)


def make_app(token, state):
    app = FastAPI()
    app.add_middleware(Guard, token=token, state=state)
    return app


@contextlib.contextmanager
def broken(service, status=500, code="code_behind"):
    """A service that answers everything with a status, or is off."""
    service.broken, service.code = status, code
    try:
        yield
    finally:
        service.broken = 0
