"""What is known of an error, as plain data: the one thing that every outlet prints."""

from __future__ import annotations

from ._chain import second_cause, steps_down
from ._layer import (
    ORIGIN,
    PATH,
    cause_of,
    context_of,
    dict_of,
    group_message_of,
    is_context_suppressed,
    layers_on,
    members_of,
    notes_of,
    origin_of,
    traceback_of,
)
from ._places import is_library, place_text
from ._safe import name_of, qualified_name, safe_str
from ._stack import end_of, first_where, nearest, resolve_stack, traceback_stack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ._layer import Layer
    from ._stack import Frame, Place, Stack


LAYER_KINDS = ("wrap", "stack", "mark")
_BASES_OF_ALL = (Exception, BaseException, object)


class Link:
    """One link of a chain: what one layer, or the error at the root, has to say.

    Attributes:
        message: its own text, without that of the links below; empty when it has none.
        type: the name of the error's class.
        qualified_type: the same with its module, as tracebacks write it.
        kind: `"wrap"`, `"stack"` (a place without a message), `"mark"`, `"error"` (a root, or an error raised `from`
            another), `"group"` or `"opaque"`.
        frame: where it was added, or where the error was raised; None when nobody knows.
        fields: its own key-value pairs.
        notes: its own PEP 678 notes.
        members: the errors of a group.
        hidden: the error behind an opaque one.
        bases: the names of the classes that its class is derived from, without `Exception` and those above.
        text: the `str` of a group, which its message is only a part of.
        aside: an error that was being handled when this one was raised, and is no cause of it.

    >>> from stackerr import chain, wrap
    >>> [(link.message, link.type) for link in chain(wrap(KeyError("id"), "load user"))]
    [('load user', 'KeyError'), ("'id'", 'KeyError')]
    """

    # What most links lack stands here, once: making links is what every log line pays for.
    notes: tuple[str, ...] = ()
    members: Sequence[BaseException] = ()
    hidden: BaseException | None = None
    aside: BaseException | None = None
    is_saved = True
    _path: Stack = ()
    _text: str | None = None
    _bases: tuple[str, ...] | None = None

    def __init__(self, kind: str, cls: type, message: str, frame: Frame | None, fields: dict[str, Any]) -> None:
        self.kind = kind
        self.message = message
        self.frame = frame
        self.fields = fields
        self._class = cls

    @property
    def type(self) -> str:
        """The name of the error's class."""
        return name_of(self._class)

    @property
    def qualified_type(self) -> str:
        """The name of the error's class with its module, as tracebacks write it."""
        return qualified_name(self._class)

    @property
    def bases(self) -> tuple[str, ...]:
        """The names of the classes that the error's class is derived from; empty for a layer."""
        if self.kind in LAYER_KINDS:
            return ()
        return _names_of_bases(self._class) if self._bases is None else self._bases

    @property
    def text(self) -> str:
        """The `str` of a group, else the message."""
        return self.message if self._text is None else self._text

    @property
    def callers(self) -> tuple[Frame, ...]:
        """The frames that led to `frame`, the nearest first."""
        return resolve_stack(self._path)[1:]

    def __repr__(self) -> str:
        return f"Link({self.message!r}, type={self.type!r}, frame={self.frame!r}, fields={self.fields!r})"


Link.__module__ = "stackerr"


def chain(err: BaseException | None) -> list[Link]:
    """The links of an error, outermost first: one for each layer, and one for each error they lie on.

    Args:
        err: any exception, whether stackerr made it or not; None has no links.

    Returns:
        The links down to the root. The members of a group are on its link, each with a chain of its own.

    >>> from stackerr import new, wrap
    >>> [link.message for link in chain(wrap(new("disk full"), "save cache"))]
    ['save cache', 'disk full']
    """
    return [_error_link(err) if layer is None else _layer_link(err, layer) for err, layer in steps_down(err)]


def _layer_link(err: BaseException, layer: Layer) -> Link:
    kind = "mark" if layer.mark is not None else "stack" if layer.message is None else "wrap"
    link = Link(kind, class_of(err, layer), layer.message or "", layer.frame(), layer.fields)
    link._path = layer.stack or ()
    if layer.inner is not None:
        if "__notes__" in dict_of(err):
            link.notes = _texts(notes_of(err)[layer.noted :])
        if cause_of(err) is not layer.inner:
            link.aside = second_cause(err)
    return link


def _error_link(err: BaseException) -> Link:
    origin, state = origin_of(err), dict_of(err)
    link = Link("error", type(err), "", None, fields_of(err, None))
    if issubclass(type(err), BaseExceptionGroup):
        link.kind, link.members = "group", members_of(err)
        link.message, link._text = group_message_of(err), safe_str(err)
    else:
        link.message = safe_str(err)
    if origin is None:
        link.is_saved = False
        link._path = _path_of(err)
        link.frame = nearest(link._path) if link._path else None
    else:
        link.frame, link._path, link.hidden = origin.frame(), origin.stack or (), origin.hidden
    if link.hidden is not None:
        link.kind = "opaque"
    if state:
        link._bases = state.get("remote_bases")
        link.notes = _own_notes(err)
    link.aside = context_shown(err)
    return link


