"""OpenTelemetry: the exception events of spans hold the one line, or the detail, in place of the traceback."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from opentelemetry.sdk.trace import SpanProcessor

import stackerr

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span
    from opentelemetry.util.types import Attributes, AttributeValue


def record(
    span: Span,
    exception: BaseException,
    attributes: Attributes = None,
    timestamp: int | None = None,
    escaped: bool = False,
    *,
    detailed: bool | None = None,
) -> None:
    """Record an error on a span, as `span.record_exception` does, with the chain in place of the traceback.

    Args:
        span: the span.
        exception: any exception.
        attributes: more attributes of the event; they go before those made here.
        timestamp: nanoseconds since 1970; None is now.
        escaped: whether the error leaves the span.
        detailed: True for everything in `exception.stacktrace`, False for the one line; None asks the one switch.

    Source: OpenTelemetry semantic conventions, Exceptions on spans.

    >>> from opentelemetry.sdk.trace import TracerProvider
    >>> span = TracerProvider().get_tracer("app").start_span("load")
    >>> record(span, stackerr.new("disk full"))
    >>> dict(span.events[0].attributes)["exception.message"]
    'disk full'
    """
    described = {**describe(exception, detailed=detailed), "exception.escaped": str(escaped)}
    span.add_event("exception", {**described, **(attributes or {})}, timestamp)


def describe(err: BaseException, *, detailed: bool | None = None) -> dict[str, AttributeValue]:
    """The attributes that the semantic conventions name, for a span's event or a log record.

    Args:
        err: any exception.
        detailed: as `record` takes it.

    Returns:
        `exception.type`, `exception.message` (the text of the whole chain) and `exception.stacktrace`.

    >>> describe(KeyError("id"))
    {'exception.type': 'KeyError', 'exception.message': "'id'", 'exception.stacktrace': "'id' (KeyError)"}
    """
    is_detailed = stackerr.is_detailed() if detailed is None else detailed
    return {
        "exception.type": stackerr.chain(err)[0].qualified_type,
        "exception.message": stackerr.to_dict(err)["message"],
        "exception.stacktrace": stackerr.detailed(err) if is_detailed else stackerr.compact(err),
    }


class ErrorProcessor(SpanProcessor):
    """A span processor by which every `span.record_exception` records as `record` does.

    Args:
        detailed: as `record` takes it.

    That includes the errors that leave a `with tracer.start_as_current_span(…):` block, and those that instrumentations
    record: the code that makes spans stays as it is. Add it to the provider before spans are started.

    >>> from opentelemetry.sdk.trace import TracerProvider
    >>> provider = TracerProvider()
    >>> provider.add_span_processor(ErrorProcessor())
    >>> span = provider.get_tracer("app").start_span("load")
    >>> span.record_exception(stackerr.wrap(stackerr.new("disk full"), "save cache"))
    >>> span.events[0].attributes["exception.message"]
    'save cache: disk full'
    """

    def __init__(self, *, detailed: bool | None = None) -> None:
        self.detailed = detailed

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002
        """Give a span that starts a `record_exception` of ours; after its end nobody is told the error itself."""
        span.record_exception = partial(record, span, detailed=self.detailed)  # type: ignore[method-assign]
