"""The standard library's logging: the line, the detail, and peace with other handlers."""

# ruff: noqa: LOG001 - loggers of their own, so that no test meets the handlers of another

import asyncio
import io
import json
import logging
import logging.config
import subprocess
import sys

import pytest

import stackerr
from stackerr.integrations.logging import Formatter

FORMAT = "%(levelname)s %(message)s"


@pytest.fixture(autouse=True)
def one_switch_off():
    """Every test starts and ends with the one switch off."""
    stackerr.configure(detailed=False)
    yield
    stackerr.configure(detailed=False)


def failed():
    """An error of three links, raised and caught."""
    try:
        with stackerr.wrapping("load run %s", 42, run_id=42), stackerr.wrapping("read object"):
            raise FileNotFoundError(2, "No such file", "runs/42")
    except OSError as err:
        return err


WORDS = "load run 42: read object: [Errno 2] No such file: 'runs/42'"


def logger_with(*formatters):
    """A logger that writes with each formatter, and what is written."""
    logger = logging.Logger("service")
    outs = []
    for formatter in formatters:
        outs.append(io.StringIO())
        handler = logging.StreamHandler(outs[-1])
        handler.setFormatter(formatter)
        logger.addHandler(handler)
    return logger, outs


def write(formatter, *args, **keywords):
    """What an error record with these arguments looks like."""
    logger, (out,) = logger_with(formatter)
    logger.error(*args, **keywords)
    return out.getvalue()


def test_the_line_is_the_message_and_the_compact_error():
    """`message: compact`, on one line."""
    err = failed()
    line = write(Formatter(FORMAT), "serve %s", "request", exc_info=err)
    assert line == f"ERROR serve request: {stackerr.compact(err)}\n"
    assert line.startswith(f"ERROR serve request: {WORDS} [")
    assert line.count("test_logging.py:") == 2


def test_exc_info_true_takes_the_error_being_handled():
    """As `logger.exception` does."""
    logger, (out,) = logger_with(Formatter(FORMAT))
    try:
        raise failed()
    except OSError:
        logger.exception("serve request")
        logger.error("serve request", exc_info=True)  # noqa: G201 - it is what is tested
    assert out.getvalue().count(f"ERROR serve request: {WORDS} [") == 2
    assert out.getvalue().count("\n") == 2


def test_exc_info_may_be_a_tuple():
    """As from `sys.exc_info()`."""
    err = failed()
    assert WORDS in write(Formatter(FORMAT), "serve", exc_info=(type(err), err, err.__traceback__))


@pytest.mark.parametrize("nothing", [(None, None, None), None, False, (), (None,)])
def test_no_error_adds_nothing(nothing):
    """`(None, None, None)`, which stdlib prints as `NoneType: None`, is no error."""
    record = logging.makeLogRecord({"msg": "serve", "levelname": "ERROR", "exc_info": nothing})
    assert Formatter(FORMAT).format(record) == "ERROR serve"


def test_exc_info_true_without_an_error_adds_nothing():
    """There is none being handled."""
    assert write(Formatter(FORMAT), "serve", exc_info=True) == "ERROR serve\n"


def test_a_record_that_holds_the_error_itself_or_true():
    """Records that are made by hand have not gone through the logger's own normalising."""
    record = logging.makeLogRecord({"msg": "serve", "levelname": "ERROR", "exc_info": failed()})
    assert WORDS in Formatter(FORMAT).format(record)
    record.exc_info = True
    try:
        raise failed()
    except OSError:
        assert WORDS in Formatter(FORMAT).format(record)


def test_the_error_stands_where_the_message_stands():
    """A format may go on after the message."""
    line = write(Formatter("%(message)s (%(name)s)"), "serve", exc_info=KeyError("id"))
    assert line == "serve: 'id' (KeyError) (service)\n"


@pytest.mark.parametrize(("style", "fmt"), [("{", "{levelname} {message}"), ("$", "${levelname} ${message}")])
def test_every_style_of_format(style, fmt):
    """As in `logging.Formatter`."""
    assert write(Formatter(fmt, style=style), "serve", exc_info=OSError("disk")) == "ERROR serve: disk\n"


def test_time_and_defaults_are_those_of_logging():
    """`datefmt` and `defaults` mean what they mean there."""
    formatter = Formatter("%(asctime)s %(user)s %(message)s", "(time)", defaults={"user": "ann"})
    assert write(formatter, "serve", exc_info=OSError("disk")) == "(time) ann serve: disk\n"


