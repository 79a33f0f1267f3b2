"""Chains that survive `pickle` and `copy`: taken apart into plain parts, put together without running `__init__`.

An ordinary exception is pickled as its class and its `args`: its cause is lost, and when its `__init__` wants other
arguments than it hands on, it cannot be loaded at all. So an error of ours carries the whole chain below it, as a list
of parts. A list, and not one error inside the other, since pickle would run out of stack on a long chain.
"""

from __future__ import annotations

from ._chain import next_of
from ._layer import (
    LAYERS,
    ORIGIN,
    PATH,
    args_of,
    dict_of,
    group_message_of,
    hidden_by,
    layer_of,
    members_of,
    origin_of,
    set_args,
    traceback_of,
)
from ._stack import resolve_stack, traceback_stack
from ._twin import Uncopyable, member_value, members_in, native_base, refuse_hidden_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Rebuild: TypeAlias = Callable[["list[Part]"], BaseException]
    Part: TypeAlias = "tuple[str, Any, dict[str, Any], Any]"

_OWN_PICKLING = ("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")
_OUR_MODULES = ("builtins", "stackerr", "stackerr._group")
_OURS = (LAYERS, ORIGIN, PATH)


class Parcel:
    """Stands for an error inside of what is pickled; it is unpickled as the error, with its chain."""

    __slots__ = ("err", "rebuild")

    def __init__(self, err: BaseException, rebuild: Rebuild) -> None:
        self.err = err
        self.rebuild = rebuild

    def __reduce__(self) -> tuple[Rebuild, tuple[list[Part]]]:
        return self.rebuild, (dismantle(self.err, self.rebuild),)


def dismantle(err: BaseException, rebuild: Rebuild) -> list[Part]:
    """The chain as parts that pickle can take, outermost first."""
    parts: list[Part] = []
    seen = set()
    node: BaseException | None = err
    while node is not None and id(node) not in seen:
        seen.add(id(node))
        layer = layer_of(node)
        if layer is not None and layer.inner is not None:
            parts.append(("layer", layer, _own_state(node, layer.inner), None))
        else:
            parts.append(_error_part(node, rebuild))
        node = next_of(node)
    return parts


def _own_state(twin: BaseException, inner: BaseException) -> dict[str, Any]:
    """What the dictionary of a transparent copy has beyond that of the error it wraps."""
    below = dict_of(inner)
    return {key: value for key, value in dict_of(twin).items() if key not in below or below[key] is not value}


def _error_part(err: BaseException, rebuild: Rebuild) -> Part:
    ours = _our_state(err, rebuild)
    if has_own_pickling(err):
        return ("object", err, ours, None)
    cls = type(err)
    state = {key: value for key, value in dict_of(err).items() if key not in _OURS}
    if issubclass(cls, BaseExceptionGroup):
        parcels = [Parcel(member, rebuild) for member in members_of(err)]
        return ("group", (cls, group_message_of(err), parcels), ours, state)
    return ("error", (cls, args_of(err), _member_values(err)), ours, state)


def _our_state(err: BaseException, rebuild: Rebuild) -> dict[str, Any]:
    """What stackerr keeps on an error, with the path to its place, which pickle would drop with the traceback."""
    state = dict_of(err)
    ours = {key: state[key] for key in _OURS if key in state}
    path = resolve_stack(traceback_stack(traceback_of(err)))
    if path and not ours:
        ours[PATH] = path
    hidden = hidden_by(err)
    if hidden is not None:
        ours["hidden"] = Parcel(hidden, rebuild)
    return ours


def restore_ours(err: BaseException, ours: dict[str, Any], below: BaseException | None) -> None:
    """Give an unpickled error what stackerr kept on the original, and its origin the error below it.

    A process pool sets a cause of its own on the errors that it brings home; the origin still knows the real one.
    """
    hidden = ours.pop("hidden", None)
    dict_of(err).update(ours)
    origin = origin_of(err)
    if origin is not None:
        origin.inner, origin.hidden = below, hidden


def has_own_pickling(err: BaseException) -> bool:
    """Whether the class says itself how it is pickled, or has state that only it can reach."""
    cls = type(err)
    for base in cls.__mro__:
        if base.__module__ not in _OUR_MODULES and any(name in base.__dict__ for name in _OWN_PICKLING):
            return True
    try:
        refuse_hidden_state(cls)
    except Uncopyable:
        return True
    return False


def _member_values(err: BaseException) -> dict[str, Any]:
    return {member.__name__: value for member in members_in(type(err)) for value in member_value(member, err)}


def restore_error(made: tuple[Any, ...], state: dict[str, Any]) -> BaseException:
    """An error from its class, `args`, members and dictionary; its `__init__` does not run."""
    cls, args, values = made
    err: BaseException = native_base(cls).__new__(cls, *args)
    set_args(err, args)
    for member in members_in(cls):
        if member.__name__ in values:
            member.__set__(err, values[member.__name__])
    dict_of(err).update(state)
    return err


def restore_group(made: tuple[Any, ...], state: dict[str, Any]) -> BaseException:
    """A group from its class, message and members; its `__init__` does not run."""
    cls, message, members = made
    err: BaseException = BaseExceptionGroup.__new__(cls, message, members)
    dict_of(err).update(state)
    return err
