"""python-json-logger: the error as plain data, under the names that your backend knows."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from pythonjsonlogger import json
from pythonjsonlogger.core import BaseJsonFormatter

from ._exc_info import decide, error_in, message_of
from ._schema import Schema, find_schema

if TYPE_CHECKING:
    from pythonjsonlogger.msgspec import MsgspecFormatter as MsgspecFormatter  # noqa: PLC0414 - a re-export, for type checkers
    from pythonjsonlogger.orjson import OrjsonFormatter as OrjsonFormatter  # noqa: PLC0414


class _ErrorKeys(BaseJsonFormatter):
    """What every formatter here does, whatever encodes the JSON."""

    def __init__(
        self, fmt: Any = None, *args: Any, schema: str = "stackerr", detailed: bool | None = None, **options: Any
    ) -> None:
        self.schema: Schema = find_schema(schema)
        self.detailed = detailed
        if self.schema.names:
            fmt = fmt or " ".join(f"%({name})s" for name in self.schema.names)
            options["rename_fields"] = {**self.schema.names, **(options.get("rename_fields") or {})}
            options["static_fields"] = {**self.schema.constants, **(options.get("static_fields") or {})}
        super().__init__(fmt, *args, **options)

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        try:
            return super().format(record)
        except Exception:  # noqa: BLE001 - the arguments' own __str__ may raise anything
            told = logging.makeLogRecord({**vars(record), "msg": message_of(record), "args": None})
            return super().format(told)

    def formatException(self, ei: Any) -> str:  # noqa: ARG002, N802 - logging's name
        """A mark that `add_fields` takes out again: the error has keys of its own."""
        return "error"

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """The keys of the record, and those of its error."""
        if record.exc_info or record.exc_text:
            message_dict.pop("exc_info", None)
        super().add_fields(log_data, record, message_dict)
        if self.schema.time is not None:
            key, convert = self.schema.time
            log_data.setdefault(key, convert(record.created))
        err = error_in(record.exc_info)
        if err is not None:
            log_data.update(self.schema.error(err, decide(self.detailed)))


class JsonFormatter(_ErrorKeys, json.JsonFormatter):
    """A `pythonjsonlogger.json.JsonFormatter` that tells an error as plain data.

    Args:
        fmt: the keys that a record gets, as in python-json-logger.
        schema: who is to read it: `"stackerr"`, `"ecs"`, `"otel"`, `"datadog"` or `"gcp"`. All but the first name the
            time, the level and the logger as well.
        detailed: True to add everything, False for message, type, places and fields; None asks the one switch.
        args, options: what the class it is derived from takes.

    `OrjsonFormatter` and `MsgspecFormatter` are the same on those encoders.

    Raises:
        ValueError: a schema of another name.

    Source: <https://nhairs.github.io/python-json-logger/latest/>; for the keys see `_schema.py`.

    >>> import logging, stackerr
    >>> record = logging.makeLogRecord({"msg": "serve request"})
    >>> record.exc_info = stackerr.with_message(OSError("disk"), "save")
    >>> print(JsonFormatter().format(record))
    {"message": "serve request", "error": {"message": "save: disk", "type": "OSError", "chain": [], "fields": {}}}
    """


def __getattr__(name: str) -> Any:
    """Make `OrjsonFormatter` and `MsgspecFormatter` on first use: their encoders may not be installed."""
    if name == "OrjsonFormatter":
        from pythonjsonlogger import orjson

        encoder: type[BaseJsonFormatter] = orjson.OrjsonFormatter
    elif name == "MsgspecFormatter":
        from pythonjsonlogger import msgspec

        encoder = msgspec.MsgspecFormatter
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = type(
        name, (_ErrorKeys, encoder), {"__module__": __name__, "__doc__": f"`JsonFormatter` on {encoder.__name__}."}
    )
    globals()[name] = made
    return made
