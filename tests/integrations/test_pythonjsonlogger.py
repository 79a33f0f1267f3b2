"""python-json-logger: the error as plain data, under each backend's names, whatever encodes it."""

# ruff: noqa: LOG001 - loggers of their own, so that no test meets the handlers of another

import io
import json
import logging
import logging.config
import re

import pytest

import stackerr
from stackerr.integrations import pythonjsonlogger
from stackerr.integrations.pythonjsonlogger import JsonFormatter

FORMATTERS = ["JsonFormatter", "OrjsonFormatter", "MsgspecFormatter"]
SCHEMAS = ["stackerr", "ecs", "otel", "datadog", "gcp"]


def failed():
    """An error with fields, a code and a hint."""
    try:
        with stackerr.wrapping("load run %s", 42, run_id=42, tags=["a", "b"]):
            raise FileNotFoundError(2, "No such file", "runs/42")
    except OSError as err:
        return stackerr.with_message(err, "serve", code="E17", hint="look again")


WORDS = "serve: load run 42: [Errno 2] No such file: 'runs/42'"
FIELDS = {"run_id": 42, "tags": ["a", "b"], "code": "E17", "hint": "look again"}


def write(formatter, err, message="request", **extra):
    """The data of one record."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logger = logging.Logger("service")
    logger.addHandler(handler)
    logger.error(message, exc_info=err, extra=extra)
    assert out.getvalue().count("\n") == 1
    return json.loads(out.getvalue())


@pytest.mark.parametrize("name", FORMATTERS)
def test_the_error_is_an_object(name):
    """Message, type, places and fields, each under its name."""
    err = failed()
    data = write(getattr(pythonjsonlogger, name)(), err, user=7)
    assert data == {"message": "request", "user": 7, "error": stackerr.describe(err)}
    assert data["error"]["message"] == WORDS
    assert data["error"]["type"] == "FileNotFoundError"
    assert data["error"]["fields"] == FIELDS
    assert [place.rpartition("/")[2].partition(":")[0] for place in data["error"]["chain"]] == [
        "test_pythonjsonlogger.py"
    ]


@pytest.mark.parametrize("name", FORMATTERS)
def test_in_detail_the_chain_is_told_whole(name):
    """Under a key of its own, so that no key changes its type with the switch."""
    err = failed()
    data = write(getattr(pythonjsonlogger, name)(detailed=True), err)
    detail = data["error"].pop("detail")
    assert data["error"] == stackerr.describe(err)
    assert detail == stackerr.to_dict(err, detailed=True)["chain"]


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("name", FORMATTERS)
def test_every_schema_on_every_encoder(name, schema):
    """The error's words are in the record, and the record is JSON."""
    data = write(getattr(pythonjsonlogger, name)(schema=schema), failed())
    assert json.dumps(WORDS) in json.dumps(data)


def test_ecs_names():
    """Those of the Elastic Common Schema."""
    data = write(JsonFormatter(schema="ecs"), failed())
    stamp, trace = data.pop("@timestamp"), data["error"].pop("stack_trace")
    assert data == {
        "log.level": "ERROR",
        "log.logger": "service",
        "message": "request",
        "ecs.version": "8.17.0",
        "error": {"message": WORDS, "type": "FileNotFoundError", "code": "E17"},
        "labels": {"run_id": 42, "tags": "['a', 'b']", "code": "E17", "hint": "look again"},
    }
    assert "test_pythonjsonlogger.py:" in trace
    assert stamp.endswith("+00:00")


def test_ecs_without_fields_has_no_labels():
    """And an error without a code has none."""
    data = write(JsonFormatter(schema="ecs"), OSError("disk"))
    assert data["error"] == {"message": "disk", "type": "OSError", "stack_trace": ""}
    assert "labels" not in data


