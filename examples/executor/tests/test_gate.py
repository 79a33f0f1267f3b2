"""What is before the routes, where no route can show it."""

import asyncio
import json
import logging

from executor.gate import Gate


def call(app, messages, *, body=b"", headers=()):
    sent = []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/x", "headers": [(b"authorization", b"Bearer t"), *headers]}
    asyncio.run(Gate(app, ("t",))(scope, receive, send))
    return sent


REQUEST = {"type": "http.request", "body": b"", "more_body": False}


def test_an_error_of_ours_is_answered_and_logged_once(caplog):
    """No word of it is in the answer."""

    async def app(scope, receive, send):
        raise KeyError("the key of the safe")

    start, body = call(app, [dict(REQUEST)])
    assert start["status"] == 500
    assert json.loads(body["body"]) == {"type": "about:blank", "title": "Internal Server Error", "status": 500}
    [record] = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "GET '/x' is answered 500")


def test_who_hangs_up_is_not_answered(caplog):
    """Nor is it an error."""

    async def app(scope, receive, send):
        raise AssertionError("not reached")

    partial = {"type": "http.request", "body": b"x", "more_body": True}
    assert call(app, [partial, {"type": "http.disconnect"}]) == []
    assert caplog.records == []
