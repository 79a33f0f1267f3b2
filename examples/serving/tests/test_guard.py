"""What is before the routes, without a network."""

import asyncio
import json
import logging

import httpx2
import pytest
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from apierrors import ErrForbidden, ErrNotExist
from serving import ErrMaintenance, ErrUnavailable, Guard, answer_errors, guarded_router, wants_token

TOKEN = {"authorization": "Bearer s3cret"}
LIMIT = 130


class ErrStore(Exception):
    """A store gives no answer; it has a code, as errors of libraries may have."""

    code = "store"


def make_app(done, **options):
    """An application that notes what it has done."""
    app = FastAPI(title="billing")

    @app.get("/names/{name}")
    async def name(name: str) -> str:
        return name

    @app.delete("/names/{name}")
    async def delete(name: str) -> Response:
        done.append(name)
        return Response(status_code=204)

    @app.post("/upload")
    async def upload(request: Request) -> int:
        done.append("upload")
        return sum([len(piece) async for piece in request.stream()])

    @app.post("/numbers")
    async def numbers(values: dict[str, int]) -> int:
        return sum(values.values())

    @app.api_route("/fails/{how}", methods=["GET", "HEAD"])
    async def fails(how: str) -> None:
        raise FAILURES[how]

    answer_errors(app)
    app.add_middleware(Guard, limit=LIMIT, **options)
    return app


FAILURES = {
    "none": ErrNotExist("row 7 is gone", public="there is no such bill"),
    "fault": KeyError("the key of the safe"),
    "store": ErrStore("no answer from 10.0.0.7"),
    "starting": ErrUnavailable("no data yet"),
    "maintenance": ErrMaintenance(),
    "teapot": HTTPException(418, "short and stout"),
}


@pytest.fixture
def done():
    return []


@pytest.fixture
def ask(done, caplog):
    """Ask an application with a guard of these options; the answer."""
    caplog.set_level(logging.DEBUG, "billing")

    def request(method, path, headers=TOKEN, content=None, **options):
        async def send():
            transport = httpx2.ASGITransport(make_app(done, **options))
            async with httpx2.AsyncClient(transport=transport, base_url="http://billing", headers=headers) as http:
                return await http.request(method, path, content=content)

        return asyncio.run(send())

    return request


def logged(caplog):
    return [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "billing"]


@pytest.mark.parametrize(
    ("how", "status", "said", "level"),
    [
        ("none", 404, {"detail": "there is no such bill"}, "INFO"),
        ("fault", 500, {}, "ERROR"),
        ("store", 503, {"detail": "the service cannot answer now; try again later", "code": "unavailable"}, "WARNING"),
        (
            "starting",
            503,
            {"detail": "the service cannot answer now; try again later", "code": "unavailable"},
            "WARNING",
        ),
        ("maintenance", 503, {"detail": "in maintenance; try again later", "code": "maintenance"}, "INFO"),
        ("teapot", 418, {"detail": "short and stout"}, "INFO"),
    ],
)
def test_an_error_is_answered_and_logged_once(ask, caplog, how, status, said, level):
    """As loud as it matters to an operator: a fault is an error, what passes a warning, what is meant a note."""
    answer = ask("GET", f"/fails/{how}", passing=(ErrStore,))
    document = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert document.pop("status") == status
    assert {key: document[key] for key in document.keys() - {"type", "title"}} == said
    assert logged(caplog) == [(level, f"GET '/fails/{how}' is answered {status}")]


def test_an_answer_to_head_has_no_body(ask):
    """But the status."""
    answer = ask("HEAD", "/fails/none")
    assert (answer.status_code, answer.content) == (404, b"")


def test_a_path_cannot_forge_a_line(ask, caplog):
    """What cannot be printed is escaped."""
    ask("GET", "/no%0AERROR%20where")
    assert logged(caplog) == [("INFO", r"GET '/no\nERROR where' is answered 404")]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic s3cret", "s3cret", "Bearer tökén"])
@pytest.mark.parametrize("path", ["/names/a", "/nowhere", "/openapi.json"])
def test_without_the_token_nothing_is_answered(ask, done, header, path):
    """Not even whether there is such a path; and no body is looked at."""
    headers = {} if header is None else {"authorization": header.encode()}
    answer = ask("DELETE", path, headers=headers, content=b"x" * (LIMIT + 1), admit=wants_token(["s3cret"]))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["detail"] == "show a valid token"
    assert done == []


def test_what_admits_may_refuse_in_its_own_way(ask):
    """And may keep what it has found out."""

    async def admit(request):
        raise ErrForbidden("it is Sunday", public="come on Monday")

    assert ask("GET", "/names/a", admit=admit).json()["detail"] == "come on Monday"


