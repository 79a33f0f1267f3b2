"""Spans hold the one line in place of the traceback, also for code that has never heard of stackerr."""

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import stackerr
from stackerr import Sentinel, compact, configure, detailed, wrap
from stackerr.integrations.opentelemetry import ErrorProcessor, describe, record

SECRET = "s3cr3t-7f1e"


class ErrNotExist(Sentinel, message="no such object"):
    """The object is not there."""


class Tracing:
    """A provider with the processor, and what it exports."""

    def __init__(self, **options):
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(ErrorProcessor(**options))
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = provider.get_tracer("test")

    def events(self):
        return [event for span in self.exporter.get_finished_spans() for event in span.events]


def fail():
    password = SECRET  # noqa: F841 - planted for a tracer that prints locals
    try:
        raise ErrNotExist("runs/42")
    except ErrNotExist as e:
        raise wrap(e, "load run 42", run=42) from e


def failure():
    try:
        fail()
    except ErrNotExist as err:
        return err


def test_an_error_that_leaves_a_span_is_recorded_as_one_line():
    """Ordinary code with `start_as_current_span` needs no change."""
    tracing = Tracing()
    with pytest.raises(ErrNotExist) as caught, tracing.tracer.start_as_current_span("load"):
        fail()
    (event,) = tracing.events()
    assert event.name == "exception"
    assert dict(event.attributes) == {
        "exception.type": f"{__name__}.ErrNotExist",
        "exception.message": "load run 42: runs/42",
        "exception.stacktrace": compact(caught.value),
        "exception.escaped": "False",
    }
    assert event.attributes["exception.stacktrace"].startswith("load run 42: runs/42 [")


def test_a_span_used_as_a_context_manager_says_that_the_error_escaped():
    """The SDK tells by the argument `escaped`; so do we."""
    tracing = Tracing()
    with pytest.raises(ErrNotExist), tracing.tracer.start_span("load"):
        fail()
    assert [event.attributes["exception.escaped"] for event in tracing.events()] == ["True"]


def test_an_error_that_stackerr_has_never_seen_is_recorded_as_one_line():
    """A plain chain prints the same way."""
    tracing = Tracing()
    with pytest.raises(KeyError), tracing.tracer.start_as_current_span("load"):
        {}["id"]
    (event,) = tracing.events()
    assert event.attributes["exception.type"] == "KeyError"
    assert "\n" not in event.attributes["exception.stacktrace"]
    assert "test_opentelemetry.py:" in event.attributes["exception.stacktrace"]


def test_record_takes_what_record_exception_takes():
    """Attributes of the caller go before ours, and the time is the caller's."""
    tracing = Tracing()
    with tracing.tracer.start_span("load") as span:
        span.record_exception(KeyError("id"), {"exception.message": "mine", "attempt": 3}, 17, escaped=True)
    (event,) = tracing.events()
    assert event.timestamp == 17
    assert event.attributes["exception.message"] == "mine"
    assert event.attributes["attempt"] == 3
    assert event.attributes["exception.escaped"] == "True"


def test_without_the_processor_record_does_the_same():
    """Where the provider belongs to somebody else, one error can be recorded alone."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    err = failure()
    with provider.get_tracer("test").start_span("load") as span:
        record(span, err)
    assert exporter.get_finished_spans()[0].events[0].attributes["exception.stacktrace"] == compact(err)


def test_detail_is_in_the_stacktrace_when_asked_for():
    """By the argument, and by the one switch at the moment of use."""
    err = failure()
    assert describe(err, detailed=True)["exception.stacktrace"] == detailed(err)
    configure(detailed=True)
    try:
        assert describe(err)["exception.stacktrace"] == detailed(err)
        assert describe(err, detailed=False)["exception.stacktrace"] == compact(err)
    finally:
        configure(detailed=False)


def test_the_processor_can_be_told_to_record_in_detail():
    """One exporter may want everything while the logs stay short."""
    tracing = Tracing(detailed=True)
    with tracing.tracer.start_span("load") as span:
        span.record_exception(failure())
    assert "called from" in tracing.events()[0].attributes["exception.stacktrace"]


class Hostile(Exception):
    """An error whose text cannot be read."""

    def __str__(self):
        raise RuntimeError("no text")


def deep():
    err = KeyError("root")
    for number in range(5000):
        err = wrap(err, f"step {number}")
    return err


@pytest.mark.parametrize(
    "err",
    [
        Hostile("x"),
        deep(),
        ValueError("x" * 10_000_000),
        ValueError("a\nb\x00\x1b[31m\udc80"),
        stackerr.join(*(KeyError(n) for n in range(10_000))),
    ],
    ids=["hostile", "deep", "huge", "control", "group"],
)
def test_recording_never_fails(err):
    """The stacktrace is one line that an exporter can encode, capped, whatever the error is."""
    tracing = Tracing()
    with tracing.tracer.start_span("load") as span:
        span.record_exception(err)
    (event,) = tracing.events()
    stacktrace = event.attributes["exception.stacktrace"]
    assert len(stacktrace.splitlines()) == 1
    assert len(stacktrace) < 20_000
    assert len(event.attributes["exception.message"]) < 20_000
    assert all(str(value).encode() for value in event.attributes.values())


@pytest.mark.parametrize("is_detailed", [False, True])
def test_no_local_variable_is_recorded(is_detailed):
    """A secret in a variable of a failing function stays there."""
    tracing = Tracing(detailed=is_detailed)
    with pytest.raises(ErrNotExist), tracing.tracer.start_as_current_span("load"):
        fail()
    assert SECRET not in str(dict(tracing.events()[0].attributes))