def test_words_that_the_message_ends_with_are_said_once():
    """`logger.exception(err)` and `logger.error("failed: %s", err, exc_info=err)` are common."""
    err = failed()
    places = stackerr.compact(err).removeprefix(WORDS)
    assert write(Formatter(FORMAT), err, exc_info=err) == f"ERROR {WORDS}{places}\n"
    assert write(Formatter(FORMAT), "failed: %s", err, exc_info=err) == f"ERROR failed: {WORDS}{places}\n"


def test_a_message_of_megabytes_is_cut_beside_an_error():
    """`logger.exception(err)` of an error with a huge text is a line that a log can bear; the count says what is missing."""
    line = write(Formatter("%(message)s"), "x" * 2_000_000, exc_info=OSError("disk"))
    assert line == f"{'x' * 10_000}… 1990000 more characters: disk\n"


def test_an_empty_message_leaves_the_error_alone():
    """No colon stands before nothing."""
    assert write(Formatter("%(message)s"), "", exc_info=OSError("disk")) == "disk\n"


def test_a_chain_that_has_never_heard_of_stackerr():
    """Plain `raise … from` prints the same way, its places read from the tracebacks."""
    try:
        try:
            json.loads("{")
        except ValueError as err:
            raise RuntimeError("load settings") from err
    except RuntimeError as err:
        line = write(Formatter(FORMAT), "start", exc_info=err)
    assert line.startswith("ERROR start: load settings: Expecting property name")
    assert line.count("test_logging.py:") == 2
    assert " > json/decoder.py:" in line


def test_stack_info_is_kept_on_the_line():
    """What was asked for at the call is there, without a line break."""
    line = write(Formatter(FORMAT), "serve", exc_info=OSError("disk"), stack_info=True)
    assert line.startswith("ERROR serve: disk | Stack (most recent call last): | File ")
    assert "in test_stack_info_is_kept_on_the_line | " in line
    assert line.count("\n") == 1


