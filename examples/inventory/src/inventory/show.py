"""Printing, with colour where there is a terminal."""

from __future__ import annotations

import os
import sys
import textwrap
import traceback

import stackerr

_WIDTH = 98
_COLOURS = {"dim": "2", "bold": "1", "red": "31", "green": "32", "cyan": "36"}


def has_colour() -> bool:
    """Whether to print in colour: `FORCE_COLOR` and `NO_COLOR` decide, else whether this is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def paint(text: str, colour: str) -> str:
    """The text in a colour, when there is any."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if has_colour() else text


def say(text: str = "", colour: str | None = None, indent: int = 0) -> None:
    """Print lines with an indent."""
    for line in textwrap.indent(text, " " * indent).split("\n"):
        print(paint(line, colour) if colour and line else line)


def title(text: str) -> None:
    """Print a heading."""
    say()
    say(text, "bold")
    say("─" * _WIDTH, "dim")


def traceback_of(err: BaseException) -> str:
    """What `logger.exception` writes today."""
    return "".join(traceback.format_exception(err)).rstrip()


def size(text: str) -> str:
    """Lines and bytes of a text."""
    lines = text.count("\n") + 1
    return f"{lines} line{'s' if lines > 1 else ''}, {len(text.encode())} bytes"


def fault(number: int, name: str, bare: Exception, wrapped: Exception) -> tuple[str, str]:
    """Print one failure in all forms; the answer is what a log holds today and what it holds with stackerr."""
    before, after = traceback_of(bare), stackerr.compact(wrapped)
    title(f"{number}. {name}")
    say(f"Today ({size(before)}):", "cyan")
    say(before, "dim", indent=4)
    say(f"With stackerr ({size(after)}):", "cyan")
    text, bracket, places = after.rpartition(" [")
    wrap = textwrap.TextWrapper(_WIDTH - 4, break_long_words=False, break_on_hyphens=False)
    say("\n".join(wrap.wrap(text)), "red", indent=4)
    say("\n".join(wrap.wrap(bracket.strip() + places)), "dim", indent=4)
    say("In detail, when you ask for it:", "cyan")
    say(stackerr.detailed(wrapped), indent=4)
    return before, after
