"""docs/how-to/loguru.md: a patcher puts the one line in place of the traceback."""

import json

SCRIPT = """
exec(open("app.py").read().partition("try:")[0])
logger.configure(handlers=[{"sink": sys.stdout, "format": "{message}", **OPTIONS}], patcher=put_line)
try:
    load_run(42)
except OSError as e:
    err = e
secret = "s3cr3t-7f1e"
"""


def run(page, code, options="{}", **variables):
    """What some lines print after the page's own code."""
    (page.folder / "more.py").write_text(SCRIPT.replace("OPTIONS", options) + code)
    page.commands[0] = "python more.py"
    return page.run(**variables)


def test_an_error_is_the_line_that_the_page_shows(open_page):
    """`logger.exception` ends with the chain."""
    page = open_page("loguru")
    assert page.run().splitlines() == page.lines


def test_the_switch_shows_everything(open_page):
    """With `STACKERR_DETAILED_ERRORS` the chain follows as a block."""
    page = open_page("loguru")
    printed = page.run(STACKERR_DETAILED_ERRORS="1")
    assert printed.startswith("TIME ERROR __main__: cannot start\nload run 42 (FileNotFoundError)\n")
    assert "run_id=42" in printed


def test_opt_takes_an_error(open_page):
    """An error that is not being handled is shown the same way, and a record without one as it is."""
    page = open_page("loguru")
    printed = run(
        page,
        "logger.opt(exception=err).error('later')\nlogger.opt(exception=True).info('none')\nlogger.info('{}', 'ok')",
    )
    first, *others = printed.splitlines()
    assert first.startswith("later: load run 42: [Errno 2]")
    assert others == ["none", "ok"]


def test_catch_writes_one_line(open_page):
    """loguru's decorator reports through the patcher too, and shows no variable."""
    page = open_page("loguru")
    printed = run(page, "@logger.catch\ndef main():\n    hidden = secret\n    load_run(7)\nmain()")
    assert len(printed.splitlines()) == 1
    assert "load run 7" in printed
    assert "s3cr3t" not in printed


def test_serialized_records_have_the_line(open_page):
    """As JSON the message ends with the chain, and no traceback is there."""
    page = open_page("loguru")
    record = json.loads(run(page, "logger.opt(exception=err).error('later')", '{"serialize": True}'))["record"]
    assert record["message"].startswith("later: load run 42")
    assert record["exception"] is None
