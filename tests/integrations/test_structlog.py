"""structlog: errors as text or as data, with every renderer, sync and async."""

# ruff: noqa: LOG001 - loggers of their own, so that no test meets the handlers of another

import asyncio
import io
import json
import logging

import pytest
import structlog
from structlog.processors import JSONRenderer, KeyValueRenderer, LogfmtRenderer

import stackerr
from stackerr.integrations.structlog import ConsoleErrors, ErrorProcessor


def failed():
    """An error of two links, raised and caught."""
    try:
        with stackerr.wrapping("load run %s", 42, run_id=42):
            raise FileNotFoundError(2, "No such file", "runs/42")
    except OSError as err:
        return err


WORDS = "load run 42: [Errno 2] No such file: 'runs/42'"


def logger_with(*processors):
    """A logger and where it writes."""
    out = io.StringIO()
    return structlog.wrap_logger(structlog.PrintLogger(out), list(processors)), out


def test_text_goes_to_the_key_error():
    """It replaces `format_exc_info`."""
    err = failed()
    log, out = logger_with(ErrorProcessor(), JSONRenderer())
    log.error("serve", user=7, exc_info=err)
    assert json.loads(out.getvalue()) == {"user": 7, "event": "serve", "error": stackerr.compact(err)}


def test_data_goes_to_the_keys_of_the_schema():
    """It replaces `dict_tracebacks`."""
    err = failed()
    log, out = logger_with(ErrorProcessor(schema="stackerr"), JSONRenderer())
    log.error("serve", exc_info=err)
    assert json.loads(out.getvalue()) == {"event": "serve", "error": stackerr.describe(err)}


@pytest.mark.parametrize(
    ("schema", "key"), [("ecs", "error"), ("otel", "Attributes"), ("datadog", "error"), ("gcp", "@type")]
)
def test_every_schema(schema, key):
    """As in the JSON formatter."""
    log, out = logger_with(ErrorProcessor(schema=schema), JSONRenderer())
    log.error("serve", exc_info=failed())
    assert key in json.loads(out.getvalue())


def test_an_unknown_schema_is_refused_at_once():
    """Not at the first error."""
    with pytest.raises(ValueError, match="schema='splunk' is unknown"):
        ErrorProcessor(schema="splunk")


@pytest.mark.parametrize("exc_info", [True, 1, "tuple", "instance"])
def test_exc_info_in_all_its_forms(exc_info):
    """What structlog takes."""
    log, out = logger_with(ErrorProcessor(), JSONRenderer())
    try:
        raise failed()
    except OSError as err:
        forms = {"tuple": (type(err), err, err.__traceback__), "instance": err}
        log.error("serve", exc_info=forms.get(exc_info, exc_info))
    assert json.loads(out.getvalue())["error"].startswith(f"{WORDS} [")


@pytest.mark.parametrize("nothing", [None, False, (None, None, None), True])
def test_no_error_adds_nothing(nothing):
    """Outside of an `except` clause True finds none."""
    log, out = logger_with(ErrorProcessor(), JSONRenderer())
    log.error("serve", exc_info=nothing)
    assert json.loads(out.getvalue()) == {"event": "serve"}


def test_as_data_no_error_adds_nothing_either():
    """An event without an error passes as it is."""
    assert ErrorProcessor(schema="ecs")(None, "info", {"event": "serve"}) == {"event": "serve"}


def test_values_that_are_errors_are_put_into_words():
    """`err=e` needs no `exc_info`, and the error need never have been raised."""
    log, out = logger_with(ErrorProcessor(), JSONRenderer())
    log.error("serve", err=stackerr.with_message(OSError("disk"), "save"), other=KeyError("id"))
    assert json.loads(out.getvalue()) == {"event": "serve", "err": "save: disk", "other": "'id' (KeyError)"}


def test_the_event_itself_may_be_an_error():
    """`log.error(e)`."""
    log, out = logger_with(ErrorProcessor(), JSONRenderer())
    log.error(OSError("disk"))
    assert json.loads(out.getvalue()) == {"event": "disk"}


def test_one_error_is_told_once():
    """`log.exception("…", err=e)` has it twice."""
    log, out = logger_with(ErrorProcessor(), JSONRenderer())
    err = OSError("disk")
    log.error("serve", err=err, exc_info=err)
    assert json.loads(out.getvalue()) == {"event": "serve", "err": "disk"}


def test_as_data_the_first_error_value_has_the_keys():
    """The others stay where they are, as text."""
    log, out = logger_with(ErrorProcessor(schema="stackerr"), JSONRenderer())
    err = OSError("disk")
    log.error("serve", err=err, other=KeyError("id"))
    assert json.loads(out.getvalue()) == {
        "event": "serve",
        "other": "'id' (KeyError)",
        "error": stackerr.describe(err),
    }
    out.truncate(0)
    out.seek(0)
    log.error("serve", err=err, exc_info=KeyError("id"))
    assert json.loads(out.getvalue()) == {
        "event": "serve",
        "err": "disk",
        "error": stackerr.describe(KeyError("id")),
    }
    out.truncate(0)
    out.seek(0)
    log.error(err)
    assert json.loads(out.getvalue()) == {"event": "disk", "error": stackerr.describe(err)}


