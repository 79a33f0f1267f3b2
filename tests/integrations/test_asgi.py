"""The ASGI middleware answers an error once and logs it once, or leaves both to the server."""

import asyncio
import json
import logging

import pytest

from stackerr import Sentinel, wrap
from stackerr.integrations.asgi import ProblemMiddleware


class ErrNotExist(Sentinel, message="no such object", status=404, code="not_exist"):
    """The object is not there."""


def serve(app, **scope):
    """One request to the app behind the middleware: the messages that it sends."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/runs/42", "raw_path": b"/runs/42", **scope}
    asyncio.run(ProblemMiddleware(app, type_base="https://errors.example/")(scope, None, send))
    return sent


def failing(err, *before):
    """An app that sends some messages and fails."""

    async def app(scope, receive, send):
        for message in before:
            await send(message)
        raise err

    return app


START = {"type": "http.response.start", "status": 200, "headers": []}


def test_an_error_is_answered_with_a_problem_document():
    """Status, headers and body as RFC 9457 has them."""
    start, body = serve(failing(wrap(ErrNotExist("x"), "load", public="run 42 does not exist")))
    headers = dict(start["headers"])
    assert start["status"] == 404
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"content-length"] == str(len(body["body"])).encode()
    document = json.loads(body["body"])
    assert document.pop("instance").startswith("urn:uuid:")
    assert document == {
        "type": "https://errors.example/not_exist",
        "title": "Not Found",
        "status": 404,
        "detail": "run 42 does not exist",
        "code": "not_exist",
    }


def test_the_error_is_logged_once_with_the_id_of_the_answer(caplog):
    """The operator finds the log line by what the client quotes."""
    err = KeyError("id")
    _, body = serve(failing(err))
    (record,) = caplog.records
    assert record.name == "stackerr.asgi"
    assert record.levelno == logging.ERROR
    assert record.exc_info[1] is err
    assert record.getMessage() == f"GET /runs/42 answered 500 ({json.loads(body['body'])['instance']})"


def test_what_is_the_clients_fault_is_a_warning(caplog):
    """A 404 must not wake anybody."""
    serve(failing(ErrNotExist("x")))
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.parametrize("raw_path", [None, b""])
def test_a_decoded_path_cannot_forge_a_log_line(caplog, raw_path):
    """Line breaks in the path are quoted again, also for a server that does not say how the path was sent."""
    serve(failing(KeyError("x")), path="/a\n2026-01-01 ERROR forged\x1b[31m\udc80", raw_path=raw_path)
    (record,) = caplog.records
    assert record.getMessage().startswith("GET /a%0A2026-01-01%20ERROR%20forged%1B%5B31m%5Cudc80 answered 500")


def test_an_error_after_the_response_has_begun_is_left_to_the_server(caplog):
    """It cannot be answered any more, and the server logs it: twice would be once too often."""
    err = KeyError("id")
    with pytest.raises(KeyError) as caught:
        serve(failing(err, START))
    assert caught.value is err
    assert caplog.records == []


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_other_connections_pass_untouched(kind, caplog):
    """There is no HTTP response in a websocket or in the lifespan."""
    with pytest.raises(KeyError):
        serve(failing(KeyError("id")), type=kind)
    assert caplog.records == []


def test_a_websocket_that_works_passes_untouched():
    """What it sends arrives, and nothing else."""

    async def app(scope, receive, send):
        await send({"type": "websocket.accept"})

    assert serve(app, type="websocket") == [{"type": "websocket.accept"}]


def test_a_cancellation_passes():
    """A client that hangs up is no failure."""
    with pytest.raises(asyncio.CancelledError):
        serve(failing(asyncio.CancelledError()))


def test_a_response_passes_untouched(caplog):
    """Nothing is added to what works."""
    body = {"type": "http.response.body", "body": b"ok"}

    async def app(scope, receive, send):
        await send(START)
        await send(body)

    assert serve(app) == [START, body]
    assert caplog.records == []
