"""Text of things that may be hostile: never an exception, and one line where one line is wanted."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

TEXT_LIMIT = 2000
_MODULE_OF = type.__dict__["__module__"].__get__
name_of: Callable[[type], str] = type.__dict__["__name__"].__get__  # whatever the metaclass says
_QUALNAME_OF = type.__dict__["__qualname__"].__get__


def safe_str(value: object, to_text: Callable[[Any], str] = str) -> str:
    """`to_text(value)`, or a text that says what it raised, in its place.

    Like the standard library's traceback module this catches everything: an error report that fails
    hides the error.
    """
    try:
        text = to_text(value)
        return text if type(text) is str else str.__str__(text)
    except BaseException as failure:  # noqa: BLE001
        return f"<{name_of(type(value))}: {to_text.__name__}() raised {name_of(type(failure))}>"


def qualified_name(cls: type) -> str:
    """`module.Class`, or `Class` alone for a builtin, as tracebacks write it."""
    module = _MODULE_OF(cls)
    if module in ("builtins", "__main__") or type(module) is not str:
        return str(_QUALNAME_OF(cls))
    return f"{module}.{_QUALNAME_OF(cls)}"


def shorten(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text, or its beginning and a count of what was cut."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… {len(text) - limit} more characters"


def escape(text: str) -> str:
    r"""The text on one line: what a terminal or a log reader would not show as a character is escaped.

    >>> escape("ok\n\x1b[31mforged")
    'ok\\n\\x1b[31mforged'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def one_line(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text escaped and cut to a length that a log line can bear."""
    if len(text) <= limit and text.isprintable():
        return text
    return escape(shorten(text, limit))


def as_text(message: object) -> str:
    """A message as it is; what is no text, as text."""
    return message if type(message) is str else safe_str(message)


def fill(format: str, args: tuple[object, ...]) -> str:
    """`format % args`; where they do not fit, both of them, and why: a failing message must not hide the failure."""
    if not args:
        return as_text(format)
    try:
        filled = format % (args[0] if len(args) == 1 and isinstance(args[0], dict) else args)
    except Exception as failure:  # noqa: BLE001 - the arguments' own __str__ may raise anything
        return f"{as_text(format)} <bad format: {safe_str(failure)}; arguments {shorten(safe_str(args, repr), 200)}>"
    return as_text(filled)