@pytest.mark.parametrize("is_announced", [True, False])
def test_nothing_is_done_for_a_body_that_is_too_large(ask, done, is_announced):
    """Even if nobody would have read it."""

    async def endless():
        while True:
            yield b"x" * 64

    answer = ask("DELETE", "/names/a", content=b"x" * (LIMIT + 1) if is_announced else endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert done == []


def test_what_is_streamed_has_an_end_too(ask, done):
    """The route has begun by then."""

    async def pieces(count):
        for _ in range(count):
            yield b"x" * 10

    assert ask("POST", "/upload", content=pieces(13), streamed={"/upload": LIMIT}).json() == LIMIT
    assert ask("POST", "/upload", content=pieces(14), streamed={"/upload": LIMIT}).status_code == 413
    assert done == ["upload", "upload"]


@pytest.mark.parametrize(("keep", "status"), [(True, 200), (False, 404)])
def test_a_slash_may_be_part_of_a_name(ask, keep, status):
    """As %2F or %2f, where a service wants it so."""
    for path in ("/names/ann%2Fweb", "/names/ann%2fweb"):
        assert ask("GET", path, keep_slashes=keep).status_code == status
    assert ask("GET", "/names/a%C3%A4", keep_slashes=keep).json() == "aä"


def test_what_is_asked_for_all_the_time_is_not_told(ask, caplog):
    """That there is nothing yet is how such programs learn it; a fault is told all the same."""
    ask("GET", "/fails/none", polled=("/fails/",))
    ask("GET", "/fails/fault", polled=("/fails/",))
    assert [level for level, _ in logged(caplog)] == ["DEBUG", "ERROR"]


def test_people_may_get_another_answer(ask, caplog):
    """It is made of what is public, and what it is goes into the log."""

    def show(request, said):
        return Response(f"<p>{said.detail}", 410) if request.url.path.startswith("/fails") else None

    answer = ask("GET", "/fails/none", show=show)
    assert (answer.status_code, answer.text) == (410, "<p>there is no such bill")
    assert ask("GET", "/nowhere", show=show).headers["content-type"] == "application/problem+json"
    assert logged(caplog)[0] == ("INFO", "GET '/fails/none' is answered 410")


def test_every_complaint_is_told_and_no_value(ask, caplog):
    """With a code that programs go by; ten are enough."""
    headers = {**TOKEN, "content-type": "application/json"}
    sent = {f"n{number}": "hunter2" for number in range(4)}
    answer = ask("POST", "/numbers", headers=headers, content=json.dumps(sent).encode())
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_shape")
    assert [text.split(":")[0] for text in answer.json()["detail"].split("; ")] == [f"body.n{n}" for n in range(4)]
    assert "hunter2" not in answer.text + caplog.text
    many = ask("POST", "/numbers", headers=headers, content=json.dumps(dict.fromkeys("abcdefghijk")).encode())
    assert many.json()["detail"].count(";") == 9


def call(app, messages):
    """Serve one request of these messages; what was sent."""
    sent = []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/upload", "headers": [], "query_string": b""}
    asyncio.run(app(scope, receive, send))
    return sent


@pytest.mark.parametrize("streamed", [{}, {"/upload": LIMIT}])
def test_who_hangs_up_is_not_answered(done, caplog, streamed):
    """Nor is it an error."""
    partial = {"type": "http.request", "body": b"x", "more_body": True}
    assert call(make_app(done, streamed=streamed), [partial, {"type": "http.disconnect"}]) == []
    assert caplog.records == []


def test_what_fails_after_the_answer_has_begun_is_raised_on(caplog):
    """The server cuts the connection then, and logs it."""

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone"):
        call(Guard(app, LIMIT), [{"type": "http.request", "body": b"", "more_body": False}])
    assert caplog.records == []


def test_routers_may_want_tokens_of_their_own():
    """Before anything else; and a parameter that nobody knows is refused, since it is a misspelt one."""
    app = FastAPI(title="billing")
    for who in ("clients", "workers"):
        router = guarded_router(lambda request, who=who: [f"token-of-{who}"], prefix=f"/{who}")

        @router.get("/list")
        async def listing(group: str = "", limit: int = 1) -> str:
            return group

        app.include_router(router)
    answer_errors(app)
    app.add_middleware(Guard, limit=LIMIT, streamed={"/": LIMIT})

    async def main():
        headers = {"authorization": "Bearer token-of-clients"}
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://billing", headers=headers) as http:
            assert (await http.get("/workers/list?limit=x")).status_code == 401
            assert (await http.get("/clients/list?group=a")).json() == "a"
            answer = await http.get("/clients/list?groups=a&limit=1&start=3")
            assert (answer.status_code, answer.json()["detail"]) == (400, "unknown parameter: groups, start")

    asyncio.run(main())
