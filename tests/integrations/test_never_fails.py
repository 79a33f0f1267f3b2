"""Whatever the error is, each formatter prints one line, capped, in bounded time, and the program goes on."""

import io
import json
import logging
import time

import pytest
import structlog
from structlog.processors import JSONRenderer, KeyValueRenderer, LogfmtRenderer

import stackerr
from stackerr.integrations import pythonjsonlogger
from stackerr.integrations.console import ConsoleFormatter
from stackerr.integrations.excepthook import report
from stackerr.integrations.handlers import QueueHandler
from stackerr.integrations.logging import Formatter
from stackerr.integrations.structlog import ConsoleErrors, ErrorProcessor

LONGEST = 100_000
SLOWEST = 3.0


class Hostile(Exception):
    """Nothing about it can be asked."""

    def __str__(self):
        raise ValueError("no")

    __repr__ = __str__
    __bool__ = __len__ = __str__
    __notes__ = 3

    def __eq__(self, other):
        raise ValueError("no")

    __hash__ = None

    def __getattribute__(self, name):
        raise SystemError(name)


def cycle():
    """Two errors that are each other's cause."""
    one, two = RuntimeError("one"), RuntimeError("two")
    one.__cause__, two.__cause__ = two, one
    return one


def plain_chain():
    """Five thousand errors, each the cause of the next."""
    err = OSError("root")
    for number in range(5000):
        upper = RuntimeError(f"link {number}")
        upper.__cause__ = err
        err = upper
    return err


def wrapped_chain():
    """Five thousand layers."""
    err = OSError("root")
    for number in range(5000):
        err = stackerr.wrap(err, f"link {number}", **{f"field{number % 50}": number})
    return err


def nested_groups():
    """Groups of groups, each with a long message: what is printed of it must not grow by multiplication."""
    err = OSError("x" * 5000)
    for _ in range(12):
        err = ExceptionGroup("y" * 5000, [err] * 12)
    return err


MAKERS = {
    "hostile": Hostile,
    "hostile below": lambda: stackerr.wrap(Hostile(), "load"),
    "hostile field": lambda: stackerr.wrap(OSError("disk"), "load", field=Hostile(), hint=Hostile(), code=Hostile()),
    "cycle": cycle,
    "plain chain of 5,000": plain_chain,
    "wrapped chain of 5,000": wrapped_chain,
    "group of 10,000": lambda: ExceptionGroup("many", [OSError(f"member {i}") for i in range(10_000)]),
    "nested groups": nested_groups,
    "newlines": lambda: OSError("a\nb\r\nc\x0bd\x85e\u2028f"),
    "escapes": lambda: OSError("\x1b[31mred\x1b]0;title\x07\x9b1m"),
    "NULs": lambda: OSError("a\0b\0"),
    "lone surrogates": lambda: stackerr.wrap(OSError("\ud800 \udfff"), "\udc80", key="\ud800"),
    "megabytes": lambda: stackerr.wrap(OSError("x" * 5_000_000), "y" * 5_000_000, key="z" * 5_000_000),
    "no text": lambda: OSError(),
    "not an Exception": lambda: GeneratorExit("bye"),
}


def by_logging(formatter):
    """The record as a handler writes it."""

    def write(err):
        out = io.StringIO()
        handler = logging.StreamHandler(out)
        handler.setFormatter(formatter)
        handler.handle(record_of(err))
        return out.getvalue()

    return write


def record_of(err):
    """A record of the error. A logger asks for its truth, which an error may refuse."""
    return logging.makeLogRecord({"msg": "serve", "levelname": "ERROR", "exc_info": (type(err), err, None)})


def by_structlog(*processors):
    """The event as a logger prints it."""

    def write(err):
        out = io.StringIO()
        logger = structlog.wrap_logger(structlog.PrintLogger(out), list(processors))
        logger.error("serve", exc_info=(OSError, err, None))
        return out.getvalue()

    return write


