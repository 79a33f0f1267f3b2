"""Errors that come from elsewhere as plain data."""

from __future__ import annotations

import builtins

from ._errors import Error
from ._group import ErrorGroup
from ._layer import ORIGIN, PATH, dict_of, make_layer, set_cause, set_context
from ._plain import VERSION
from ._report import LAYER_KINDS
from ._safe import qualified_name, safe_str, shorten
from ._stack import Frame
from ._transparent import add_layer
from ._twin import native_base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeVar

    from ._layer import Layer

    T = TypeVar("T")

_CACHE_LIMIT = 1024


class RemoteError(Error):
    """An error that was made from plain data by `from_dict`.

    Its class goes by the name of the original's. `is_err` finds the original's class and its bases by name. Where it is
    a builtin class, or one made from `Error` that this process has loaded already, `except` catches it too.

    Attributes:
        type_names: the names, with their modules, that it answers to.

    >>> from stackerr import from_dict
    >>> err = from_dict({"version": 1, "chain": [{"message": "no such key", "type": "NoSuchKey"}]})
    >>> isinstance(err, RemoteError), type(err).__name__, str(err)
    (True, 'NoSuchKey', 'no such key')
    """

    type_names: frozenset[str] = frozenset()

    def __init_subclass__(cls, /, **_: object) -> None:
        """Keep the `__init_subclass__` of a class that it stands in for from running."""

    def __str__(self) -> str:
        return safe_str(self.args[0]) if self.args else ""

    def __is_err__(self, target: object) -> bool:
        return isinstance(target, type) and qualified_name(target) in self.type_names


class RemoteGroup(ErrorGroup):
    """A group of errors that was made from plain data by `from_dict`."""

    def __str__(self) -> str:
        return safe_str(dict_of(self).get("remote_text", ""))


RemoteError.__module__ = "stackerr"


def from_dict(data: dict[str, Any]) -> BaseException:
    """An error from what `to_dict` made of one, maybe in another process.

    Args:
        data: the plain data.

    Returns:
        The chain, with texts, places, fields and notes. Nothing is imported for it, and no class's code runs: each
        error is a `RemoteError`.

    Raises:
        ValueError: the data is not what `to_dict` makes; the text says where.

    >>> from stackerr import compact, to_dict, wrap
    >>> err = from_dict(to_dict(wrap(KeyError("id"), "load user", user=7)))
    >>> isinstance(err, KeyError), str(err)
    (True, "load user: 'id'")
    """
    return _error(data, "data")


def _error(data: object, where: str) -> BaseException:
    data = _checked(data, dict, where)
    version = data.get("version", VERSION)
    if version != VERSION:
        raise ValueError(f"from_dict(): {where} has version {version!r}; this stackerr reads version {VERSION}")
    entries = [_checked(entry, dict, f"{where}.chain[{i}]") for i, entry in enumerate(_get(data, "chain", list, where))]
    if not entries:
        raise ValueError(f"from_dict(): {where}.chain is empty: an error has one link at least")
    marks = [_name(entry) for entry in entries if entry.get("kind") == "mark"]
    last = len(entries) - 1
    err = _link(entries[last], None, marks, f"{where}.chain[{last}]")
    for index in reversed(range(last)):
        err = _link(entries[index], err, marks, f"{where}.chain[{index}]")
    return err


def _link(entry: dict[str, Any], below: BaseException | None, marks: list[str], where: str) -> BaseException:
    layer = _layer(entry, where)
    if entry.get("kind") in LAYER_KINDS and below is not None:
        err = _put_over(below, layer, entry, where)
    else:
        err = _group(entry, where) if entry.get("kind") == "group" else _lone_error(entry, marks, where)
        layer.message = None
        dict_of(err)["remote_bases"] = tuple(entry.get("bases", ()))
        if entry.get("is_saved", True):
            dict_of(err).update({ORIGIN: layer, "fields": layer.fields})
        else:  # the place was read from a traceback: that of a library may be shown with the line that called it
            dict_of(err)[PATH] = layer.callers() or (layer.frame(),) * (layer.place is not None)
        if below is not None:
            set_cause(err, below)
    _add_asides(err, layer, entry, where)
    notes = [safe_str(note) for note in _get(entry, "notes", list, where, [])]
    if notes:
        dict_of(err)["__notes__"] = [*dict_of(err).get("__notes__", ()), *notes]
    return err


def _layer(entry: dict[str, Any], where: str) -> Layer:
    frame = None if entry.get("frame") is None else _frame(entry["frame"], f"{where}.frame")
    callers = [_frame(caller, f"{where}.callers") for caller in _get(entry, "callers", list, where, [])]
    stack = (frame, *callers) if frame is not None and callers else None
    message: str | None = _get(entry, "message", str, where)
    if entry.get("kind") == "stack" or (entry.get("kind") == "mark" and not message):
        message = None
    return make_layer(None, message, frame, stack, 0, dict(_get(entry, "fields", dict, where, {})))


