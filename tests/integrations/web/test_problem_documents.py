"""docs/how-to/problem-documents.md: a client of each server gets the document that the page shows."""

import json

import pytest

COMMANDS = {
    "fastapi_app": ("uvicorn fastapi_app:app --host 127.0.0.1 --port {port} --log-config log.ini", "stackerr.asgi"),
    "flask_app": (
        "gunicorn flask_app:app --bind 127.0.0.1:{port} --no-control-socket --log-config log.ini",
        "stackerr.wsgi",
    ),
    "django_app": (
        "gunicorn django_app:app --bind 127.0.0.1:{port} --no-control-socket --log-config log.ini",
        "stackerr.wsgi",
    ),
    "wsgi_app": (
        "gunicorn wsgi_app:app --bind 127.0.0.1:{port} --no-control-socket --log-config log.ini",
        "stackerr.wsgi",
    ),
}
LOGGING = """
[loggers]
keys = root, gunicorn.error, gunicorn.access
[handlers]
keys = stderr
[formatters]
keys = line
[logger_root]
level = WARNING
handlers = stderr
[logger_gunicorn.error]
handlers =
qualname = gunicorn.error
[logger_gunicorn.access]
handlers =
qualname = gunicorn.access
[handler_stderr]
class = StreamHandler
formatter = line
[formatter_line]
class = stackerr.integrations.logging.Formatter
format = %(levelname)s %(name)s: %(message)s
"""


@pytest.fixture(params=COMMANDS)
def service(request, open_page):
    """Each application of the page on its server, and the name of the logger."""
    page = open_page("problem-documents")
    (page.folder / "log.ini").write_text(LOGGING)
    command, logger = COMMANDS[request.param]
    return page, page.serve(command), logger


def test_the_client_gets_the_document_and_the_log_the_line(service):
    """The same on every server: public text outside, everything inside, once."""
    page, server, logger = service
    status, headers, body = server.get("/runs/42")
    headers = {name.lower(): value for name, value in headers.items()}
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    document = json.loads(body)
    assert len(document.pop("instance")) == len("urn:uuid:") + 36
    shown = json.loads(page.data[0])
    del shown["instance"]
    assert document == shown
    assert [line for line in server.stop().splitlines() if line[:4] != "INFO"] == [
        page.lines[0].replace("stackerr.asgi", logger)
    ]


def test_the_answer_to_head_leaves_the_connection_usable(service):
    """Headers only; the next request is answered as the first one."""
    _, server, _ = service
    status, _, body = server.get("/runs/42", "HEAD")
    assert body == ""
    assert status in (404, 405)  # FastAPI's `get` serves no HEAD
    assert server.get("/runs/42")[0] == 404
