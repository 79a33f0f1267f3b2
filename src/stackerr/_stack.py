"""Places in code: saved as code object and offset, resolved to file and line only when asked for.

A place costs two attribute reads to save. No frame is kept, so no local variable is kept alive.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType, TracebackType
    from typing import TypeAlias

    Place: TypeAlias = "Frame | tuple[CodeType, int]"  # a string, since the class comes below
    Stack: TypeAlias = "tuple[Frame, ...] | tuple[CodeType | int, ...]"

OWN_ROOM = os.path.dirname(os.path.abspath(__file__)) + os.sep
_CACHE_LIMIT = 4096


class Frame:
    """One place in the code.

    Attributes:
        file: the path of the source file, as the compiler was given it (mostly absolute).
        line: the line number, from 1.
        function: the function's qualified name.

    >>> Frame("/srv/app/main.py", 3, "main")
    Frame('/srv/app/main.py', 3, 'main')
    """

    __slots__ = ("_code", "_text", "file", "function", "line")  # `_text` is for `_places`, which works it out once

    _code: CodeType

    def __init__(self, file: str, line: int, function: str) -> None:
        self.file: str = file
        self.line: int = line
        self.function: str = function
        self._text: str = ""

    def __reduce__(self) -> tuple[type[Frame], tuple[str, int, str]]:
        return Frame, self._key()

    def __repr__(self) -> str:
        return f"Frame({self.file!r}, {self.line}, {self.function!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Frame):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, int, str]:
        return self.file, self.line, self.function


Frame.__module__ = "stackerr"

# A frame in the cache keeps its code object: were that collected, its id could come back for another one.
_resolved: dict[tuple[int, int], Frame] = {}


def caller(stacklevel: int) -> FrameType:
    """The frame `stacklevel` calls above the function that asks, or the outermost one there is."""
    try:
        return sys._getframe(max(stacklevel, 1) + 1)
    except ValueError:
        frame = sys._getframe(1)
        while frame.f_back is not None:
            frame = frame.f_back
        return frame


def capture(frame: FrameType | None, depth: int) -> Stack:
    """The places of a frame and of its callers, innermost first: a code object and an offset for each."""
    places: list[CodeType | int] = []
    add = places.append
    for _ in range(depth):
        if frame is None:
            break
        add(frame.f_code)
        add(frame.f_lasti)
        frame = frame.f_back
    return tuple(places)


def resolve(place: Place) -> Frame:
    """The file, line and function of a saved place."""
    if isinstance(place, Frame):
        return place
    code, offset = place
    return _resolved.get((id(code), offset)) or _resolve(code, offset)


def _resolve(code: CodeType, offset: int) -> Frame:
    frame = Frame(code.co_filename, _line_of(code, offset), code.co_qualname)
    frame._code = code
    if len(_resolved) >= _CACHE_LIMIT:
        _resolved.clear()
    _resolved[id(code), offset] = frame
    return frame


def _line_of(code: CodeType, offset: int) -> int:
    for start, end, line in code.co_lines():
        if start <= offset < end:
            return line or code.co_firstlineno
    return code.co_firstlineno


def resolve_stack(stack: Stack) -> tuple[Frame, ...]:
    """The frames of a saved stack, innermost first, without the library's own."""
    if not stack or isinstance(stack[0], Frame):
        return stack  # type: ignore[return-value]
    places = zip(stack[::2], stack[1::2], strict=True)
    return tuple(resolve(place) for place in places if not is_own(place[0]))  # type: ignore[arg-type]


def nearest(stack: Stack) -> Frame:
    """The first place of a saved stack."""
    first = stack[0]
    return first if isinstance(first, Frame) else resolve(stack[:2])  # type: ignore[arg-type]


def first_where(stack: Stack, is_wanted: Callable[[str], bool]) -> Frame | None:
    """The nearest place of a saved stack whose file is wanted; only that one is resolved."""
    for index, place in enumerate(stack):
        if isinstance(place, Frame):
            if is_wanted(place.file):
                return place
        elif not isinstance(place, int) and is_wanted(place.co_filename):
            return resolve((place, stack[index + 1]))  # type: ignore[arg-type]
    return None


def is_own(code: CodeType) -> bool:
    """Whether the code is stackerr's own, which is never shown as a place."""
    return code.co_filename.startswith(OWN_ROOM)


def end_of(traceback: TracebackType | None) -> tuple[CodeType, int] | None:
    """The place where a traceback ends."""
    if traceback is None:
        return None
    while (below := traceback.tb_next) is not None:
        traceback = below
    return traceback.tb_frame.f_code, traceback.tb_lasti


def traceback_stack(traceback: TracebackType | None) -> tuple[CodeType | int, ...]:
    """The places a traceback went through as a stack, innermost first, without the library's own."""
    places: list[CodeType | int] = []
    add = places.append
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if not code.co_filename.startswith(OWN_ROOM):
            add(traceback.tb_lasti)
            add(code)
        traceback = traceback.tb_next
    return tuple(places[::-1])