def _frame(data: object, where: str) -> Frame:
    data = _checked(data, dict, where)
    return Frame(_get(data, "file", str, where), _get(data, "line", int, where), _get(data, "function", str, where))


def _put_over(below: BaseException, layer: Layer, entry: dict[str, Any], where: str) -> BaseException:
    layer.inner = below
    known = None
    if entry["kind"] == "mark":
        name = _name(entry)
        known = _known_class(name)
        layer.mark = known or _class_named(name, _get(entry, "type", str, where), RemoteError)
    return add_layer(below, layer, known)


def _lone_error(entry: dict[str, Any], marks: list[str], where: str) -> BaseException:
    name = _name(entry)
    cls = _class_named(name, _get(entry, "type", str, where), RemoteError)
    err = native_base(cls).__new__(cls, _get(entry, "message", str, where))
    dict_of(err)["type_names"] = frozenset((name, *entry.get("bases", ()), *marks))
    return err


def _group(entry: dict[str, Any], where: str) -> BaseException:
    errors = _get(entry, "errors", list, where)
    members = [_error(member, f"{where}.errors[{index}]") for index, member in enumerate(errors)]
    if not members:
        raise ValueError(f"from_dict(): {where}.errors is empty: a group has one error at least")
    cls = _class_named(_name(entry), _get(entry, "type", str, where), RemoteGroup)
    err: BaseException = BaseExceptionGroup.__new__(cls, _get(entry, "message", str, where), members)  # type: ignore[type-var]
    dict_of(err)["remote_text"] = _get(entry, "text", str, where, "")
    return err


def _add_asides(err: BaseException, layer: Layer, entry: dict[str, Any], where: str) -> None:
    if "hidden" in entry:
        layer.hidden = _error(entry["hidden"], f"{where}.hidden")
    if "aside" in entry:
        aside = _error(entry["aside"], f"{where}.aside")
        (set_context if layer.inner is None else set_cause)(err, aside)


def _name(entry: dict[str, Any]) -> str:
    return safe_str(entry.get("qualified_type") or entry.get("type"))


class _RemoteClass(type):
    """The class of the classes made here: pickle makes them anew by their names, since no module has them."""

    __stackerr_recipe__: tuple[str, str, type[BaseException]]


_classes: dict[tuple[str, str, type], type[BaseException]] = {}


def _class_named(qualified: str, name: str, base: type[BaseException]) -> type[BaseException]:
    """A class of that name; of a class that is here already it is a subclass."""
    key = qualified, name, base
    if key not in _classes:
        _prepare_pickling()
        if len(_classes) >= _CACHE_LIMIT:
            _classes.clear()
        known = _known_class(qualified) if base is RemoteError else None
        module = qualified.removesuffix(name).rstrip(".") or "builtins"
        namespace = {"__module__": module, "__qualname__": name, "__stackerr_recipe__": key}
        bases = (base,) if known is None or issubclass(base, known) else (base, known)
        make: Any = type.__new__
        _classes[key] = make(_RemoteClass, name, bases, namespace)
    return _classes[key]


def _prepare_pickling() -> None:
    import copyreg

    def reduce_class(cls: Any) -> tuple[Any, ...]:
        return _class_named, cls.__stackerr_recipe__

    copyreg.pickle(_RemoteClass, reduce_class)


def _known_class(qualified: str) -> type[Exception] | None:
    """The class of that name among the builtin ones and those made from `Error`; nothing is imported to find it."""
    found = getattr(builtins, qualified, None)
    if isinstance(found, type) and issubclass(found, Exception) and not issubclass(found, BaseExceptionGroup):
        return found
    return next((cls for cls in _subclasses(Error) if qualified_name(cls) == qualified), None)


def _subclasses(cls: type[Error]) -> Iterator[type[Error]]:
    for subclass in type.__subclasses__(cls):
        if type(subclass) is not _RemoteClass and "__stackerr_parents__" not in subclass.__dict__:
            yield subclass
            yield from _subclasses(subclass)


def _get(data: dict[str, Any], key: str, kind: type[T], where: str, default: T | None = None) -> T:
    if key not in data and default is not None:
        return default
    if key not in data:
        raise ValueError(f"from_dict(): {where}.{key} is missing")
    return _checked(data[key], kind, f"{where}.{key}")


def _checked(value: object, kind: type[T], where: str) -> T:
    if not isinstance(value, kind):
        raise ValueError(f"from_dict(): {where} is {shorten(repr(value), 80)}; wanted {kind.__name__}")
    return value
