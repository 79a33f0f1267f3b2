"""Layers: what one wrap adds to an error, and where it is kept.

A transparent copy has its layer in a slot of its own. An error that cannot be copied keeps its layers in its instance
dictionary, outermost first; an `Error` keeps there the layer it was made with, its origin.
"""

from __future__ import annotations

from ._safe import safe_str
from ._stack import resolve, resolve_stack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._stack import Frame, Place, Stack

LAYERS = "__stackerr_layers__"
ORIGIN = "__stackerr_origin__"
PATH = "__stackerr_path__"

# Straight to the C level: a class may override any of these names, and what it does there must not run.
args_of = BaseException.__dict__["args"].__get__
set_args = BaseException.__dict__["args"].__set__
cause_of = BaseException.__dict__["__cause__"].__get__
set_cause = BaseException.__dict__["__cause__"].__set__
context_of = BaseException.__dict__["__context__"].__get__
set_context = BaseException.__dict__["__context__"].__set__
is_context_suppressed = BaseException.__dict__["__suppress_context__"].__get__
traceback_of = BaseException.__dict__["__traceback__"].__get__
dict_of = BaseException.__dict__["__dict__"].__get__
members_of = BaseExceptionGroup.__dict__["exceptions"].__get__
group_message_of = BaseExceptionGroup.__dict__["message"].__get__


class Layer:
    """A message, a place and fields; the error they were added to; the stack, when this layer saved one.

    Attributes:
        inner: the error that was wrapped; None for a layer that is kept on the error itself.
        message: the text of this layer alone; None when it has none.
        place: where it was added; None when it has none.
        stack: the calls that led there, innermost first; None when this layer saved none.
        thread: the thread that saved the nearest stack at or below this layer; 0 when there is none.
        fields: the key-value pairs of this layer alone.
        mark: the class that `mark` added.
        hidden: the error behind an `opaque` one; for a part of a group, the whole.
        noted: how many notes were taken over from the inner error.
    """

    __slots__ = ("fields", "hidden", "inner", "mark", "message", "noted", "place", "stack", "thread")

    inner: BaseException | None
    message: str | None
    place: Place | None
    stack: Stack | None
    thread: int
    fields: dict[str, Any]
    mark: type[BaseException] | None
    hidden: BaseException | None
    noted: int

    def over(self, part: BaseException) -> Layer:
        """The same layer for a part of the group that it lies over."""
        layer = make_layer(part, self.message, self.place, self.stack, self.thread, self.fields)
        layer.mark, layer.hidden = self.mark, self.inner
        return layer

    def frame(self) -> Frame | None:
        """Where the layer was added."""
        return None if self.place is None else resolve(self.place)

    def callers(self) -> tuple[Frame, ...]:
        """The saved stack, innermost first; empty when this layer saved none."""
        return () if self.stack is None else resolve_stack(self.stack)

    def __reduce__(self) -> tuple[Any, ...]:
        """Plain data: the place and the stack resolved, without the errors, which come back on their own."""
        fields = {key: _picklable(value) for key, value in self.fields.items()}
        return _restore, (self.message, self.frame(), self.callers(), fields, self.mark, self.noted)


def make_layer(
    inner: BaseException | None,
    message: str | None,
    place: Place | None,
    stack: Stack | None,
    thread: int,
    fields: dict[str, Any],
) -> Layer:
    """A layer; made by a function, since a class with an `__init__` takes half as long again."""
    layer = Layer()
    layer.inner = inner
    layer.message = message
    layer.place = place
    layer.stack = stack
    layer.thread = thread
    layer.fields = fields
    layer.mark = layer.hidden = None
    layer.noted = 0
    return layer


def _restore(
    message: str | None,
    frame: Frame | None,
    callers: tuple[Frame, ...],
    fields: dict[str, Any],
    mark: type[BaseException] | None,
    noted: int,
) -> Layer:
    layer = make_layer(None, message, frame, callers or None, 0, fields)
    layer.mark, layer.noted = mark, noted
    return layer


def _picklable(value: object) -> object:
    """The value, or its text when pickle cannot take it: a lock among the fields must not hide the error."""
    if value is None or type(value) in (str, int, float, bool, bytes):
        return value
    import pickle

    try:
        pickle.dumps(value)
    except Exception:  # noqa: BLE001 - whatever a value's own pickling raises
        return safe_str(value, repr)
    return value


class Wrapped:
    """What every transparent copy is besides the original's class: the only part of its class that is ours."""

    __slots__ = ()


def layer_of(err: BaseException) -> Layer | None:
    """The layer of a transparent copy; None for every other error."""
    if not issubclass(type(err), Wrapped):
        return None
    try:
        layer: Layer = object.__getattribute__(err, "__stackerr_layer__")
    except AttributeError:  # the original's own code made an instance of `type(self)`
        return None
    return layer


def layers_on(err: BaseException) -> tuple[Layer, ...]:
    """The layers of an error that could not be copied, outermost first."""
    layers: tuple[Layer, ...] = dict_of(err).get(LAYERS, ())
    return layers


def kept_layer(err: BaseException) -> Layer | None:
    """The topmost layer that is kept on an error itself: one it could not be copied for, or its origin."""
    state = dict_of(err)
    if not state:
        return None
    layers = state.get(LAYERS)
    layer: Layer | None = layers[0] if layers else state.get(ORIGIN)
    return layer


def origin_of(err: BaseException) -> Layer | None:
    """The layer that an error of ours was made with; None for every other error."""
    origin: Layer | None = dict_of(err).get(ORIGIN)
    return origin


def hidden_by(err: BaseException) -> BaseException | None:
    """The error behind an `opaque` one; None for every other error."""
    origin = origin_of(err)
    return None if origin is None else origin.hidden


def notes_of(err: BaseException) -> list[Any]:
    """The error's PEP 678 notes; an empty list when what is there is no list of notes."""
    notes = dict_of(err).get("__notes__")
    return list(notes) if isinstance(notes, (list, tuple)) else []
