"""docs/how-to/rich.md: rich's handler prints what the formatter makes of an error."""

WIDE = {"COLUMNS": "160"}


def words(text):
    return text.split()


def test_an_error_is_the_line_that_the_page_shows(open_page):
    """On a wide terminal it is one line."""
    page = open_page("rich")
    printed = page.run(**WIDE)
    assert len(printed.splitlines()) == 1
    assert words(printed) == words(page.lines[0])


def test_a_narrow_terminal_folds_the_line_and_loses_nothing(open_page):
    """The words are the same; there is no traceback."""
    page = open_page("rich")
    printed = page.run(COLUMNS="60")
    assert "Traceback" not in printed
    assert "".join(printed.split()).replace("app.py:21", "") == "".join(page.lines[0].split()).replace("app.py:21", "")


def test_the_switch_shows_everything(open_page):
    """With `STACKERR_DETAILED_ERRORS` the chain follows as a block."""
    assert "run_id=42" in open_page("rich").run(STACKERR_DETAILED_ERRORS="1", **WIDE)
