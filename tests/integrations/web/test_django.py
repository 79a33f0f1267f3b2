"""docs/how-to/django.md: a failed request is one line."""


def test_a_failed_request_is_the_line_that_the_page_shows(open_page):
    """Django's logger `django.request` writes through the formatter of `LOGGING`."""
    page = open_page("django")
    server = page.serve(page.commands[0], "127.0.0.1:{port}")
    assert server.get("/runs/42")[0] == 500
    assert [line for line in server.stop().splitlines() if "ERROR django.request" in line] == page.lines


def test_no_traceback_is_in_the_log(open_page):
    """Neither the console handler of Django's own configuration nor its server prints the error again."""
    page = open_page("django")
    server = page.serve(page.commands[0], "127.0.0.1:{port}")
    server.get("/runs/42")
    log = server.stop()
    assert log.count("runs/42'") == 1
    assert "Traceback" not in log


def test_with_debug_on_the_log_is_the_same(open_page):
    """Django's page for developers goes to the browser, and the line to the log."""
    page = open_page("django")
    with (page.folder / "settings.py").open("a") as settings:
        settings.write("DEBUG = True\n")
    server = page.serve(page.commands[0], "127.0.0.1:{port}")
    server.get("/runs/42")
    assert [line for line in server.stop().splitlines() if "ERROR django.request" in line] == page.lines
