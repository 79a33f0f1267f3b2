"""An error as one line."""

from __future__ import annotations

from ._places import place_text
from ._report import LAYER_KINDS, chain, nearest_own_frame
from ._safe import one_line, safe_str, shorten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._report import Link
    from ._stack import Frame

_SHOWN_AT_EACH_END = 16
_SHOWN_MEMBERS = 5
_SHOWN_DEPTH = 4
_LINE_LIMIT = 20_000
_CERTAINLY_A_REPETITION = 20


def compact(err: BaseException) -> str:
    """The error on one line: the messages, outermost first, then the places in brackets.

    Args:
        err: any exception. Of one that stackerr has never seen, the places are read from the tracebacks.

    Returns:
        One line, whatever the messages hold: control characters are shown escaped. The last place is where the root
        was raised. Long messages, long chains and large groups are cut, and what was cut is counted.

    >>> from stackerr import wrap
    >>> compact(wrap(FileNotFoundError("runs/42"), "load run 42"))
    'load run 42: runs/42 [<doctest ...>:1]'
    """
    return _compact(err, 0)


def format_error(err: BaseException, spec: str) -> str:
    """What `f"{err}"` and `f"{err:+}"` show: the message, or everything, as `%v` and `%+v` of Go's pkg/errors."""
    if spec != "+":
        return format(str(err), spec)
    from ._detail import detailed

    return detailed(err)


def _compact(err: BaseException, depth: int) -> str:
    if not issubclass(type(err), BaseException):
        return one_line(safe_str(err))
    links = chain(err)
    words, places = words_of(links, depth), places_of(links)
    return f"{words} [{' > '.join(places)}]" if places else words


def words_of(links: Sequence[Link], depth: int = 0) -> str:
    """The messages of a chain on one line, outermost first."""
    return shorten(": ".join(_cut_middle(_texts(links, depth))), _LINE_LIMIT)


def places_of(links: Sequence[Link]) -> list[str]:
    """The places of a chain, outermost first; with each place in a library, the program's own line that called it."""
    places: list[str] = []
    for link in links:
        if not link.is_saved:
            _add_place(places, nearest_own_frame(link))
        _add_place(places, link.frame)
    return _cut_middle(places)


def _add_place(places: list[str], frame: Frame | None) -> None:
    if frame is not None:
        text = place_text(frame)
        if not places or places[-1] != text:
            places.append(text)


def _texts(links: Sequence[Link], depth: int) -> list[str]:
    texts = []
    above = ""
    for link in links:
        kind = link.kind
        text = one_line(link.message) if kind in LAYER_KINDS else _text(link, depth)
        if text:
            if not above or not _repeats(above, link.message):
                texts.append(text)
            above = link.message if kind == "error" else ""
    if links[-1].aside is not None:
        texts[-1] += _aside(links[-1].aside, depth)
    return texts


def _text(link: Link, depth: int) -> str:
    text = one_line(link.message)
    if link.kind == "group":
        return _group(text, link.members, depth)
    return _with_type(text, link) if not text or link.type == "KeyError" else text


def _with_type(text: str, link: Link) -> str:
    """A lookup that failed says no more than the key: `'id'` alone tells nobody anything."""
    return f"{text} ({link.type})" if text else one_line(link.type)


def _group(text: str, members: Sequence[BaseException], depth: int) -> str:
    count = f"{len(members)} error{'s' if len(members) != 1 else ''}"
    intro = f"{text}: {count}" if text else count
    if depth >= _SHOWN_DEPTH:
        return intro
    shown = [_compact(member, depth + 1) for member in members[:_SHOWN_MEMBERS]]
    if len(members) > len(shown):
        shown.append(f"… {len(members) - len(shown)} more")
    return f"{intro}: ({'; '.join(shown)})"


def _aside(err: BaseException, depth: int) -> str:
    """What was being handled, without its places: they would hide the error's own."""
    if depth >= _SHOWN_DEPTH:
        return ""
    return f" (while handling: {words_of(chain(err), _SHOWN_DEPTH)})"


def _repeats(above: str, message: str) -> bool:
    """Whether an error that was raised `from` another says the other's words already."""
    if not message:
        return False
    return above.endswith(message) or (len(message) > _CERTAINLY_A_REPETITION and message in above)


def _cut_middle(texts: list[str]) -> list[str]:
    hidden = len(texts) - 2 * _SHOWN_AT_EACH_END
    if hidden <= 0:
        return texts
    return [*texts[:_SHOWN_AT_EACH_END], f"… {hidden} more …", *texts[-_SHOWN_AT_EACH_END:]]
