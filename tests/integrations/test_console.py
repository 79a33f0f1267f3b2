"""The console: lines for people, coloured where that can be seen."""

# ruff: noqa: LOG001 - loggers of their own, so that no test meets the handlers of another

import io
import logging
import sys

import pytest

import stackerr
from stackerr.integrations.console import ConsoleFormatter


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


class Broken(io.StringIO):
    """A stream that cannot say what it is."""

    def isatty(self):
        raise OSError("gone")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """Nothing in the environment has a say about colours."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)


def failed():
    """An error of two links."""
    try:
        with stackerr.wrapping("load run %s", 42, run_id=42):
            raise FileNotFoundError(2, "No such file", "runs/42")
    except OSError as err:
        return err


WORDS = "load run 42: [Errno 2] No such file: 'runs/42'"


def write(formatter, err=None, level=logging.ERROR, message="serve request", **keywords):
    """One record, formatted."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logger = logging.Logger("service")
    logger.addHandler(handler)
    logger.log(level, message, exc_info=err, **keywords)
    return out.getvalue()


def test_a_plain_line():
    """Time, level, message, error."""
    err = failed()
    line = write(ConsoleFormatter("(time)", coloured=False), err)
    assert line == f"(time) ERR serve request: {stackerr.compact(err)}\n"


def test_a_coloured_line():
    """The time dim, the level in its colour, the error red, its places dim."""
    err = failed()
    places = stackerr.compact(err).removeprefix(WORDS)
    assert write(ConsoleFormatter("(time)", coloured=True), err) == (
        f"\x1b[2m(time)\x1b[0m \x1b[31mERR\x1b[0m serve request: \x1b[31m{WORDS}\x1b[0m\x1b[2m{places}\x1b[0m\n"
    )


def test_a_coloured_error_without_places():
    """An error that was never raised is all words."""
    assert "serve request: \x1b[31mdisk\x1b[0m\n" in write(ConsoleFormatter(coloured=True), OSError("disk"))


def test_words_that_the_message_has_are_said_once_in_colours_too():
    """`logger.exception(err)`."""
    err = failed()
    line = write(ConsoleFormatter("(time)", coloured=True), err, message=err)
    assert line.count(WORDS) == 1
    assert line.endswith("]\x1b[0m\n")


@pytest.mark.parametrize(
    ("level", "short"), [(10, "DBG"), (20, "INF"), (30, "WRN"), (40, "ERR"), (50, "CRT"), (35, "LEV")]
)
def test_levels_are_three_letters(level, short):
    """As in zerolog; a level without a name too."""
    assert write(ConsoleFormatter("(time)", coloured=False), level=level) == f"(time) {short} serve request\n"


def test_the_time_is_short():
    """People read it now: the date is known."""
    assert write(ConsoleFormatter(coloured=False))[8:] == " ERR serve request\n"


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (Broken(), {}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (io.StringIO(), {"FORCE_COLOR": ""}, False),
        (Terminal(), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
    ],
)
def test_who_decides_about_colours(stream, environment, expected, monkeypatch):
    """NO_COLOR, then FORCE_COLOR, then the terminal."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in write(ConsoleFormatter(stream=stream))) is expected


def test_without_a_stream_stderr_is_asked(monkeypatch):
    """As handlers write there."""
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert "\x1b[" in write(ConsoleFormatter())
    monkeypatch.setattr(sys, "stderr", None)
    assert "\x1b[" not in write(ConsoleFormatter())


@pytest.mark.parametrize("coloured", [True, False])
def test_detail_is_an_indented_block(coloured):
    """Red is what happened, dim is where."""
    err = failed()
    first, *block = write(ConsoleFormatter("(time)", detailed=True, coloured=coloured), err).splitlines()
    assert first.endswith(" serve request")
    assert all(line.startswith("    ") for line in block)
    plain = [line[4:] for line in block]
    if coloured:
        assert plain[0] == "\x1b[31mload run 42 (FileNotFoundError)\x1b[0m"
        assert plain[1].startswith("\x1b[2m    ")
    else:
        assert "\n".join(plain) == stackerr.detailed(err)


def test_stack_info_is_a_block():
    """It was asked for at the call."""
    lines = write(ConsoleFormatter(coloured=False), stack_info=True).splitlines()
    assert lines[1] == "    Stack (most recent call last):"


def test_escapes_in_messages_do_not_reach_the_terminal():
    """What colours a line is ours alone."""
    line = write(ConsoleFormatter("(time)", coloured=False), OSError("\x1b[31mred\a"), message="\x1b]0;title\a")
    assert line == "(time) ERR \\x1b]0;title\\x07: \\x1b[31mred\\x07\n"
