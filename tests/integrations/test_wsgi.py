"""The WSGI middleware answers an error once and logs it once, or leaves both to the server."""

import io
import json
import logging
from wsgiref.handlers import SimpleHandler
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from stackerr import Sentinel, wrap
from stackerr.integrations.wsgi import ProblemMiddleware

pytestmark = pytest.mark.filterwarnings("ignore:.*:wsgiref.validate.WSGIWarning")


class ErrNotExist(Sentinel, message="no such object", status=404, code="not_exist"):
    """The object is not there."""


class Server(SimpleHandler):
    """The standard library's server, which tells the test what reaches it."""

    failure = None

    def log_exception(self, exc_info):
        self.failure = exc_info[1]


def serve(app, **environ):
    """One request to the app behind the middleware: status, headers, body, and the error that reached the server."""
    environ = {"SCRIPT_NAME": "", "PATH_INFO": "/runs/42", "QUERY_STRING": "", **environ}
    setup_testing_defaults(environ)
    out = io.BytesIO()
    server = Server(io.BytesIO(), out, io.StringIO(), environ)
    server.run(validator(ProblemMiddleware(app, type_base="https://errors.example/")))
    head, _, body = out.getvalue().partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return first, dict(line.lower().split(": ", 1) for line in lines), body, server.failure


def failing(err):
    """An app that fails when it is called."""

    def app(environ, start_response):
        raise err

    return validator(app)


def started(err, *chunks):
    """An app that starts a response, sends some chunks and fails."""

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        yield from chunks
        raise err

    return validator(app)


def test_an_error_is_answered_with_a_problem_document():
    """Status, headers and body as RFC 9457 has them."""
    status, headers, body, failure = serve(failing(wrap(ErrNotExist("x"), "load", public="run 42 does not exist")))
    assert failure is None
    assert status.endswith("404 Not Found")
    assert headers["content-type"] == "application/problem+json"
    assert headers["content-length"] == str(len(body))
    document = json.loads(body)
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
    _, _, body, _ = serve(failing(err), SCRIPT_NAME="/api")
    (record,) = caplog.records
    assert record.name == "stackerr.wsgi"
    assert record.levelno == logging.ERROR
    assert record.exc_info[1] is err
    assert record.getMessage() == f"GET /api/runs/42 answered 500 ({json.loads(body)['instance']})"


def test_what_is_the_clients_fault_is_a_warning(caplog):
    """A 404 must not wake anybody."""
    serve(failing(ErrNotExist("x")))
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_decoded_path_cannot_forge_a_log_line(caplog):
    """Line breaks in the path, which servers decode, are quoted again."""
    serve(failing(KeyError("x")), PATH_INFO="/a\nERROR \x1b[31m\xe4")
    (record,) = caplog.records
    assert record.getMessage().startswith("GET /a%0AERROR%20%1B%5B31m%E4 answered 500")


def test_a_response_that_has_sent_nothing_yet_is_replaced(caplog):
    """Until the first byte of the body the headers are not out."""
    status, headers, _, failure = serve(started(KeyError("id")))
    assert (status.split()[1], headers["content-type"], failure) == ("500", "application/problem+json", None)
    assert len(caplog.records) == 1


def test_an_error_after_the_response_has_begun_is_left_to_the_server(caplog):
    """It cannot be answered any more, and the server logs it: twice would be once too often."""
    err = KeyError("id")
    status, _, body, failure = serve(started(err, b"some"))
    assert (status.split()[1], body, failure) == ("200", b"some", err)
    assert caplog.records == []


def test_a_server_that_has_sent_the_headers_keeps_the_error(caplog):
    """The standard library's server sends the headers with an empty chunk already."""
    err = KeyError("id")
    assert serve(started(err, b""))[3] is err
    assert caplog.records == []


def test_an_error_after_a_write_is_left_to_the_server(caplog):
    """What was sent by the old `write` has begun the response too."""
    err = KeyError("id")

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])(b"some")
        raise err

    assert serve(app)[2:] == (b"some", err)
    assert caplog.records == []


def test_the_answer_to_head_has_no_body():
    """Servers send on what a WSGI application gives them."""
    assert serve(failing(KeyError("id")), REQUEST_METHOD="HEAD")[2] == b""


@pytest.mark.parametrize("err", [None, KeyError("id")])
def test_the_response_is_closed_once(err):
    """Files and database sessions hang on `close`, whether the response fails or not."""
    closed = []

    class Response:
        def __iter__(self):
            if err is not None:
                raise err
            yield b""

        def close(self):
            closed.append(True)

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Response()

    assert serve(app)[3] is None
    assert closed == [True]


def test_a_response_passes_untouched(caplog):
    """Nothing is added to what works."""

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"o", b"k"]

    status, headers, body, failure = serve(app)
    assert (status.split()[1], headers["content-length"], body, failure) == ("200", "2", b"ok", None)
    assert caplog.records == []
