"""The ways to log an error that are compared, ours in bold, each with its floor."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, NamedTuple

import ecs_logging
import loguru
import structlog
from pythonjsonlogger.json import JsonFormatter as PlainJsonFormatter

import stackerr
from stackerr.integrations.console import ConsoleFormatter
from stackerr.integrations.logging import Formatter
from stackerr.integrations.pythonjsonlogger import JsonFormatter
from stackerr.integrations.structlog import ConsoleErrors, ErrorProcessor

if TYPE_CHECKING:
    from collections.abc import Callable

SHOWN = (20, 3)
FORMAT = "%(levelname)s %(name)s %(message)s"
STDLIB = "logging, exc_info"
JSON_FLOOR, STRUCTLOG_FLOOR = "python-json-logger, keys made beforehand", "structlog, JSON, keys made beforehand"


class Way(NamedTuple):
    """One way to log: how to log an error, how to log the same words without one, and where the text goes."""

    name: str
    log: Callable[[BaseException], object]
    log_bare: Callable[[], object]
    out: io.StringIO


def fail(depth: int, links: int) -> BaseException:
    """An error that was raised `depth` calls below, and wrapped on its way up so that it has so many links."""
    wraps = {round(depth * (number + 1) / links) for number in range(links - 1)}

    def call(level: int) -> None:
        if level == depth:
            open("/nonexistent/runs/42", encoding="utf-8")
        elif level in wraps:
            with stackerr.wrapping("load part %s", level, level=level):
                call(level + 1)
        else:
            call(level + 1)

    try:
        call(1)
    except OSError as err:
        return err
    raise AssertionError


def make_logger(name: str, formatter: logging.Formatter) -> tuple[logging.Logger, io.StringIO]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logger = logging.Logger(name)
    logger.addHandler(handler)
    return logger, out


def on_logging(name: str, formatter: logging.Formatter) -> Way:
    logger, out = make_logger(name, formatter)
    return Way(
        name, lambda err: logger.error("serve request", exc_info=err), lambda: logger.error("serve request"), out
    )


def on_logging_ready_made(name: str, formatter: logging.Formatter) -> Way:
    """The floor of a record with the keys of an error: they were made before, and are only written."""
    logger, out = make_logger(name, formatter)
    told = stackerr.describe(fail(*SHOWN))
    return Way(
        name,
        lambda _: logger.error("serve request", extra={"error": told}),
        lambda: logger.error("serve request"),
        out,
    )


def on_structlog(name: str, *processors: structlog.typing.Processor) -> Way:
    out = io.StringIO()
    common = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso")]
    logger = structlog.wrap_logger(structlog.PrintLogger(out), [*common, *processors]).bind()
    return Way(
        name, lambda err: logger.error("serve request", exc_info=err), lambda: logger.error("serve request"), out
    )


def on_structlog_ready_made(name: str, *processors: structlog.typing.Processor) -> Way:
    """The floor of an event with the keys of an error: they were made before, and are only written."""
    told = stackerr.describe(fail(*SHOWN))

    def put(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        if event.pop("exc_info", None) is not None:
            event["error"] = told
        return event

    return on_structlog(name, put, *processors)


def on_loguru(name: str, *, diagnose: bool) -> Way:
    out = io.StringIO()
    loguru.logger.remove()
    loguru.logger.add(out, diagnose=diagnose, backtrace=False, format="{level} {name} {message}")
    logger = loguru.logger
    return Way(
        name,
        lambda err: logger.opt(exception=err).error("serve request"),
        lambda: logger.error("serve request"),
        out,
    )


def ways() -> list[Callable[[], Way]]:
    """Every way, ready to be made: loguru has one logger for the whole process."""
    processors, dev = structlog.processors, structlog.dev
    json, plain = processors.JSONRenderer(), dev.ConsoleRenderer(colors=False, exception_formatter=dev.plain_traceback)
    rich = dev.ConsoleRenderer(exception_formatter=dev.RichTracebackFormatter(width=100))
    ours = dev.ConsoleRenderer(exception_formatter=ConsoleErrors())
    return [
        lambda: on_logging(STDLIB, logging.Formatter(FORMAT)),
        lambda: on_logging("**stackerr Formatter**", Formatter(FORMAT, detailed=False)),
        lambda: on_logging("**stackerr Formatter, detailed**", Formatter(FORMAT, detailed=True)),
        lambda: on_logging("**stackerr ConsoleFormatter**", ConsoleFormatter(coloured=True, detailed=False)),
        lambda: on_logging("python-json-logger", PlainJsonFormatter(FORMAT)),
        lambda: on_logging("**stackerr JsonFormatter**", JsonFormatter(FORMAT, detailed=False)),
        lambda: on_logging_ready_made(JSON_FLOOR, PlainJsonFormatter(FORMAT)),
        lambda: on_logging("ecs-logging", ecs_logging.StdlibFormatter()),
        lambda: on_logging("**stackerr JsonFormatter, ecs**", JsonFormatter(schema="ecs", detailed=False)),
        lambda: on_structlog("structlog, format_exc_info, JSON", processors.format_exc_info, json),
        lambda: on_structlog("structlog, dict_tracebacks, JSON", processors.dict_tracebacks, json),
        lambda: on_structlog("**stackerr ErrorProcessor, JSON**", ErrorProcessor(False, "stackerr"), json),
        lambda: on_structlog_ready_made(STRUCTLOG_FLOOR, json),
        lambda: on_structlog("structlog, ConsoleRenderer, plain", plain),
        lambda: on_structlog("structlog, ConsoleRenderer, rich", rich),
        lambda: on_structlog("**stackerr ConsoleErrors**", ours),
        lambda: on_loguru("loguru, diagnose off", diagnose=False),
        lambda: on_loguru("loguru, diagnose on", diagnose=True),
    ]
