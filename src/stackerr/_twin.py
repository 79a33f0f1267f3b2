"""Copying an error into an instance of a subclass, running none of its own code.

An error's state has three parts: `args` and the C level's members, the values of `__slots__`, and the instance
dictionary. Each is read and written by the descriptors of the class that defines it.
"""

from __future__ import annotations

from ._layer import args_of, cause_of, dict_of, group_message_of, members_of, set_args, set_cause

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias, TypeVar

    from ._layer import Layer

    E = TypeVar("E", bound=BaseException)
    Copier: TypeAlias = Callable[[BaseException, Layer], BaseException]

_HEAP_TYPE = 1 << 9
_POINTER = tuple.__itemsize__
_MEMBER = type(OSError.__dict__["errno"])
_GETSET = type(OSError.__dict__["characters_written"])
_OVERRIDES = ("__getattribute__", "__setattr__", "__dict__", "args", "__cause__")


class Uncopyable(Exception):
    """The class has state that cannot be read or written from Python."""


def make_copier(parents: tuple[type[BaseException], ...], twin_class: type[BaseException]) -> Copier:
    """A function that makes a `twin_class` with the state of an error of its parents, and a layer over it.

    Raises:
        Uncopyable: there is state that cannot be reached.
    """
    for parent in parents:
        refuse_hidden_state(parent)
    native = native_base(twin_class)
    members = [member for parent in parents for member in members_in(parent)]
    if issubclass(twin_class, BaseExceptionGroup):
        return _copy_group(twin_class, members)
    if any(_is_overridden(twin_class, name) for name in _OVERRIDES):
        return _copy_everything(twin_class, native, members)
    if not members:
        return _copy_args_and_dict(twin_class, native)
    if all(_is_plain(twin_class, member) for member in members):
        return _copy_native(twin_class, native, [member.__name__ for member in members])
    return _copy_everything(twin_class, native, members)


def native_base(cls: type) -> type[BaseException]:
    """The builtin class that lays out the instances of `cls`."""
    while cls.__flags__ & _HEAP_TYPE or cls.__module__ != "builtins":
        cls = cls.__base__  # type: ignore[assignment]
    return cls


def members_in(cls: type) -> list[Any]:
    """The descriptors of the slots and the C-level members; those of `BaseException` have their own accessors."""
    found = []
    for base in cls.__mro__:
        if base not in (BaseException, BaseExceptionGroup, object):
            is_native = not base.__flags__ & _HEAP_TYPE
            found += [
                member
                for name, member in base.__dict__.items()
                if type(member) is _MEMBER or (type(member) is _GETSET and is_native and not name.startswith("__"))
            ]
    return found


def refuse_hidden_state(cls: type) -> None:
    """Classes written in C can hold more than their descriptors show; the size of the instances gives it away.

    Raises:
        Uncopyable: the instances are larger than what can be accounted for.
    """
    slots = sum(1 for member in members_in(cls) if member.__objclass__.__flags__ & _HEAP_TYPE)
    dictionary_and_weakrefs = 2
    if cls.__basicsize__ > native_base(cls).__basicsize__ + _POINTER * (slots + dictionary_and_weakrefs):
        raise Uncopyable(cls)


def _is_overridden(cls: type, name: str) -> bool:
    for base in cls.__mro__:
        if name in base.__dict__:
            return base is not BaseException
    return False


def _is_plain(cls: type, member: Any) -> bool:
    """Whether reading a C-level member by its name reads just that."""
    owner = next(base for base in cls.__mro__ if member.__name__ in base.__dict__)
    is_native = not owner.__flags__ & _HEAP_TYPE
    return is_native and owner is member.__objclass__ and not hasattr(cls, "__getattr__")


def _copy_args_and_dict(twin_class: type[BaseException], native: type[BaseException]) -> Copier:
    new: Any = native.__new__

    def copy(err: BaseException, layer: Layer) -> BaseException:
        twin = new(twin_class)  # setting args afterwards takes half the time of passing them on
        twin.args = err.args
        state = err.__dict__
        if state:
            _copy_dict(state, twin.__dict__, layer)
        twin.__cause__ = err
        twin.__stackerr_layer__ = layer
        return twin  # type: ignore[no-any-return]

    return copy


def _copy_native(twin_class: type[BaseException], native: type[BaseException], names: list[str]) -> Copier:
    """For `OSError` and its like with nothing overridden: by name it takes a fifth of `_copy_everything`'s time."""
    new: Any = native.__new__

    def copy(err: BaseException, layer: Layer) -> BaseException:
        twin = new(twin_class)
        twin.args = err.args
        for name in names:
            value = getattr(err, name, None)
            if value is not None:
                setattr(twin, name, value)
        state = err.__dict__
        if state:
            _copy_dict(state, twin.__dict__, layer)
        twin.__cause__ = err
        twin.__stackerr_layer__ = layer
        return twin  # type: ignore[no-any-return]

    return copy


def _copy_everything(twin_class: type[BaseException], native: type[BaseException], members: list[Any]) -> Copier:
    new: Any = native.__new__

    def copy(err: BaseException, layer: Layer) -> BaseException:
        twin = new(twin_class)  # without `args`: the C level takes them apart in another way for subclasses
        set_args(twin, args_of(err))
        return _complete(twin, err, members, layer)

    return copy


def _copy_group(twin_class: type[BaseException], members: list[Any]) -> Copier:
    new: Any = BaseExceptionGroup.__new__

    def copy(err: BaseException, layer: Layer) -> BaseException:
        twin = new(twin_class, group_message_of(err), members_of(err))
        set_args(twin, args_of(err))
        return _complete(twin, err, members, layer)

    return copy


def _complete(twin: BaseException, err: BaseException, members: list[Any], layer: Layer) -> BaseException:
    for member in members:
        copy_member(member, err, twin)
    _copy_dict(dict_of(err), dict_of(twin), layer)
    set_cause(twin, err)
    object.__setattr__(twin, "__stackerr_layer__", layer)
    return twin


def copy_member(member: Any, err: BaseException, twin: BaseException) -> None:
    """Copy the value of one slot or C-level member."""
    for value in member_value(member, err):
        member.__set__(twin, value)


def member_value(member: Any, err: BaseException) -> list[Any]:
    """The value of one slot or C-level member in a list, which is empty when the member is.

    At the C level None mostly reads an empty member. Written back it would no longer be empty: the `str` of an
    `OSError` then shows a file named None.
    """
    try:
        value = member.__get__(err)
    except (AttributeError, TypeError):  # never set, or of a class that is only now being added
        return []
    return [value] if value is not None or member.__objclass__.__flags__ & _HEAP_TYPE else []


def _copy_dict(state: dict[str, Any], into: dict[str, Any], layer: Layer) -> None:
    """Copy an instance dictionary; the list of notes is copied too, for `add_note` grows it in place."""
    into.update(state)
    notes = state.get("__notes__")
    if type(notes) is list:
        into["__notes__"] = notes[:]
        layer.noted = len(notes)


def copy_error(err: E) -> E:
    """A shallow copy of an error of ours, with the same cause."""
    cls: Any = type(err)
    is_group = issubclass(cls, BaseExceptionGroup)
    args = (group_message_of(err), members_of(err)) if is_group else args_of(err)
    twin: E = native_base(cls).__new__(cls, *args)
    set_args(twin, args_of(err))
    for member in members_in(cls):
        copy_member(member, err, twin)
    dict_of(twin).update(dict_of(err))
    set_cause(twin, cause_of(err))
    return twin
