"""An error in detail: a block for each link, so that the failing line is found at a glance."""

from __future__ import annotations

from ._places import absolute
from ._report import LAYER_KINDS, chain
from ._safe import escape, one_line, safe_str, shorten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ._report import Link
    from ._stack import Frame

_INDENT = "    "
_SHOWN_AT_EACH_END = 50
_SHOWN_MEMBERS = 20
_SHOWN_DEPTH = 8


def detailed(err: BaseException) -> str:
    """The error in full, on many lines.

    Args:
        err: any exception.

    Returns:
        A block for each link, outermost first: its own message, type, file:line and function, the source line
        of the place where the root was raised, fields and notes, and the calls that led there, those shown before left
        out. The members of groups are indented below it. No line break at the end.

    >>> from stackerr import wrap
    >>> print(detailed(wrap(FileNotFoundError("runs/42"), "load run 42", run_id=42)))
    load run 42 (FileNotFoundError)
        <doctest ...>:1 in <module>
        run_id=42
    ...
    runs/42 (FileNotFoundError)
    """
    return "\n".join(_Writer().error(err, 0))


class _Writer:
    """Writes one report; remembers which frames it has shown."""

    def __init__(self) -> None:
        self._shown: set[Frame] = set()
        self._visited: set[int] = set()

    def error(self, err: BaseException, depth: int) -> list[str]:
        if not issubclass(type(err), BaseException):
            return [one_line(safe_str(err))]
        if depth >= _SHOWN_DEPTH or id(err) in self._visited:
            return [f"{one_line(type(err).__name__)} …"]
        self._visited.add(id(err))
        lines: list[str] = []
        links = chain(err)
        hidden = len(links) - 2 * _SHOWN_AT_EACH_END
        for index, link in enumerate(links):
            if hidden > 0 and index == _SHOWN_AT_EACH_END:
                lines.append(f"… {hidden} more …")
            if hidden <= 0 or not _SHOWN_AT_EACH_END <= index < _SHOWN_AT_EACH_END + hidden:
                lines += self._link(link, link is links[-1], depth)
        return lines

    def _link(self, link: Link, is_root: bool, depth: int) -> list[str]:
        lines = _message(link)
        lines += self._place(link, is_root)
        if link.fields:
            lines.append(
                _INDENT + " ".join(f"{one_line(str(key))}={_value(value)}" for key, value in link.fields.items())
            )
        for note in link.notes:
            lines += _indent(_lines(note), f"{_INDENT}note: ")
        lines += self._callers(link)
        lines += self._members(link.members, depth)
        if link.hidden is not None:
            lines += self._beside("hidden behind it:", link.hidden, depth)
        if link.aside is not None:
            heading = "while handling:" if link.kind not in LAYER_KINDS else "and caused by:"
            lines += self._beside(heading, link.aside, depth)
        return lines

    def _place(self, link: Link, is_root: bool) -> list[str]:
        if link.frame is None:
            return []
        self._shown.add(link.frame)
        text = _frame_text(link.frame)
        if not is_root:
            return [_INDENT + text]
        source = _source_line(link.frame)
        return [f"  > {text}", *([f"{_INDENT}  {source}"] if source else [])]

    def _callers(self, link: Link) -> list[str]:
        callers = [frame for frame in link.callers if frame not in self._shown]
        if not callers:
            return []
        self._shown.update(callers)
        return [f"{_INDENT}called from", *(f"{_INDENT}  {_frame_text(frame)}" for frame in callers)]

    def _members(self, members: Sequence[BaseException], depth: int) -> list[str]:
        lines: list[str] = []
        for number, member in enumerate(members[:_SHOWN_MEMBERS], 1):
            lines += _indent(self.error(member, depth + 1), f"  [{number}] ")
        if len(members) > _SHOWN_MEMBERS:
            lines.append(f"  … {len(members) - _SHOWN_MEMBERS} more")
        return lines

    def _beside(self, heading: str, err: BaseException, depth: int) -> list[str]:
        return [_INDENT + heading, *_indent(self.error(err, depth + 1), _INDENT + "  ")]


def _message(link: Link) -> list[str]:
    first, *rest = _lines(link.message) or [""]
    type_name = one_line(link.qualified_type)
    title = f"{first} ({type_name})" if first else type_name
    if link.kind == "group":
        title += f": {len(link.members)} errors"
    return [title, *(_INDENT + line for line in rest)]


def _lines(text: str) -> list[str]:
    return [escape(line) for line in shorten(text).split("\n")]


def _indent(lines: Iterable[str], first: str) -> list[str]:
    return [(first if number == 0 else " " * len(first)) + line for number, line in enumerate(lines)]


def _frame_text(frame: Frame) -> str:
    return f"{one_line(absolute(frame.file))}:{frame.line} in {one_line(frame.function)}"


def _source_line(frame: Frame) -> str:
    import linecache

    try:
        return one_line(linecache.getline(frame.file, frame.line).strip())
    except Exception:  # noqa: BLE001 - whatever a loader of source text raises, the report goes on
        return ""


def _value(value: object) -> str:
    return one_line(safe_str(value, repr), limit=200)
