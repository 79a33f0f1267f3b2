"""What comes out of an error? The table of the reference, cell by cell."""

# ruff: noqa: LOG001 - loggers of their own, so that no test meets the handlers of another

import io
import json
import logging
from pathlib import Path

import pytest
import structlog

import stackerr
from stackerr.integrations.cli import main
from stackerr.integrations.console import ConsoleFormatter
from stackerr.integrations.logging import Formatter
from stackerr.integrations.pythonjsonlogger import JsonFormatter
from stackerr.integrations.structlog import ErrorProcessor

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "outlets.md"


def read_table():
    """The rows of the page's table, split into cells."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return rows[0][1:], {row[0]: row[1:] for row in rows[1:]}


OUTLETS, ROWS = read_table()


class MarkedError(Exception):
    """Its name is what is looked for."""


def marked_caller(secret):
    """Its name is what is looked for in stacks, its argument what must never be found."""
    marked_local = f"{secret} again"
    try:
        raise_marked(marked_local)
    except MarkedError as err:
        fields = {"run_id": "marked-field", "hint": "marked-hint", "code": "marked-code", "public": "marked-public"}
        raise stackerr.wrap(err, "marked-message", **fields) from err


def raise_marked(marked_local):
    """Raise, with a note."""
    err = MarkedError("root")
    err.add_note("marked-note")
    raise err


def caught(function, *args):
    """What the function raises."""
    with pytest.raises(Exception) as info:  # noqa: PT011
        function(*args)
    return info.value


SECRET = "marked-" + str(42)
WHOLE = caught(marked_caller, SECRET)
GROUP = stackerr.join(OSError("marked-member"), ValueError("other"))
OPAQUE = stackerr.opaque(OSError("marked-hidden"), "bad answer")

PARTS = {
    "message": (WHOLE, "marked-message"),
    "place": (WHOLE, "test_outlets.py:"),
    "stack": (WHOLE, "in caught"),
    "type": (WHOLE, "MarkedError"),
    "fields": (WHOLE, "marked-field"),
    "hint": (WHOLE, "marked-hint"),
    "code": (WHOLE, "marked-code"),
    "public message": (WHOLE, "marked-public"),
    "notes": (WHOLE, "marked-note"),
    "group members": (GROUP, "marked-member"),
    "opaque cause": (OPAQUE, "marked-hidden"),
    "local variables": (WHOLE, SECRET),
}


def by_logging(formatter):
    """What a handler with this formatter writes."""

    def write(err):
        out = io.StringIO()
        handler = logging.StreamHandler(out)
        handler.setFormatter(formatter)
        logger = logging.Logger("service")
        logger.addHandler(handler)
        logger.error("serve", exc_info=err)
        return out.getvalue()

    return write


def by_structlog(processor):
    """What a structlog logger with this processor writes."""

    def write(err):
        out = io.StringIO()
        logger = structlog.wrap_logger(structlog.PrintLogger(out), [processor, structlog.processors.JSONRenderer()])
        logger.error("serve", exc_info=err)
        return out.getvalue()

    return write


def by_main(err):
    """What a program prints that fails with it."""

    @main
    def run():
        raise err

    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr("sys.stderr", out)
        run()
    return out.getvalue()


WRITERS = {
    "`compact`": stackerr.compact,
    "`detailed`": stackerr.detailed,
    "`Formatter`": by_logging(Formatter("%(message)s")),
    "`ConsoleFormatter`": by_logging(ConsoleFormatter(coloured=False)),
    "`JsonFormatter`": by_logging(JsonFormatter()),
    "`ErrorProcessor()`": by_structlog(ErrorProcessor()),
    "`ErrorProcessor(schema=…)`": by_structlog(ErrorProcessor(schema="stackerr")),
    "uncaught, `cli.main`": by_main,
}
CELLS = [(part, outlet, cell) for part, cells in ROWS.items() for outlet, cell in zip(OUTLETS, cells, strict=True)]


def test_the_table_names_all_parts_and_outlets():
    """Nothing is left out on either side."""
    assert set(ROWS) == set(PARTS)
    assert set(OUTLETS) == set(WRITERS)
    assert {cell for _, _, cell in CELLS} == {"yes", "no"}


@pytest.mark.parametrize(("part", "outlet", "cell"), CELLS)
def test_a_cell_of_the_table(part, outlet, cell):
    """What is promised comes out; what is not, does not."""
    err, mark = PARTS[part]
    assert ("yes" if mark in WRITERS[outlet](err) else "no") == cell


@pytest.mark.parametrize("part", ROWS)
@pytest.mark.parametrize("outlet", [outlet for outlet in OUTLETS if outlet != "`compact`"])
def test_in_detail_every_outlet_tells_what_detailed_tells(part, outlet):
    """The column of `detailed` holds for all of them."""
    err, mark = PARTS[part]
    promised = ROWS[part][OUTLETS.index("`detailed`")]
    mark = "caught" if part == "stack" else mark  # JSON names the function under a key of its own
    stackerr.configure(detailed=True)
    try:
        text = WRITERS[outlet](err)
    finally:
        stackerr.configure(detailed=False)
    assert ("yes" if mark in text else "no") == promised


def test_the_json_of_the_table_is_json():
    """The marks were found in data, not in a traceback."""
    assert json.loads(WRITERS["`JsonFormatter`"](WHOLE))["error"]["fields"]["hint"] == "marked-hint"
