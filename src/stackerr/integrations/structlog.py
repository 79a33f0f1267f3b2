"""structlog: errors in the event dictionary, as one line or as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import stackerr

from ._colours import paint, paint_detail
from ._exc_info import decide, error_in, indent
from ._schema import Schema, find_schema

if TYPE_CHECKING:
    from typing import TextIO

    from structlog.typing import EventDict, ExcInfo, WrappedLogger


class ErrorProcessor:
    """A processor that puts errors into words: that of `exc_info`, and every value that is one (`err=e`).

    Args:
        detailed: True for everything, False for the one line; None asks the one switch.
        schema: None for text, in the place of `format_exc_info`; for plain data, in the place of `dict_tracebacks`,
            one of `"stackerr"`, `"ecs"`, `"otel"`, `"datadog"`, `"gcp"`.

    As text the error of `exc_info` goes to the key `error`; in detail to `exception`, which `ConsoleRenderer` prints
    as a block. As data the first error goes to the keys of the schema. Other values that are errors stay where they
    are, as their one line. No local variable is ever shown.

    Raises:
        ValueError: a schema of another name.

    Source: <https://www.structlog.org/en/stable/processors.html>.

    >>> from stackerr import with_message
    >>> ErrorProcessor()(None, "error", {"event": "serve", "exc_info": with_message(OSError("disk"), "save")})
    {'event': 'serve', 'error': 'save: disk'}
    >>> ErrorProcessor()(None, "error", {"event": "serve", "err": with_message(OSError("disk"), "save")})
    {'event': 'serve', 'err': 'save: disk'}
    """

    def __init__(self, detailed: bool | None = None, schema: str | None = None) -> None:
        self.detailed = detailed
        self.schema: Schema | None = None if schema is None else find_schema(schema)

    def __call__(self, logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:  # noqa: ARG002
        """The event with its errors in words."""
        err = error_in(event_dict.pop("exc_info", None))
        values = [(key, value) for key, value in event_dict.items() if issubclass(type(value), BaseException)]
        if self.schema is None:
            self._tell(event_dict, err, values)
            return event_dict
        if err is None and values:
            err = values[0][1]
        for key, value in values:
            if value is err and key != "event":
                del event_dict[key]
            else:
                event_dict[key] = stackerr.compact(value)
        if err is not None:
            event_dict.update(self.schema.error(err, decide(self.detailed)))
        return event_dict

    def _tell(self, event_dict: EventDict, err: BaseException | None, values: list[tuple[str, Any]]) -> None:
        detailed = decide(self.detailed)
        for key, value in values:
            event_dict[key] = stackerr.detailed(value) if detailed and key != "event" else stackerr.compact(value)
        if err is None or any(value is err for _, value in values):
            return
        if detailed:
            event_dict["exception"] = stackerr.detailed(err)
        else:
            event_dict["error"] = stackerr.compact(err)


class ConsoleErrors:
    """The `exception_formatter` of a `structlog.dev.ConsoleRenderer`: the error on the same line, in red, dim places.

    Args:
        detailed: True for a block that tells everything, False for the one line; None asks the one switch.
        colors: whether to colour, as in `ConsoleRenderer`.

    Leave `ErrorProcessor` and `format_exc_info` out of the processors then: the renderer looks at `exc_info` itself.

    Source: <https://www.structlog.org/en/stable/console-output.html>.

    >>> import structlog
    >>> renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=ConsoleErrors(colors=False))
    >>> print(renderer(None, "error", {"event": "serve", "exc_info": OSError("disk full")}))
    serve: disk full
    """

    def __init__(self, detailed: bool | None = None, colors: bool = True) -> None:
        self.detailed = detailed
        self.colors = colors

    def __call__(self, sio: TextIO, exc_info: ExcInfo) -> None:
        """Write the error."""
        err = error_in(exc_info)
        if err is None:
            return
        if decide(self.detailed):
            text = stackerr.detailed(err)
            sio.write("\n" + indent(paint_detail(text) if self.colors else text))
        else:
            line = stackerr.compact(err)
            sio.write(f": {paint(line) if self.colors else line}")