def test_a_message_cannot_forge_a_line():
    """Line breaks and escapes in the words of the log call are shown, not obeyed."""
    assert (
        write(Formatter(FORMAT), "user %s", "ann\nERROR forged\x1b[31m") == "ERROR user ann\\nERROR forged\\x1b[31m\n"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_a_line_break_at_the_end_of_a_message_is_no_part_of_it(end):
    """uvicorn's `Exception in ASGI application` ends with one, for the traceback to stand below."""
    assert write(Formatter(FORMAT), f"serve{end}", exc_info=KeyError("id")) == "ERROR serve: 'id' (KeyError)\n"


def test_in_detail_a_block_follows():
    """`detailed=True` prints everything, indented, so that log readers take it for one record."""
    err = failed()
    text = write(Formatter(FORMAT, detailed=True), "serve", exc_info=err, stack_info=True)
    first, *rest = text.splitlines()
    assert first == "ERROR serve"
    assert all(line.startswith("    ") for line in rest)
    assert "\n".join(line[4:] for line in rest).startswith(stackerr.detailed(err))
    assert "        run_id=42" in rest
    assert "    Stack (most recent call last):" in rest


def test_in_detail_without_an_error_the_message_stands():
    """Its line breaks too."""
    assert write(Formatter(FORMAT, detailed=True), "a\nb") == "ERROR a\nb\n"


def test_the_one_switch_is_asked_at_the_moment_of_use():
    """`configure(detailed=True)` changes formatters that are there already, unless they were told otherwise."""
    asked, told = Formatter(FORMAT), Formatter(FORMAT, detailed=False)
    stackerr.configure(detailed=True)
    assert write(asked, "serve", exc_info=failed()).count("\n") > 3
    assert write(told, "serve", exc_info=failed()).count("\n") == 1
    stackerr.configure(detailed=False)
    assert write(asked, "serve", exc_info=failed()).count("\n") == 1


def test_the_environment_switches_a_program():
    """`STACKERR_DETAILED_ERRORS=1` is enough."""
    script = (
        "import logging; from stackerr.integrations.logging import Formatter\n"
        "h = logging.StreamHandler(); h.setFormatter(Formatter('%(message)s')); logging.basicConfig(handlers=[h])\n"
        "logging.error('serve', exc_info=OSError('disk'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"STACKERR_DETAILED_ERRORS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "serve\n    disk (OSError)\n"


@pytest.mark.parametrize("ours_first", [True, False])
@pytest.mark.parametrize("detailed", [True, False])
def test_other_handlers_print_their_own(ours_first, detailed):
    """`record.exc_text` is neither read nor written, so the order of handlers changes nothing."""
    err = failed()
    ours, plain = Formatter(FORMAT, detailed=detailed), logging.Formatter(FORMAT)
    logger, outs = logger_with(*([ours, plain] if ours_first else [plain, ours]))
    logger.error("serve", exc_info=err)
    own, other = (outs if ours_first else outs[::-1])[0].getvalue(), (outs[::-1] if ours_first else outs)[0].getvalue()
    assert own == write(ours, "serve", exc_info=err)
    assert other == write(plain, "serve", exc_info=err)
    assert "Traceback (most recent call last)" in other
    assert "Traceback (most recent call last)" not in own


def test_the_record_is_left_as_it_was():
    """A later handler reads the plain message and no text of ours."""
    record = logging.makeLogRecord({"msg": "serve", "levelname": "ERROR", "exc_info": failed()})
    Formatter(FORMAT).format(record)
    assert record.message == "serve"
    assert record.exc_text is None


def test_format_exception_is_ours_too():
    """For formatters that are built on this one."""
    err = failed()
    triple = (type(err), err, err.__traceback__)
    assert Formatter().formatException(triple) == stackerr.compact(err)
    assert Formatter(detailed=True).formatException(triple) == stackerr.detailed(err)
    assert Formatter().formatException((None, None, None)) == ""


def test_a_message_whose_arguments_fail_is_not_lost():
    """What is left of it stands on the line, and so does the error."""

    class Hostile:
        def __str__(self):
            raise ValueError("no")

    line = write(Formatter(FORMAT), "user %s", Hostile(), exc_info=OSError("disk"))
    assert line == "ERROR user %s <cannot be formatted: ValueError>: disk\n"
    assert write(Formatter(FORMAT), Hostile()) == "ERROR <Hostile> <cannot be formatted: ValueError>\n"


def test_by_dict_config(capsys):
    """Both ways of dictConfig: `()` with what the class takes, and `class` with what logging knows."""
    formatters = {
        "short": {"()": "stackerr.integrations.logging.Formatter", "format": FORMAT, "detailed": False},
        "long": {"()": "stackerr.integrations.logging.Formatter", "format": FORMAT, "detailed": True},
        "by_class": {"class": "stackerr.integrations.logging.Formatter", "format": FORMAT},
    }
    handlers = {
        name: {"class": "logging.StreamHandler", "formatter": name, "stream": "ext://sys.stderr"} for name in formatters
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": formatters,
            "handlers": handlers,
            "loggers": {"by_dict": {"handlers": list(handlers), "propagate": False}},
        }
    )
    logging.getLogger("by_dict").error("serve", exc_info=OSError("disk"))
    text = capsys.readouterr().err
    assert text == "ERROR serve: disk\nERROR serve\n    disk (OSError)\nERROR serve: disk\n"


def test_by_file_config(tmp_path, capsys):
    """fileConfig names the class; detail comes from the one switch."""
    path = tmp_path / "logging.ini"
    path.write_text(
        """
[loggers]
keys = root, by_file
[handlers]
keys = console
[formatters]
keys = line
[logger_root]
handlers =
[logger_by_file]
qualname = by_file
handlers = console
propagate = 0
[handler_console]
class = StreamHandler
formatter = line
args = (sys.stderr,)
[formatter_line]
class = stackerr.integrations.logging.Formatter
format = %(levelname)s %(message)s
""",
        encoding="utf-8",
    )
    logging.config.fileConfig(path, disable_existing_loggers=False)
    logging.getLogger("by_file").error("serve", exc_info=OSError("disk"))
    assert capsys.readouterr().err == "ERROR serve: disk\n"


def test_it_imports_no_other_guest():
    """Whoever has logging alone needs nothing else."""
    script = (
        "import stackerr.integrations.logging, sys; print(sorted({'pythonjsonlogger', 'structlog'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_an_error_in_a_task_is_logged_on_one_line():
    """What asyncio logs with its own record goes through the formatter like any other."""
    logger, (out,) = logger_with(Formatter(FORMAT))

    async def main():
        results = await asyncio.gather(fail(), return_exceptions=True)
        logger.error("task", exc_info=results[0])

    async def fail():
        raise failed()

    asyncio.run(main())
    assert out.getvalue().startswith(f"ERROR task: {WORDS} [")
    assert out.getvalue().count("\n") == 1
