"""docs/how-to/flask.md: a failed request on gunicorn is one line."""

from http.client import IncompleteRead

import pytest


def start(page):
    return page.serve(page.commands[0], "--bind", "127.0.0.1:{port}", "--no-control-socket")


def test_a_failed_request_is_the_line_that_the_page_shows(open_page):
    """Flask's logger writes through gunicorn's formatter."""
    page = open_page("flask")
    server = start(page)
    assert server.get("/runs/42")[0] == 500
    assert [line for line in server.stop().splitlines() if "ERROR" in line] == page.lines[:1]


def test_a_response_that_fails_on_the_way_is_the_line_that_the_page_shows(open_page):
    """gunicorn's own logger writes it: nobody else is left."""
    page = open_page("flask")
    server = start(page)
    with pytest.raises(IncompleteRead):
        server.get("/stream/42")
    assert [line for line in server.stop().splitlines() if "ERROR" in line] == page.lines[1:]


def test_the_whole_log_has_one_line_for_each_thing_that_happened(open_page):
    """Start, access log, failure and stop: no line is a part of another one, and none is written twice."""
    page = open_page("flask")
    server = start(page)
    server.get("/runs/42")
    lines = server.stop().splitlines()
    assert [line for line in lines if not line.startswith("TIME ")] == []
    assert len([line for line in lines if "gunicorn.access" in line]) == 1
    assert len(lines) == len(set(lines))