def class_of(err: BaseException, layer: Layer | None) -> type[BaseException]:
    """The class that a step of the chain is shown with."""
    return type(err) if layer is None or layer.mark is None else layer.mark


def fields_of(err: BaseException, layer: Layer | None) -> dict[str, Any]:
    """The key-value pairs of one step of the chain."""
    if layer is not None:
        return layer.fields
    state = dict_of(err)
    origin = state.get(ORIGIN)
    if origin is None:
        return {}
    fields = state.get("fields")
    return fields if type(fields) is dict else origin.fields


def _names_of_bases(cls: type) -> tuple[str, ...]:
    names = [qualified_name(base) for base in cls.__mro__[1:] if base not in _BASES_OF_ALL]
    return tuple(name for name in names if not name.startswith("stackerr._"))


def _own_notes(err: BaseException) -> tuple[str, ...]:
    notes = notes_of(err)
    if not notes:
        return ()
    shown_as_layers = {note_text(layer) for layer in layers_on(err)}
    return tuple(text for text in _texts(notes) if text not in shown_as_layers)


def note_text(layer: Layer) -> str:
    """How a layer that is kept on the error itself reads in an ordinary traceback."""
    frame = layer.frame()
    place = "" if frame is None else f" [{place_text(frame)}]"
    return f"{layer.message or 'passed'}{place}"


def _texts(notes: list[Any]) -> tuple[str, ...]:
    return tuple(safe_str(note) for note in notes)


def context_shown(err: BaseException) -> BaseException | None:
    """The error that was being handled, when Python's own traceback would show it."""
    context: BaseException | None = context_of(err)
    return None if context is None or is_context_suppressed(err) or cause_of(err) is not None else context


def places_of(err: BaseException) -> tuple[Place, ...]:
    """Where an error below the layers arose; before a place in a library, the program's own line that called it."""
    state = dict_of(err)
    origin = state.get(ORIGIN)
    if origin is not None:
        return () if origin.place is None else (origin.place,)
    end = None if PATH in state else end_of(traceback_of(err))
    if end is not None and not is_library(end[0].co_filename):  # mostly so: the whole path need not be read
        return (end,)
    path = _path_of(err)
    if not path:
        return ()
    frame = nearest(path)
    own = first_where(path, lambda file: not is_library(file)) if is_library(frame.file) else None
    return (frame,) if own is None else (own, frame)


def _path_of(err: BaseException) -> Stack:
    """The calls that an error of others came up through, innermost first."""
    return dict_of(err).get(PATH) or traceback_stack(traceback_of(err))


def frames(err: BaseException | None) -> list[Frame]:
    """One frame for each layer that saved its place, outermost first.

    >>> from stackerr import new, wrap
    >>> [frame.function for frame in frames(wrap(new("disk full"), "save cache"))]
    ['<module>', '<module>']
    """
    return [link.frame for link in chain(err) if link.is_saved and link.frame is not None]


def fields(err: BaseException | None) -> dict[str, Any]:
    """The key-value pairs of the whole chain; of two with one key, the outer wins.

    >>> from stackerr import new, wrap
    >>> fields(wrap(new("disk full", disk="sda", free=0), "save cache", disk="cache"))
    {'disk': 'cache', 'free': 0}
    """
    merged: dict[str, Any] = {}
    for step in reversed(steps_down(err)):
        merged.update(fields_of(*step))
    return merged


def public_message(err: BaseException | None, default: str = "internal error") -> str:
    """What an outsider may be told: the outermost field `public`, never the text of the error itself.

    Args:
        err: the error.
        default: what to say when no layer has a public message.

    >>> from stackerr import new, wrap
    >>> public_message(wrap(new("user 7: row locked"), "save", public="try again in a minute"))
    'try again in a minute'
    >>> public_message(new("password file unreadable"))
    'internal error'
    """
    message = fields(err).get("public")
    return default if message is None else safe_str(message)


def hints(err: BaseException | None) -> list[str]:
    """What can be done about it: the fields `hint` of the chain, outermost first, each once.

    >>> from stackerr import new, wrap
    >>> hints(wrap(new("disk full", hint="empty the cache"), "save", hint="try another disk"))
    ['try another disk', 'empty the cache']
    """
    given = [fields_of(*step).get("hint") for step in steps_down(err)]
    return list(dict.fromkeys(safe_str(hint) for hint in given if hint is not None))


def code(err: BaseException | None) -> str | int | None:
    """What to look up: the outermost field `code`, or None.

    >>> from stackerr import new, wrap
    >>> code(wrap(new("disk full", code="E17"), "save cache"))
    'E17'
    """
    found: str | int | None = fields(err).get("code")
    return found
