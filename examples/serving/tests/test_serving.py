"""What is around the routes of a service, on a real server."""

import asyncio
import json
import logging
import threading

import httpx2
import pytest
from fastapi import FastAPI, Request
from starlette.responses import StreamingResponse

import serving as serving_package
import stackerr
from apierrors import ErrConflict, ErrInternal
from serving import Guard, answer_errors, bind, describe, document, guarded_router, serving, url_of

TOKEN = {"authorization": "Bearer s3cret"}
LIMIT = 1000


def make_app():
    router = guarded_router(lambda request: ["s3cret", "older"])

    @router.get("/conflict", responses=describe({409: "Somebody else was faster."}))
    async def conflict():
        raise stackerr.wrap(ErrConflict("row 7 is locked by pid 9", public="try again"), "update row")

    @router.get("/broken")
    async def broken():
        raise KeyError("id")

    @router.get("/away")
    async def away():
        raise ErrInternal("in maintenance", status=503, public="try again later")

    @router.get("/cut")
    async def cut():
        async def pieces():
            yield b"a part"
            raise OSError("disk gone")

        return StreamingResponse(pieces())

    @router.post("/sum")
    async def add(request: Request) -> int:
        return len(await request.body())

    @router.post("/numbers")
    async def numbers(values: list[int]) -> int:
        return sum(values)

    app = FastAPI(title="billing")
    app.include_router(router)
    answer_errors(app)
    app.add_middleware(Guard, limit=LIMIT)
    return app


class Logs(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        error = record.exc_info[1] if record.exc_info else None
        text = record.getMessage() + (f": {stackerr.compact(error)}" if error else "")
        self.lines.append((record.levelname, text))


@pytest.fixture
def logs():
    handler = Logs()
    logger = logging.getLogger("billing")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler.lines
    logger.removeHandler(handler)


@pytest.fixture(scope="module")
def url():
    """A server in a thread of its own."""
    listening = bind("127.0.0.1", 0)
    started, loop = threading.Event(), asyncio.new_event_loop()
    end = asyncio.Event()

    async def serve():
        async with serving(make_app(), listening):
            started.set()
            await end.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait()
    yield url_of(listening)
    loop.call_soon_threadsafe(end.set)
    thread.join()
    loop.close()
    listening.close()


def get(url, path, **options):
    return httpx2.request(options.pop("method", "GET"), url + path, headers=options.pop("headers", TOKEN), **options)


def test_an_error_is_answered_with_its_public_words_alone(url, logs):
    """The caller gets the kind and the public words; the log gets the chain, on one line."""
    answer = get(url, "/conflict")
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert answer.json() == {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "try again"}
    ((level, line),) = logs
    assert level == "INFO"
    assert line.startswith("GET '/conflict' is answered 409: update row: row 7 is locked by pid 9 [")


def test_an_error_of_the_program_is_500_without_words(url, logs):
    """It is logged as an error, once, and the caller learns nothing."""
    answer = get(url, "/broken")
    assert answer.status_code == 500
    assert "id" not in answer.json().values()
    ((level, line),) = logs
    assert level == "ERROR"
    assert "KeyError" in line


def test_what_passes_is_no_fault(url, logs):
    """A service that starts, or is in maintenance, warns and does not cry."""
    assert get(url, "/away").status_code == 503
    ((level, _),) = logs
    assert level == "WARNING"


def test_a_failure_in_the_middle_cuts_the_connection(url):
    """Nobody takes a part for the whole."""
    with pytest.raises(httpx2.RemoteProtocolError):
        get(url, "/cut")


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer guess"}, {"authorization": "Basic s3cret"}])
def test_without_the_token_nothing_is_looked_at(url, headers):
    """Not even the shape of the body."""
    answer = get(url, "/numbers", method="POST", content=b"garbage", headers=headers)
    assert answer.status_code == 401
    assert "www-authenticate" in answer.headers


def test_a_second_token_is_good_too(url):
    """So that a new one can come in before the old one goes out."""
    assert get(url, "/sum", method="POST", content=b"12", headers={"authorization": "Bearer older"}).json() == 2


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_has_an_end(url, announced):
    """Whether its size is announced or not."""
    body = b"x" * (LIMIT + 1)
    answer = get(url, "/sum", method="POST", content=body if announced else iter([body[:500], body[500:]]))
    assert (answer.status_code, answer.json()["detail"]) == (413, "the body is too large")
    assert get(url, "/sum", method="POST", content=body[:-1]).json() == LIMIT


def test_a_json_body_has_an_end(url):
    """The framework reads it, and would call it a bad request."""
    assert get(url, "/numbers", method="POST", json=[1] * LIMIT).status_code == 413


def test_a_request_of_another_shape_is_400_and_not_repeated(url, logs):
    """What was sent may be a secret: neither the answer nor the log holds it."""
    answer = get(url, "/numbers", method="POST", json=["hunter2"])
    assert answer.status_code == 400
    assert "body" in answer.json()["detail"]
    assert "hunter2" not in answer.text + str(logs)


def test_unknown_paths_and_methods_are_problem_documents(url):
    """A 405 names every method of the path."""
    assert get(url, "/nothing").json()["status"] == 404
    answer = get(url, "/sum", method="DELETE")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_the_document_says_what_is_answered():
    """And not 422, which nobody gets."""
    described = document(make_app())
    assert "422" not in json.dumps(described)
    assert "409" in described["paths"]["/conflict"]["get"]["responses"]


def test_every_name_is_there():
    """Also those that are loaded when they are used; and no other."""
    assert all(getattr(serving_package, name) for name in serving_package.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'sevring'"):
        _ = serving_package.sevring