def test_an_unraised_cause_is_kept():
    """structlog's own tracebacks drop causes that have no traceback."""
    err = RuntimeError("save")
    err.__cause__ = OSError("disk")
    log, out = logger_with(ErrorProcessor(schema="stackerr"), JSONRenderer())
    log.error("serve", exc_info=err)
    assert json.loads(out.getvalue())["error"]["message"] == "save: disk"


def test_key_value_renderer():
    """One line."""
    log, out = logger_with(ErrorProcessor(), KeyValueRenderer())
    log.error("serve", exc_info=OSError("disk full"))
    assert out.getvalue() == "event='serve' error='disk full'\n"


def test_logfmt_renderer():
    """One line, quoted as logfmt wants it."""
    log, out = logger_with(ErrorProcessor(), LogfmtRenderer())
    log.error("serve", exc_info=failed())
    assert out.getvalue().startswith(f'event=serve error="{WORDS} [')
    assert out.getvalue().count("\n") == 1


def test_console_renderer_behind_the_processor():
    """A value like any other."""
    log, out = logger_with(ErrorProcessor(), structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0))
    log.error("serve", exc_info=OSError("disk"))
    assert out.getvalue() == "serve error=disk\n"


def test_console_renderer_in_detail():
    """`detailed` goes to the key `exception`, which the renderer prints as a block."""
    renderer = structlog.dev.ConsoleRenderer(
        colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
    )
    log, out = logger_with(ErrorProcessor(detailed=True), renderer)
    err = failed()
    log.error("serve", exc_info=err)
    assert out.getvalue() == f"serve\n{stackerr.detailed(err)}\n"


def test_values_in_detail():
    """An error value is told in detail too; the event stays one line."""
    log, out = logger_with(ErrorProcessor(detailed=True), JSONRenderer())
    err = failed()
    log.error(err, err=err)
    assert json.loads(out.getvalue()) == {"event": stackerr.compact(err), "err": stackerr.detailed(err)}


@pytest.mark.parametrize("colors", [True, False])
def test_console_errors_write_on_the_same_line(colors):
    """In red, the places dim; or plain."""
    renderer = structlog.dev.ConsoleRenderer(
        colors=False, pad_event_to=0, exception_formatter=ConsoleErrors(colors=colors)
    )
    log, out = logger_with(renderer)
    err = failed()
    log.error("serve", exc_info=err)
    places = stackerr.compact(err).removeprefix(WORDS)
    expected = f"\x1b[31m{WORDS}\x1b[0m\x1b[2m{places}\x1b[0m" if colors else f"{WORDS}{places}"
    assert out.getvalue() == f"serve: {expected}\n"


@pytest.mark.parametrize("colors", [True, False])
def test_console_errors_in_detail(colors):
    """An indented block."""
    sio = io.StringIO()
    ConsoleErrors(detailed=True, colors=colors)(sio, (OSError, OSError("disk"), None))
    assert sio.getvalue() == ("\n    \x1b[31mdisk (OSError)\x1b[0m" if colors else "\n    disk (OSError)")


def test_console_errors_of_nothing():
    """No error, no text."""
    sio = io.StringIO()
    ConsoleErrors()(sio, (None, None, None))
    assert sio.getvalue() == ""


def test_processor_formatter_takes_stdlib_records():
    """`ProcessorFormatter` hands `exc_info` of foreign records to its processors."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, ErrorProcessor(), JSONRenderer()],
        )
    )
    logger = logging.Logger("service")
    logger.addHandler(handler)
    logger.error("serve", exc_info=OSError("disk"))
    assert json.loads(out.getvalue()) == {"event": "serve", "error": "disk"}


def test_contextvars_and_bound_values():
    """What is bound to the logger or to the context is there beside the error."""
    log, out = logger_with(structlog.contextvars.merge_contextvars, ErrorProcessor(), JSONRenderer())
    with structlog.contextvars.bound_contextvars(request="r1"):
        log.bind(user=7).error("serve", exc_info=OSError("disk"))
    assert json.loads(out.getvalue()) == {"user": 7, "event": "serve", "request": "r1", "error": "disk"}


def test_async_loggers():
    """`await log.aexception(…)` finds the error being handled, though another thread writes the line."""
    out = io.StringIO()
    log = structlog.wrap_logger(
        structlog.PrintLogger(out),
        [ErrorProcessor(), JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(0),
    )

    async def main():
        try:
            raise failed()
        except OSError as err:
            await log.aexception("serve")
            await log.aerror("serve", err=err)

    asyncio.run(main())
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first["error"].startswith(f"{WORDS} [")
    assert second["err"] == first["error"]


def test_the_one_switch():
    """`configure(detailed=True)` is asked at the moment of use."""
    err = failed()
    stackerr.configure(detailed=True)
    try:
        assert ErrorProcessor()(None, "error", {"exc_info": err}) == {"exception": stackerr.detailed(err)}
    finally:
        stackerr.configure(detailed=False)
    assert ErrorProcessor()(None, "error", {"exc_info": err}) == {"error": stackerr.compact(err)}