def test_otel_names():
    """Those of the log data model and of the semantic conventions for exceptions."""
    data = write(JsonFormatter(schema="otel"), failed())
    assert data.pop("Timestamp") > 1_600_000_000 * 10**9
    trace = data["Attributes"].pop("exception.stacktrace")
    attributes = {"exception.type": "FileNotFoundError", "exception.message": WORDS}
    assert data == {"SeverityText": "ERROR", "Body": "request", "Attributes": {**FIELDS, **attributes}}
    assert "test_pythonjsonlogger.py:" in trace


def test_datadog_names():
    """`error.kind` makes it an error for Datadog; `error.stack` must be a stack trace, and is there in detail alone."""
    data = write(JsonFormatter(schema="datadog"), failed())
    assert data.pop("timestamp").endswith("+00:00")
    assert data["error"].pop("chain") == stackerr.describe(failed())["chain"]
    assert data == {
        "status": "ERROR",
        "logger.name": "service",
        "message": "request",
        "error": {"kind": "FileNotFoundError", "message": WORDS, "fields": FIELDS},
    }


def test_gcp_names():
    """A reported error event, grouped by where the root was raised."""
    err = failed()
    frame = stackerr.chain(err)[-1].frame
    data = write(JsonFormatter(schema="gcp"), err)
    assert data.pop("time").endswith("+00:00")
    assert data == {
        "severity": "ERROR",
        "logger": "service",
        "message": "request",
        "@type": "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent",
        "error": stackerr.describe(err),
        "context": {
            "reportLocation": {"filePath": frame.file, "lineNumber": frame.line, "functionName": frame.function}
        },
    }


def test_gcp_without_a_place_has_no_location():
    """An error that was never raised is nowhere."""
    assert "context" not in write(JsonFormatter(schema="gcp"), OSError("disk"))


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("ecs", ("error", "stack_trace")),
        ("otel", ("Attributes", "exception.stacktrace")),
        ("datadog", ("error", "detail")),
        ("gcp", ("error", "detail")),
    ],
)
def test_in_detail_everything_is_told(schema, path):
    """Under the name that the backend looks for, or beside it when there must be a traceback."""
    err = failed()
    data = write(JsonFormatter(schema=schema, detailed=True), err)
    for key in path:
        data = data[key]
    assert data == stackerr.detailed(err)


@pytest.mark.parametrize(("schema", "path"), [("datadog", ("error", "stack")), ("gcp", ("stack_trace",))])
def test_backends_that_parse_tracebacks_get_one(schema, path):
    """In detail, as Python writes it: the call that failed last, below it the type and the words."""
    data = write(JsonFormatter(schema=schema, detailed=True), failed())
    for key in path:
        data = data[key]
    first, *calls, last = data.split("\n")
    assert first == "Traceback (most recent call last):"
    assert all(re.fullmatch(r'  File ".+", line \d+, in .+', call) for call in calls)
    assert calls[-1].endswith(" in failed")
    assert f'"{__file__}"' in calls[-1]
    assert last == f"FileNotFoundError: {failed()}"


def test_a_traceback_of_an_error_that_is_nowhere_has_no_calls():
    """Its type and its words are left."""
    data = write(JsonFormatter(schema="gcp", detailed=True), OSError("disk"))
    assert data["stack_trace"] == "OSError: disk"


def test_an_unknown_schema_is_refused_at_once():
    """The text says which there are."""
    with pytest.raises(ValueError, match="schema='splunk' is unknown: wanted one of stackerr, ecs, otel, datadog, gcp"):
        JsonFormatter(schema="splunk")


def test_names_that_the_user_gives_go_before_those_of_the_schema():
    """`rename_fields`, `static_fields` and a format are the user's."""
    formatter = JsonFormatter(
        "%(levelname)s", schema="ecs", rename_fields={"levelname": "level"}, static_fields={"ecs.version": "9"}
    )
    data = write(formatter, None)
    del data["@timestamp"]
    assert data == {"level": "ERROR", "ecs.version": "9"}


