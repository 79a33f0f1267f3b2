"""The rewriting of one tree: statements go under `with wrapping(…)`, raises get a wrap or a cause."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import libcst as cst
import libcst.matchers as m
from libcst.metadata import CodeRange, PositionProvider

Position = tuple[int, int]
ERROR_NAMES = ("err", "error", "exc", "caught")
Handler = cst.ExceptHandler | cst.ExceptStarHandler
AnyHandler = TypeVar("AnyHandler", cst.ExceptHandler, cst.ExceptStarHandler)


@dataclass
class Plan:
    """What is to be fixed, by position, and which names are taken."""

    taken: set[str]
    imported: dict[str, str]
    calls: dict[Position, str] = field(default_factory=dict)
    reraises: dict[Position, str] = field(default_factory=dict)
    dropped: set[Position] = field(default_factory=set)

    def add(self, code: str, where: Position, phrase: str) -> None:
        """Plan the fix of one finding."""
        if code == "WRP101":
            self.calls[where] = phrase
        elif code == "WRP102":
            self.reraises[where] = phrase
        else:
            self.dropped.add(where)


class Rewrite(cst.CSTTransformer):
    """Carries out a plan; `needed` says what must be imported, and as what."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.needed: dict[str, str | None] = {}
        self._handlers: list[str | None] = []
        self._wrapped: list[cst.CSTNode] = []
        self._headers: dict[cst.CSTNode, str] = {}
        self._elifs: set[cst.CSTNode] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Find out on the way down which statements are to be wrapped; what lies within one needs no wrap of its own."""
        if (
            isinstance(node, (cst.SimpleStatementLine, cst.SimpleStatementSuite, cst.BaseCompoundStatement))
            and not self._wrapped
        ):
            phrase = None if self._is_elif(node) else self._phrase_of(node)
            if phrase is not None:
                self._headers[node] = phrase
                self._wrapped.append(node)
        return super().on_visit(node)

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> object:  # type: ignore[override]
        """Wrap a planned statement once its parts are done."""
        updated = super().on_leave(original_node, updated_node)
        if self._wrapped and self._wrapped[-1] is original_node:
            self._wrapped.pop()
            return self._wrap(updated, self._headers[original_node])  # type: ignore[arg-type]
        return updated

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        """Remember what the handler calls its error."""
        self._enter(node)

    def visit_ExceptStarHandler(self, node: cst.ExceptStarHandler) -> None:
        """Remember what the handler calls its error."""
        self._enter(node)

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        """Name the error if a fix within needs the name."""
        return self._named(original_node, updated_node)

    def leave_ExceptStarHandler(
        self,
        original_node: cst.ExceptStarHandler,
        updated_node: cst.ExceptStarHandler,
    ) -> cst.ExceptStarHandler:
        """Name the error if a fix within needs the name."""
        return self._named(original_node, updated_node)

    def leave_Raise(self, original_node: cst.Raise, updated_node: cst.Raise) -> cst.Raise:
        """Give a `raise` its wrap, or its cause."""
        where = self._begin(original_node)
        if where in self.plan.dropped and self._handlers:
            return updated_node.with_changes(cause=_cause(cst.Name(self._error())))
        if where not in self.plan.reraises or (original_node.exc is None and not self._handlers):
            return updated_node
        error = updated_node.exc or cst.Name(self._error())
        wrap = cst.Call(cst.Name(self._need("wrap")), [cst.Arg(error), cst.Arg(_quoted(self.plan.reraises[where]))])
        cause = updated_node.cause or _cause(_bare(error))
        space = cst.SimpleWhitespace(" ")
        return updated_node.with_changes(exc=wrap, cause=cause, whitespace_after_raise=space)

    def _enter(self, node: Handler) -> None:
        name = node.name.name if node.name is not None else None
        self._handlers.append(name.value if isinstance(name, cst.Name) else None)

    def _named(self, original: AnyHandler, updated: AnyHandler) -> AnyHandler:
        name = self._handlers.pop()
        if original.name is not None or name is None:
            return updated
        kind = _caught(updated)
        as_name = cst.AsName(cst.Name(name), cst.SimpleWhitespace(" "), cst.SimpleWhitespace(" "))
        changes: dict[str, cst.CSTNode] = {"name": as_name}
        if kind is None:  # a bare `except` goes on catching all it did
            changes |= {"type": cst.Name("BaseException"), "whitespace_after_except": cst.SimpleWhitespace(" ")}
        return updated.with_changes(**changes)

    def _error(self) -> str:
        """The name of the caught error, made up where the handler has none."""
        if self._handlers[-1] is None:
            free = (name for name in ERROR_NAMES if name not in self.plan.taken)
            self._handlers[-1] = next(free, "caught_error")
        return self._handlers[-1] or ""

    def _need(self, name: str) -> str:
        if name in self.plan.imported:
            return self.plan.imported[name]
        alias = f"stackerr_{name}" if name in self.plan.taken else None
        self.needed[name] = alias
        return alias or name

    def _begin(self, node: cst.CSTNode) -> Position:
        found = self._range(node)
        return (found.start.line, found.start.column)

    def _range(self, node: cst.CSTNode) -> CodeRange:
        found = self.get_metadata(PositionProvider, node)
        assert isinstance(found, CodeRange)
        return found

    def _phrase_of(self, node: cst.CSTNode) -> str | None:
        """The phrase of the first planned call in a statement, or in the head of a compound one."""
        first, last = self._range(node).start, self._range(node).end
        begin, end = (first.line, first.column), (last.line, last.column)
        if isinstance(node, cst.BaseCompoundStatement):
            return self._phrase_of_head(node, begin)
        return next((text for where, text in sorted(self.plan.calls.items()) if begin <= where < end), None)

    def _phrase_of_head(self, node: cst.BaseCompoundStatement, begin: Position) -> str | None:
        if isinstance(node, (cst.Try, cst.TryStar, cst.ClassDef)):
            return None
        if isinstance(node, cst.If):
            heads = [(self._begin(one), self._begin(one.body)) for one in _chain(node)]
        else:
            heads = [(begin, self._begin(node.cases[0] if isinstance(node, cst.Match) else node.body))]
        planned = sorted(self.plan.calls.items())
        return next((text for where, text in planned for head, body in heads if head <= where < body), None)

    def _is_elif(self, node: cst.CSTNode) -> bool:
        if not isinstance(node, cst.If):
            return False
        self._elifs.update(_chain(node)[1:])
        return node in self._elifs

    def _wrap(
        self, node: cst.BaseStatement | cst.SimpleStatementSuite, phrase: str
    ) -> cst.CSTNode | cst.FlattenSentinel[cst.With]:
        item = cst.WithItem(cst.Call(cst.Name(self._need("wrapping")), [cst.Arg(_quoted(phrase))]))
        if isinstance(node, cst.With) and _makes_errors(node):
            return self._enter_apart(node, item, phrase)
        if isinstance(node, cst.With) and node.asynchronous is None:
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            return node.with_changes(items=[item.with_changes(comma=comma), *node.items])
        if isinstance(node, cst.SimpleStatementSuite):
            line = cst.SimpleStatementLine(node.body, trailing_whitespace=node.trailing_whitespace)
            return cst.IndentedBlock([cst.With([item], cst.IndentedBlock([line]))])
        lines = getattr(node, "leading_lines", ())
        bare = node.with_changes(leading_lines=())
        return cst.With([item], cst.IndentedBlock([bare]), leading_lines=lines)

    def _enter_apart(self, node: cst.With, wrapping: cst.WithItem, phrase: str) -> cst.FlattenSentinel[cst.With]:
        """Make the first context ahead of its `with`: what the body raises itself, or is thrown into it, must not get the message."""
        word = "opened" if phrase.startswith("open") else "context"
        name = next(name for number in ("", *range(2, 1000)) if (name := f"{word}{number}") not in self.plan.taken)
        self.plan.taken.add(name)
        made = cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], node.items[0].item)])
        first = cst.With([wrapping], cst.IndentedBlock([made]), leading_lines=node.leading_lines)
        entered = [node.items[0].with_changes(item=cst.Name(name)), *node.items[1:]]
        return cst.FlattenSentinel([first, node.with_changes(items=entered, leading_lines=())])


def _makes_errors(node: cst.With) -> bool:
    """Does the body raise or yield itself, under one context that can be entered apart?"""
    inner = m.FunctionDef() | m.Lambda() | m.ClassDef()
    own = m.findall(node.body, m.Raise() | m.Yield())
    within = [one for part in m.findall(node.body, inner) for one in m.findall(part, m.Raise() | m.Yield())]
    return len(node.items) == 1 and node.asynchronous is None and len(own) > len(within)


def _chain(node: cst.If) -> list[cst.If]:
    found = [node]
    while isinstance(found[-1].orelse, cst.If):
        found.append(found[-1].orelse)
    return found


def _caught(handler: Handler) -> cst.BaseExpression | None:
    return handler.type


def _cause(error: cst.BaseExpression) -> cst.From:
    space = cst.SimpleWhitespace(" ")
    return cst.From(error, whitespace_before_from=space, whitespace_after_from=space)


def _bare(error: cst.BaseExpression) -> cst.BaseExpression:
    """`e` of `e.with_traceback(t)`."""
    if (
        isinstance(error, cst.Call)
        and isinstance(error.func, cst.Attribute)
        and error.func.attr.value == "with_traceback"
    ):
        return error.func.value
    return error


def _quoted(text: str) -> cst.SimpleString:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return cst.SimpleString(f'"{escaped}"')
