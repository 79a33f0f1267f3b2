"""docs/how-to/fastapi.md: a failed request on uvicorn is one line."""

import pytest

ON_A_FREE_PORT = ("--host", "127.0.0.1", "--port", "{port}")


@pytest.mark.parametrize(
    ("app", "path", "shown"), [("app", "/runs/42", 0), ("app", "/plain/42", 1), ("plain", "/runs/42", 2)]
)
def test_a_failed_request_is_the_line_that_the_page_shows(open_page, app, path, shown):
    """FastAPI and Starlette, with code that wraps and with code that has never heard of it."""
    page = open_page("fastapi")
    server = page.serve(page.commands[0].replace("app:app", f"{app}:app"), *ON_A_FREE_PORT)
    assert server.get(path)[0] == 500
    assert [line for line in server.stop().splitlines() if "ERROR" in line] == [page.lines[shown]]


def test_the_whole_log_has_one_line_for_each_thing_that_happened(open_page):
    """Start, access log, failure and stop: no line is a part of another one."""
    page = open_page("fastapi")
    server = page.serve(page.commands[0], *ON_A_FREE_PORT)
    server.get("/runs/42")
    lines = server.stop().splitlines()
    assert [line for line in lines if not line.startswith("TIME ")] == []


def test_the_switch_shows_everything(open_page):
    """The last command of the page: each link with its fields, for one run."""
    page = open_page("fastapi")
    setting, command = page.commands[1].split(" ", 1)
    server = page.serve(command, *ON_A_FREE_PORT, **dict([setting.split("=")]))
    server.get("/runs/42")
    assert "run_id=42" in server.stop()
