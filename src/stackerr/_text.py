"""An error as one line."""

from __future__ import annotations

from ._chain import second_cause, steps_down
from ._layer import group_message_of, members_of
from ._places import place_text
from ._report import context_shown, places_of
from ._safe import name_of, one_line, safe_str, shorten
from ._stack import resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._chain import Step
    from ._stack import Place

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
    steps = steps_down(err)
    words, places = tell(steps, depth)
    return f"{words} [{' > '.join(places)}]" if places else words


def tell(steps: Sequence[Step], depth: int = 0) -> tuple[str, list[str]]:
    """The messages of a chain on one line, and its places; both outermost first."""
    texts: list[str] = []
    places: list[Place] = []
    above = ""
    for err, layer in steps:
        if layer is None:
            message, text, below = _words_of(err, depth)
            places += places_of(err)
        else:
            message, below = layer.message or "", ""
            text = one_line(message)
            if layer.place is not None:
                places.append(layer.place)
        if text:
            if not above or not _repeats(above, message):
                texts.append(text)
            above = below
    err, layer = steps[-1]
    aside = context_shown(err) if layer is None else second_cause(err)
    if aside is not None:
        texts[-1] += _aside(aside, depth)
    return shorten(": ".join(_cut_middle(texts)), _LINE_LIMIT), _shown(places)


def _shown(places: list[Place]) -> list[str]:
    texts: list[str] = []
    above = ""
    for place in places:
        text = place_text(resolve(place))
        if text != above:  # a function that wraps what it raises has one place, not two
            texts.append(text)
            above = text
    return _cut_middle(texts)


def _words_of(err: BaseException, depth: int) -> tuple[str, str, str]:
    """The message of an error, how it is shown, and what an error below it may say again."""
    if issubclass(type(err), BaseExceptionGroup):
        message = group_message_of(err)
        return message, _group(one_line(message), members_of(err), depth), ""
    message, name = safe_str(err), name_of(type(err))
    text = one_line(message)
    if not text:
        text = one_line(name)
    elif name == "KeyError":  # a lookup that failed says no more than the key: `'id'` alone tells nobody anything
        text = f"{text} ({name})"
    return message, text, message


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
    words, _ = tell(steps_down(err), _SHOWN_DEPTH)
    return f" (while handling: {words})"


def _repeats(above: str, message: str) -> bool:
    """Whether an error that was raised `from` another says the other's words already."""
    if not message:
        return False
    return above.endswith(message) or (len(message) > _CERTAINLY_A_REPETITION and message in above)


def _cut_middle(texts: list[str]) -> list[str]:
    if len(texts) <= 2 * _SHOWN_AT_EACH_END:
        return texts
    hidden = len(texts) - 2 * _SHOWN_AT_EACH_END
    return [*texts[:_SHOWN_AT_EACH_END], f"… {hidden} more …", *texts[-_SHOWN_AT_EACH_END:]]
