"""An error as one line."""

from __future__ import annotations

from ._places import place_text
from ._report import chain, nearest_own_frame
from ._safe import one_line, safe_str

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._report import Link

_SHOWN_AT_EACH_END = 16
_SHOWN_MEMBERS = 5
_SHOWN_DEPTH = 4
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
    text = ": ".join(_cut_middle(_texts(links, depth)))
    places = _cut_middle(_places(links))
    return f"{text} [{' > '.join(places)}]" if places else text


def _texts(links: Sequence[Link], depth: int) -> list[str]:
    texts = []
    above = ""
    for link in links:
        text = _text(link, depth)
        if text and not _repeats(above, link.message):
            texts.append(text)
        if text:
            above = link.message if link.kind == "error" else ""
    if links[-1].aside is not None:
        texts[-1] += _aside(links[-1].aside, depth)
    return texts


def _text(link: Link, depth: int) -> str:
    text = one_line(link.message)
    if link.kind == "group":
        return _group(text, link.members, depth)
    if link.kind in ("wrap", "mark"):
        return text
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
    texts = _cut_middle(_texts(chain(err), _SHOWN_DEPTH))
    return f" (while handling: {': '.join(texts)})"


def _repeats(above: str, message: str) -> bool:
    """Whether an error that was raised `from` another says the other's words already."""
    if not above or not message:
        return False
    return above.endswith(message) or (len(message) > _CERTAINLY_A_REPETITION and message in above)


def _places(links: Sequence[Link]) -> list[str]:
    places: list[str] = []
    for link in links:
        for frame in (nearest_own_frame(link), link.frame):
            if frame is not None:
                text = one_line(place_text(frame))
                if places[-1:] != [text]:
                    places.append(text)
    return places


def _cut_middle(texts: list[str]) -> list[str]:
    hidden = len(texts) - 2 * _SHOWN_AT_EACH_END
    if hidden <= 0:
        return texts
    return [*texts[:_SHOWN_AT_EACH_END], f"… {hidden} more …", *texts[-_SHOWN_AT_EACH_END:]]