def test_a_record_without_an_error_is_left_alone():
    """So is one with `(None, None, None)`, even when another formatter has written `exc_text`."""
    record = logging.makeLogRecord({"msg": "request", "exc_info": (None, None, None), "exc_text": "NoneType: None"})
    assert json.loads(JsonFormatter().format(record)) == {"message": "request"}


@pytest.mark.parametrize("ours_first", [True, False])
def test_exc_text_is_neither_read_nor_written(ours_first):
    """With a plain formatter on another handler, in either order, each prints its own."""
    err, outs = failed(), [io.StringIO(), io.StringIO()]
    logger = logging.Logger("service")
    pairs = list(zip(outs, (JsonFormatter(), logging.Formatter("%(message)s")), strict=True))
    for out, formatter in pairs if ours_first else pairs[::-1]:
        handler = logging.StreamHandler(out)
        handler.setFormatter(formatter)
        logger.addHandler(handler)
    logger.error("request", exc_info=err)
    assert json.loads(outs[0].getvalue()) == {"message": "request", "error": stackerr.describe(err)}
    assert "Traceback (most recent call last)" in outs[1].getvalue()


def test_a_dict_as_message():
    """python-json-logger takes one; its own `exc_info` key stays when there is no error."""
    assert write(JsonFormatter(), None, {"step": 3, "exc_info": "told"}) == {
        "message": "",
        "step": 3,
        "exc_info": "told",
    }
    assert write(JsonFormatter(), OSError("disk"), {"step": 3})["error"]["message"] == "disk"


def test_a_message_whose_arguments_fail_is_not_lost():
    """What is left of it stands in the record, with the error."""

    class Hostile:
        def __str__(self):
            raise ValueError("no")

    data = write(JsonFormatter(), OSError("disk"), Hostile())
    assert data["message"] == "<Hostile> <cannot be formatted: ValueError>"
    assert data["error"]["message"] == "disk"


def test_stack_info_is_kept():
    """Under the name that python-json-logger gives it."""
    record = logging.makeLogRecord({"msg": "request", "stack_info": "Stack:\n  File"})
    assert json.loads(JsonFormatter().format(record)) == {"message": "request", "stack_info": "Stack:\n  File"}


def test_by_dict_config(capsys):
    """As any formatter."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": "stackerr.integrations.pythonjsonlogger.JsonFormatter", "schema": "ecs"}},
            "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "json"}},
            "loggers": {"by_json_dict": {"handlers": ["err"], "propagate": False}},
        }
    )
    logging.getLogger("by_json_dict").error("request", exc_info=OSError("disk"))
    assert json.loads(capsys.readouterr().err)["error"]["type"] == "OSError"


def test_by_file_config(tmp_path, capsys):
    """The class by its name; the schema is stackerr's own then."""
    path = tmp_path / "logging.ini"
    path.write_text(
        "[loggers]\nkeys=root,by_json_file\n[handlers]\nkeys=err\n[formatters]\nkeys=json\n"
        "[logger_root]\nhandlers=\n[logger_by_json_file]\nqualname=by_json_file\nhandlers=err\npropagate=0\n"
        "[handler_err]\nclass=StreamHandler\nformatter=json\nargs=(sys.stderr,)\n"
        "[formatter_json]\nclass=stackerr.integrations.pythonjsonlogger.JsonFormatter\nformat=%(message)s\n",
        encoding="utf-8",
    )
    logging.config.fileConfig(path, disable_existing_loggers=False)
    logging.getLogger("by_json_file").error("request", exc_info=OSError("disk"))
    assert json.loads(capsys.readouterr().err)["error"]["message"] == "disk"


def test_a_name_that_is_not_there():
    """The lazy names are two; any other fails as on any module."""
    with pytest.raises(AttributeError, match="has no attribute 'Formatter'"):
        pythonjsonlogger.Formatter
