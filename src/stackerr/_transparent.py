"""The class that is both Wrapped and the original's.

`wrap` must not change what an `except` clause catches or an attribute look-up finds. So the wrapped error is an
instance of a class made on the fly from the original's class, and carries the original's whole state. None of the
original's code runs for that: neither its `__init__` and `__new__`, nor its metaclass, nor `__init_subclass__`.
"""

from __future__ import annotations

from _abc import _abc_init  # type: ignore[import-not-found]
from abc import ABCMeta

from ._layer import LAYERS, Layer, Wrapped, cause_of, dict_of, kept_layer, layer_of, layers_on, notes_of, set_cause
from ._safe import safe_str
from ._twin import copy_error, make_copier

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias, TypeVar

    from ._pickling import Part
    from ._twin import Copier

    E = TypeVar("E", bound=BaseException)
    Key: TypeAlias = "type[BaseException] | tuple[type[BaseException], type[BaseException]]"

_CACHE_LIMIT = 4096


class Transparent(Wrapped):
    """What a transparent copy answers in place of the original."""

    __slots__ = ()

    def __init_subclass__(cls, /, **_: object) -> None:
        """Keep the original's `__init_subclass__`, which comes later in the order, from running."""

    def __str__(self: Any) -> str:
        err, layer = self, layer_of(self)
        if layer is None:  # the original's own code made this one, of `type(self)`
            return super().__str__()
        texts = []
        while layer is not None and layer.inner is not None:
            if layer.message is not None:
                texts.append(layer.message)
            err = layer.inner
            layer = layer_of(err)
        return ": ".join([*texts, safe_str(err)])

    def __format__(self: Any, spec: str) -> str:
        from ._text import format_error

        return format_error(self, spec)

    def __copy__(self: Any) -> BaseException:
        layer = layer_of(self)
        if layer is None:  # the original's own code made this one, of `type(self)`
            return copy_error(self)  # type: ignore[no-any-return]
        noted = layer.noted
        twin = kind_of(type(self), None).copy(self, layer)
        layer.noted = noted
        set_cause(twin, cause_of(self))
        return twin

    def __reduce_ex__(self: Any, _: object) -> tuple[Any, ...]:
        from ._pickling import dismantle

        return rebuild, (dismantle(self, rebuild),)


class TransparentGroup(Transparent):
    """A transparent copy of a group: what `except*` and `split` take out of it keeps the layer."""

    __slots__ = ()

    def derive(self: Any, members: Any) -> Any:
        whole, layers = self, []
        layer = layer_of(self)
        while layer is not None and layer.inner is not None:
            layers.append(layer)
            whole = layer.inner
            layer = layer_of(whole)
        if whole is self:  # the original's own code made this one, of `type(self)`
            return super().derive(members)  # type: ignore[misc]
        part = whole.derive(members)
        for layer in reversed(layers):
            part = add_layer(part, layer.over(part))
        return part


class Kind:
    """What is known of a class of errors, found out once.

    Attributes:
        copy: makes a copy of an error of the class, with a layer over it.
        top: reads the topmost layer of an error of the class; None when it has none.
    """

    __slots__ = ("copy", "top")

    def __init__(self, copy: Copier, top: Callable[[Any], Layer | None]) -> None:
        self.copy = copy
        self.top = top


kinds: dict[Key, Kind] = {}


def add_layer(err: E, layer: Layer, mark: type[BaseException] | None = None) -> E:
    """A copy of the error with a layer over it; where no copy can be made, the error itself with the layer on it."""
    kind = kind_of(type(err), mark)
    try:
        return kind.copy(err, layer)  # type: ignore[return-value]
    except Exception:  # noqa: BLE001 - state of the error that its class does not show
        return annotate(err, layer)  # type: ignore[return-value]


