"""What a structured log calls the parts of a record, as each backend wants them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import stackerr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_GCP_EVENT = "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent"
_KEYWORDS = (str, int, float, bool)


class Schema(NamedTuple):
    """The names of one backend.

    Attributes:
        error: makes of an error the keys that a record gets; the flag asks for detail.
        names: what the attributes of a `LogRecord` are called; empty leaves them to the formatter.
        time: the key of the time and how it is made of seconds since the epoch.
        constants: keys that every record has.
    """

    error: Callable[[BaseException, bool], dict[str, Any]]
    names: Mapping[str, str] = {}
    time: tuple[str, Callable[[float], Any]] | None = None
    constants: Mapping[str, Any] = {}


def find_schema(name: str) -> Schema:
    """The schema of a name.

    Raises:
        ValueError: there is none of that name; the text says which there are.
    """
    if name not in SCHEMAS:
        raise ValueError(f"schema={name!r} is unknown: wanted one of {', '.join(SCHEMAS)}")
    return SCHEMAS[name]


def error_as_stackerr(err: BaseException, detailed: bool) -> dict[str, Any]:
    """`error.message`, `.type`, `.chain`, `.fields`; in detail `.detail`, the chain as `to_dict` tells it.

    >>> told = error_as_stackerr(KeyError("id"), False)
    >>> told["error"]["message"], told["error"]["type"]
    ("'id' (KeyError)", 'KeyError')
    """
    error = stackerr.describe(err)
    if detailed:
        error["detail"] = stackerr.to_dict(err, detailed=True)["chain"]
    return {"error": error}


def error_as_ecs(err: BaseException, detailed: bool) -> dict[str, Any]:
    """The Elastic Common Schema: `error.message`, `error.type`, `error.stack_trace`, `error.code`, and `labels`.

    The stack trace is the places, one a line, or all in detail. Fields become `labels`: keywords, nothing nested.

    Source: <https://www.elastic.co/docs/reference/ecs/ecs-error> and `…/ecs-base`, `…/ecs-log`.
    """
    told = stackerr.describe(err)
    error = {"message": told["message"], "type": told["type"], "stack_trace": _stack_trace(err, told, detailed)}
    fields = told["fields"]
    if fields.get("code") is not None:
        error["code"] = str(fields["code"])
    labels = {key: value if isinstance(value, _KEYWORDS) else str(value) for key, value in fields.items()}
    return {"error": error, "labels": labels} if labels else {"error": error}


def error_as_otel(err: BaseException, detailed: bool) -> dict[str, Any]:
    """OpenTelemetry: `Attributes` with `exception.type`, `exception.message`, `exception.stacktrace`, and the fields.

    Source: <https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/>, and for the names of the record's
    own parts <https://opentelemetry.io/docs/specs/otel/logs/data-model/>.
    """
    told = stackerr.describe(err)
    exception = {
        "exception.type": stackerr.chain(err)[0].qualified_type,
        "exception.message": told["message"],
        "exception.stacktrace": _stack_trace(err, told, detailed),
    }
    return {"Attributes": {**told["fields"], **exception}}


def error_as_datadog(err: BaseException, detailed: bool) -> dict[str, Any]:
    """Datadog: `error.kind`, `error.message`; in detail `error.stack` as Python writes it, and `error.detail`.

    Error Tracking takes a log that has a kind or a stack, and wants of a stack that it be a valid stack trace. The one
    line is none, so that without detail there is the kind alone.

    Source: <https://docs.datadoghq.com/error_tracking/backend/logs/> and
    <https://docs.datadoghq.com/standard-attributes/>.
    """
    told = stackerr.describe(err)
    error = {"kind": told["type"], "message": told["message"], "chain": told["chain"], "fields": told["fields"]}
    if detailed:
        error["stack"] = as_traceback(err)
        error["detail"] = stackerr.detailed(err)
    return {"error": error}


def error_as_gcp(err: BaseException, detailed: bool) -> dict[str, Any]:
    """Google Cloud: a reported error event, grouped by `context.reportLocation`.

    In detail, `stack_trace` as Python writes it, which is the form that Error Reporting parses, and `error.detail`.

    Source: <https://cloud.google.com/error-reporting/docs/formatting-error-messages> and, for the names of the record's
    own parts, <https://cloud.google.com/logging/docs/structured-logging>.
    """
    entry: dict[str, Any] = {"@type": _GCP_EVENT, "error": stackerr.describe(err)}
    frame = stackerr.chain(err)[-1].frame
    if frame is not None:
        location = {"filePath": frame.file, "lineNumber": frame.line, "functionName": frame.function}
        entry["context"] = {"reportLocation": location}
    if detailed:
        entry["stack_trace"] = as_traceback(err)
        entry["error"]["detail"] = stackerr.detailed(err)
    return entry


def as_traceback(err: BaseException) -> str:
    """The calls that led to the error in the form of Python's tracebacks, for backends that parse those.

    It has no source lines: none is read. Of frames that come twice the first is shown.

    >>> print(as_traceback(stackerr.new("disk full")))
    Traceback (most recent call last):
    ...
      File "<doctest ...>", line 1, in <module>
    Error: disk full
    """
    told = stackerr.to_dict(err, detailed=True)
    placed = [entry for entry in told["chain"] if entry["frame"] is not None]
    calls: dict[str, None] = {}
    for entry in placed:
        if entry["callers"] or entry is placed[-1]:  # what has a place alone is among the calls of one below it
            for frame in (*reversed(entry["callers"]), entry["frame"]):
                calls[f'  File "{frame["file"]}", line {frame["line"]}, in {frame["function"]}'] = None
    heading = ["Traceback (most recent call last):"] if calls else []
    return "\n".join([*heading, *calls, f"{told['type']}: {told['message']}"])


def _stack_trace(err: BaseException, told: dict[str, Any], detailed: bool) -> str:
    return stackerr.detailed(err) if detailed else " > ".join(told["chain"])


def _as_iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _as_nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)


SCHEMAS = {
    "stackerr": Schema(error_as_stackerr),
    "ecs": Schema(
        error_as_ecs,
        {"levelname": "log.level", "name": "log.logger", "message": "message"},
        ("@timestamp", _as_iso),
        {"ecs.version": "8.17.0"},
    ),
    "otel": Schema(error_as_otel, {"levelname": "SeverityText", "message": "Body"}, ("Timestamp", _as_nanoseconds)),
    "datadog": Schema(
        error_as_datadog, {"levelname": "status", "name": "logger.name", "message": "message"}, ("timestamp", _as_iso)
    ),
    "gcp": Schema(error_as_gcp, {"levelname": "severity", "name": "logger", "message": "message"}, ("time", _as_iso)),
}
