"""Errors in colours, for people: the words red, the places dim."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

RESET, BOLD, DIM, RED = "\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m"


def is_coloured(stream: TextIO | None) -> bool:
    """Whether to colour what goes to a stream.

    Args:
        stream: where the text goes.

    Returns:
        False when `NO_COLOR` says so; True when `FORCE_COLOR` does; else whether the stream is a terminal that can.

    Source: <https://no-color.org>, <https://force-color.org>; of the two together, the first wins, as in Python's own
    <https://docs.python.org/3/using/cmdline.html#using-on-controlling-color>.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    if os.environ.get("TERM") == "dumb":
        return False
    try:
        return stream is not None and stream.isatty()
    except (AttributeError, OSError, ValueError):  # no stream at all, or a closed one
        return False


def paint(line: str) -> str:
    """The line of `compact` in colours."""
    words, bracket, places = line.rpartition(" [")
    if not bracket or not line.endswith("]"):
        return f"{RED}{line}{RESET}"
    return f"{RED}{words}{RESET}{DIM}{bracket}{places}{RESET}"


def paint_detail(text: str) -> str:
    """The block of `detailed` in colours: what is indented is where, and dim; what is not, is what, and red."""
    return "\n".join(f"{DIM if line.startswith('  ') else RED}{line}{RESET}" for line in text.split("\n"))