def by_queue(err):
    """The record as it arrives in another process."""
    import pickle

    record = pickle.loads(pickle.dumps(QueueHandler(None).prepare(record_of(err))))
    return by_logging(Formatter("%(message)s"))(record.exc_info[1])


def writers(detailed):
    """Every way out."""
    console = structlog.dev.ConsoleRenderer(exception_formatter=ConsoleErrors(detailed))
    names = ("JsonFormatter", "OrjsonFormatter", "MsgspecFormatter")
    json_formatters = {
        f"{name} {schema}": by_logging(getattr(pythonjsonlogger, name)(schema=schema, detailed=detailed))
        for name in names
        for schema in ("stackerr", "ecs", "otel", "datadog", "gcp")
    }
    return json_formatters | {
        "structlog JSON": by_structlog(ErrorProcessor(detailed, "stackerr"), JSONRenderer()),
        "structlog text JSON": by_structlog(ErrorProcessor(detailed), JSONRenderer()),
        "structlog KeyValue": by_structlog(ErrorProcessor(detailed), KeyValueRenderer()),
        "structlog logfmt": by_structlog(ErrorProcessor(detailed), LogfmtRenderer()),
        "structlog console": by_structlog(console),
        "logging": by_logging(Formatter("%(levelname)s %(message)s", detailed=detailed)),
        "console": by_logging(ConsoleFormatter(coloured=False, detailed=detailed)),
        "queue": by_queue,
    }


COMPACT, DETAILED = writers(False), writers(True)


@pytest.fixture(autouse=True)
def failures_are_raised(monkeypatch):
    """A handler prints its own failures and goes on; here they are to be seen."""

    def reraise(handler, record):
        raise  # noqa: PLE0704

    monkeypatch.setattr(logging.Handler, "handleError", reraise)


@pytest.fixture(scope="module")
def errors():
    """Each error, made once."""
    return {name: make() for name, make in MAKERS.items()}


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("outlet", COMPACT)
def test_one_line_capped_in_bounded_time(name, outlet, errors):
    """And UTF-8 can hold it."""
    start = time.process_time()
    text = COMPACT[outlet](errors[name])
    assert time.process_time() - start < SLOWEST
    assert text.endswith("\n")
    assert len(text.splitlines()) == 1
    assert len(text) < LONGEST
    assert "serve" in text or outlet == "queue"
    assert "\0" not in text
    text.encode()
    if "JSON" in outlet or "Formatter" in outlet:
        json.loads(text)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("outlet", DETAILED)
def test_detail_in_bounded_time(name, outlet, errors):
    """On many lines, and no less safe."""
    start = time.process_time()
    text = DETAILED[outlet](errors[name])
    assert time.process_time() - start < SLOWEST
    assert len(text) < 50 * LONGEST
    assert "\0" not in text
    text.encode()


@pytest.mark.parametrize("name", MAKERS)
def test_the_report_of_an_uncaught_error(name, errors):
    """What the hooks and `cli.main` print."""
    text = report(errors[name])
    assert len(text.splitlines()) == 1
    assert len(text) < LONGEST


def test_the_program_goes_on():
    """A logger that was given the worst logs the next record as if nothing had been."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Formatter("%(message)s"))
    handler.handle(record_of(Hostile()))
    handler.handle(record_of(OSError("disk")))
    assert out.getvalue().splitlines()[1] == "serve: disk"


def spend(secret):
    """Fail with the secret in a local variable, in an argument, and in a frame above."""
    password = secret + "!"
    try:
        with stackerr.wrapping("spend"):
            return {"password": len(password)}["no such key"]
    except KeyError as err:
        raise RuntimeError("pay") from err


@pytest.mark.parametrize("outlet", COMPACT)
def test_no_local_variable_is_ever_printed(outlet):
    """Not on the line, and not in detail."""
    secret = "hunter" + str(2)
    with pytest.raises(RuntimeError) as caught:
        spend(secret)
    assert secret not in COMPACT[outlet](caught.value)
    assert secret not in DETAILED[outlet](caught.value)
    assert secret not in stackerr.detailed(caught.value)
