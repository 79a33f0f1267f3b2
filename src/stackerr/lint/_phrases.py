"""What a call does, in words: `json.load(f)` → "load json", for the messages that the fixer writes."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from stackerr.lint._cover import is_class_name
from stackerr.lint._values import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

Position = tuple[int, int]
TOOLS = frozenset(
    {"os", "path", "shutil", "subprocess", "io", "builtins", "Path", "pathlib", "self", "cls", "tempfile"}
)
SPOKEN = {"loads": "load", "dumps": "dump", "rmtree": "remove"}
CHANNELS = frozenset({  # through which something is done; what it is done to is in the arguments
    "requests", "httpx", "aiohttp", "urllib", "request", "session", "client", "http", "socket", "sock", "conn", "connection", "cursor", "db",
})  # fmt: skip


def phrases(tree: ast.Module) -> dict[Position, str]:
    """A phrase for every call and every `raise`, by where it begins; of calls that begin together the outermost counts."""
    found: dict[Position, str] = {}
    for node, owner in _walk(tree, tree):
        if isinstance(node, ast.Call):
            found.setdefault((node.lineno, node.col_offset), phrase(node))
        elif isinstance(node, ast.Raise):
            found[node.lineno, node.col_offset] = _of_try(owner)
    return found


def phrase(call: ast.Call) -> str:
    """What a call does, by its name and what it is called on or with."""
    parts = _parts(call.func)
    if parts and is_class_name(parts[-1]):
        return f"make {_words(parts[-1])}"
    verb = _words(parts[-1]) if parts else "call"
    nouns = [part for part in reversed(parts[:-1]) if part not in TOOLS]
    noun = next((part for part in nouns if part not in CHANNELS), None) or _argument(call) or next(iter(nouns), None)
    text = f"{verb} {_words(noun)}" if noun and noun != parts[-1] else verb
    return text.strip() or "call"


def _walk(node: ast.AST, owner: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Every node with the innermost `try` whose handler it is in, else its function."""
    for child in ast.iter_child_nodes(node):
        yield child, owner
        inner = node if isinstance(child, ast.ExceptHandler) else child if isinstance(child, FUNCTIONS) else owner
        yield from _walk(child, inner)


def _of_try(owner: ast.AST) -> str:
    if isinstance(owner, (ast.Try, ast.TryStar)):
        for node in owner.body:
            call = next((part for part in ast.walk(node) if isinstance(part, ast.Call)), None)
            if call is not None:
                return phrase(call)
    return _words(owner.name) if isinstance(owner, FUNCTIONS) else "go on"


def _parts(func: ast.expr) -> list[str]:
    match func:
        case ast.Name():
            return [func.id]
        case ast.Attribute():
            return [*_parts(func.value), func.attr]
        case ast.Call():
            return _parts(func.func)
        case ast.Await() | ast.Subscript():
            return _parts(func.value)
    return []


def _argument(call: ast.Call) -> str | None:
    for arg in call.args[:1]:
        if isinstance(arg, (ast.Name, ast.Attribute)):
            return _parts(arg)[-1] if _parts(arg) else None
    return None


def _words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ")
    return " ".join(SPOKEN.get(word, word) for word in spaced.lower().split())
