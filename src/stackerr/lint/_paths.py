"""Paths through a handler: which logging calls are followed by a `raise`."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from stackerr.lint._catalogue import is_control_flow
from stackerr.lint._look import bare
from stackerr.lint._scopes import arms_of
from stackerr.lint._values import Outside, Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look
    from stackerr.lint._walk import HandlerSite

LOUD = frozenset(
    {"warning", "warn", "error", "exception", "critical", "fatal", "awarning", "aerror", "aexception", "acritical"}
)
LEVELS = frozenset({"WARNING", "WARN", "ERROR", "CRITICAL", "FATAL"})
LOGGER = re.compile(r"(^|_)(log|logger|logging)$", re.IGNORECASE)
MAKERS = frozenset({"logging", "logging.getLogger", "logging.Logger", "logging.LoggerAdapter", "structlog.get_logger", "structlog.getLogger",
                    "structlog.stdlib.get_logger", "loguru.logger", "multiprocessing.get_logger", "structlog.stdlib.BoundLogger"})  # fmt: skip
WARNING = 30
Calls = dict[int, ast.Call]


def logged_then_raised(look: Look, handler: HandlerSite) -> list[ast.Call]:
    """The logging calls of a handler after which, on some path, it raises."""
    paths = _Paths(look, handler.place.spot)
    paths.block(handler.node.body, {})
    if not paths.found or all(isinstance(kind, Outside) and is_control_flow(kind.path) for kind in look.kinds(handler)):
        return []
    return sorted(paths.found.values(), key=lambda call: (call.lineno, call.col_offset))


class _Paths:
    """Follows the paths through a block with the calls logged on the way; None stands for a path that has ended."""

    def __init__(self, look: Look, spot: Spot) -> None:
        self.look = look
        self.spot = spot
        self.found: Calls = {}

    def block(self, statements: list[ast.stmt], logged: Calls) -> Calls | None:
        """Follow a block; return what has been logged where it goes on, None where it never does."""
        current: Calls | None = logged
        for node in statements:
            if current is None:
                return None
            current = self._statement(node, current)
        return current

    def _statement(self, node: ast.stmt, logged: Calls) -> Calls | None:
        match node:
            case ast.Raise():
                if logged and not self._is_signal(node):
                    self.found.update(logged)
                return None
            case ast.Return() | ast.Break() | ast.Continue():
                return None
            case ast.Expr() | ast.Assign():
                return {**logged, **{id(call): call for call in self._loud(node.value)}}
            case ast.If():
                return _either(self.block(node.body, logged), self.block(node.orelse, logged))
            case ast.Match():
                ways = [self.block(case.body, logged) for case in node.cases]
                return _either(logged, *ways)
            case ast.With() | ast.AsyncWith():
                return self.block(node.body, logged)
            case ast.Try() | ast.TryStar():
                return self._try(node, logged)
            case ast.For() | ast.AsyncFor() | ast.While():
                return _either(logged, *(self.block(inner, logged) for inner, _ in arms_of(node)))
        return logged

    def _try(self, node: ast.Try | ast.TryStar, logged: Calls) -> Calls | None:
        held = self.found
        if node.handlers:
            self.found = {}  # what its body raises, its own handlers take
        body = self.block(node.body, logged)
        self.found = held
        if body is not None and node.orelse:
            body = self.block(node.orelse, body)
        ways = [body, *(self.block(handler.body, logged) for handler in node.handlers)]
        after = _either(*ways)
        return self.block(node.finalbody, after) if after is not None and node.finalbody else after

    def _is_signal(self, node: ast.Raise) -> bool:
        """Is this `raise SystemExit(1)` or the like, which ends the program and leaves nothing to log?"""
        error = bare(node.exc)
        target = error.func if isinstance(error, ast.Call) else error
        values = self.look.names.of(target, self.spot)
        return any(isinstance(value, Outside) and is_control_flow(value.path) for value in values)

    def _loud(self, node: ast.expr) -> Iterator[ast.Call]:
        match node:
            case ast.Await():
                yield from self._loud(node.value)
            case ast.BoolOp():
                yield from self._loud(node.values[-1])
            case ast.IfExp():
                yield from self._loud(node.body)
                yield from self._loud(node.orelse)
            case ast.Call(func=ast.Attribute() as func) if self._is_loud(node, func):
                yield node

    def _is_loud(self, call: ast.Call, func: ast.Attribute) -> bool:
        if func.attr in LOUD:
            return self._is_logger(func.value)
        return func.attr == "log" and bool(call.args) and _is_loud_level(call.args[0]) and self._is_logger(func.value)

    def _is_logger(self, node: ast.expr) -> bool:
        values = [value for value in self.look.names.of(node, self.spot) if isinstance(value, Outside)]
        if values:
            return any(_makes_logger(value.path) or _is_logger_name(value.path.rpartition(".")[2]) for value in values)
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return _is_logger_name(name)
            case ast.Call(func=ast.Attribute(attr="bind" | "opt" | "contextualize" | "new") as func):
                return self._is_logger(func.value)
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                return name.lower().removeprefix("get_").removeprefix("get") == "logger"
        return False


def _makes_logger(path: str) -> bool:
    """Is this a logger, or one bound to more of it: `logger.opt(…)`, `get_logger().bind(…)`?"""
    return path in MAKERS or any(path.startswith(f"{maker}.") for maker in MAKERS if maker != "logging")


def _is_logger_name(name: str) -> bool:
    return bool(LOGGER.search(name)) or name.endswith("Logger")


def _is_loud_level(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=int(level)):
            return level >= WARNING
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name in LEVELS
        case ast.Constant(value=str(name)):
            return name.upper() in LEVELS
    return False


def _either(*ways: Calls | None) -> Calls | None:
    open_ways = [way for way in ways if way is not None]
    if not open_ways:
        return None
    return {key: call for way in open_ways for key, call in way.items()}