def kind_of(cls: type[BaseException], mark: type[BaseException] | None) -> Kind:
    """What is known of a class, or of one with a mark added, from the cache or found out now."""
    key: Key = cls if mark is None else (cls, mark)
    kind = kinds.get(key)
    if kind is None:
        if len(kinds) >= _CACHE_LIMIT:  # classes that were made at run time must not live for ever
            kinds.clear()
        kind = kinds[key] = _find_out(cls, mark)
    return kind


def _find_out(cls: type[BaseException], mark: type[BaseException] | None) -> Kind:
    """A copier into a class made for the purpose, which serves the errors of that class too."""
    top = _reader(cls)
    parents = cls.__dict__.get("__stackerr_parents__", (cls,))
    if mark is not None and not issubclass(cls, mark):
        parents = (*parents, mark)
    try:
        twin_class = _make_class(parents)
        copy = make_copier(parents, twin_class)
    except Exception:  # noqa: BLE001 - whatever a metaclass raises, there is a way that needs no class
        return Kind(annotate if mark is None else kind_of(cls, None).copy, top)
    if mark is None:
        kinds[twin_class] = Kind(copy, _reader(twin_class))
    return Kind(copy, top)


def _reader(cls: type[BaseException]) -> Callable[[BaseException], Layer | None]:
    """How to read the topmost layer of an error: the slot of a copy, by its descriptor, takes a third of `layer_of`."""
    slot = cls.__dict__.get("__stackerr_layer__")
    return kept_layer if slot is None else slot.__get__


def _make_class(parents: tuple[type[BaseException], ...]) -> type[BaseException]:
    """A class that is both Wrapped and all of the parents; it goes by the name of the first."""
    first, metaclass = parents[0], type(parents[0])
    for parent in parents:
        if issubclass(type(parent), metaclass):
            metaclass = type(parent)
    if "mro" in vars(metaclass) and metaclass is not type:
        raise TypeError(f"{metaclass} has code of its own for the order of bases")
    mixin = TransparentGroup if issubclass(first, BaseExceptionGroup) else Transparent
    try:
        made = type.__new__(metaclass, first.__name__, (mixin, *parents), _namespace(parents))
    except TypeError:  # a mark that is a subclass of the error's own class goes before it
        made = type.__new__(metaclass, first.__name__, (mixin, *reversed(parents)), _namespace(parents))
    if issubclass(metaclass, ABCMeta):  # else it would share its caches of isinstance answers with its parent
        _abc_init(made)
    return made


def _namespace(parents: tuple[type[BaseException], ...]) -> dict[str, Any]:
    first = parents[0]
    namespace: dict[str, Any] = {
        "__slots__": ("__stackerr_layer__",),
        "__stackerr_parents__": parents,
        "__module__": first.__module__,
        "__qualname__": first.__qualname__,
        "__doc__": first.__doc__,
        "__class__": property(lambda _: first),
    }
    if hasattr(first, "__del__"):  # what the original will clean up is not to be cleaned up twice
        namespace["__del__"] = lambda _: None
    return namespace


def annotate(err: BaseException, layer: Layer) -> BaseException:
    """Put the layer on the error itself, and a note that shows it in ordinary tracebacks."""
    from ._report import note_text

    layer.inner = None
    state = dict_of(err)
    state[LAYERS] = (layer, *layers_on(err))
    state["__notes__"] = [*notes_of(err), note_text(layer)]
    return err


def rebuild(parts: list[Part]) -> BaseException:
    """Put a chain together again from what `dismantle` made of it."""
    *upper, root = parts
    err = _restore(root, None)
    for part in reversed(upper):
        kind, made, extra, _ = part
        if kind == "layer":
            made.inner = err
            err = add_layer(err, made, made.mark)
            dict_of(err).update(extra)
        else:
            err = _restore(part, err)
    return err


def _restore(part: Part, below: BaseException | None) -> BaseException:
    from ._pickling import restore_error, restore_group, restore_ours

    kind, made, ours, state = part
    err: BaseException = made
    if kind == "error":
        err = restore_error(made, state)
    elif kind == "group":
        err = restore_group(made, state)
    restore_ours(err, ours, below)
    if below is not None:
        set_cause(err, below)
    return err
