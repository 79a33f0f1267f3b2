"""Down the chain of an error: the walk, and the questions that it answers."""

from __future__ import annotations

import sys

from ._layer import LAYERS, ORIGIN, cause_of, dict_of, layer_of, layers_on, members_of, origin_of
from ._typing import overload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias, TypeGuard, TypeVar

    from ._layer import Layer

    E = TypeVar("E", bound=BaseException)
    T = TypeVar("T")
    Target: TypeAlias = "type[object] | BaseException | tuple[Target, ...]"
    Step: TypeAlias = tuple[BaseException, Layer | None]

_BROUGHT_BY_POOLS = ("RemoteTraceback", "_RemoteTraceback")  # of multiprocessing and of concurrent.futures


def next_of(err: BaseException) -> BaseException | None:
    """The error below this one: what it wraps, or else its `__cause__`; None at a root and at an opaque error."""
    return _below_layer(err, layer_of(err) or origin_of(err))


def _below_layer(err: BaseException, layer: Layer | None) -> BaseException | None:
    if layer is not None and layer.inner is not None:
        return layer.inner
    if layer is not None and layer.hidden is not None:
        return None
    return real_cause(err)


def steps_down(err: BaseException | None) -> list[Step]:
    """What the chain is read by, outermost first: each layer with the error it lies on, and each error with None."""
    steps: list[Step] = []
    seen = set()
    while err is not None and id(err) not in seen:
        seen.add(id(err))
        layer = layer_of(err)
        if layer is not None and layer.inner is not None:
            steps.append((err, layer))
            err = layer.inner
        else:
            state = dict_of(err)
            if LAYERS in state:
                steps += [(err, kept) for kept in state[LAYERS]]
            steps.append((err, None))
            err = _below_layer(err, layer or state.get(ORIGIN))
    return steps


def real_cause(err: BaseException) -> BaseException | None:
    """The `__cause__`, unless it is the text of a traceback that a process pool put there."""
    cause: BaseException | None = cause_of(err)
    if cause is None or type(cause).__name__ in _BROUGHT_BY_POOLS:  # noqa: WRP401 - pools wrap nothing
        return None
    return cause


def second_cause(err: BaseException) -> BaseException | None:
    """The `__cause__` of a wrapped error that is not what it wraps: `raise wrap(e, "…") from another`."""
    layer, cause = layer_of(err), real_cause(err)
    if layer is None or cause is layer.inner or cause is layer.hidden:
        return None
    return cause


def _below(err: BaseException) -> list[BaseException]:
    """Every error that is directly below, the first to visit last."""
    below = list(reversed(members_of(err))) if issubclass(type(err), BaseExceptionGroup) else []
    return below + [node for node in (second_cause(err), next_of(err)) if node is not None]


def walk(err: BaseException | None) -> Iterator[BaseException]:
    """Every error of the chain, depth first through causes and group members, each once.

    Args:
        err: where to start; None is an empty chain.

    Returns:
        The errors, `err` first. What `opaque` hides and the implicit `__context__` are not among them.

    >>> inner = KeyError("id")
    >>> from stackerr import wrap
    >>> [str(e) for e in walk(wrap(inner, "load user"))]
    ["load user: 'id'", "'id'"]
    """
    waiting = [] if err is None else [err]
    seen = set()
    while waiting:
        err = waiting.pop()
        if id(err) not in seen:
            seen.add(id(err))
            yield err
            waiting.extend(_below(err))


def is_err(err: E | None, target: Target) -> TypeGuard[E]:
    """Whether the error, or one that it wraps, is what you look for.

    Args:
        err: the error to look into; for None the answer is no.
        target: an exception class, an instance (found by identity, never by `==`), or a tuple of these.

    Returns:
        Whether something in the chain matches. Causes and group members are searched, the implicit `__context__`
        and what `opaque` hides are not. A method `__is_err__(self, target)` of an error's class can answer yes too.

    Raises:
        TypeError: the target is none of these.

    Source: Go's `errors.Is`.

    >>> from stackerr import wrap
    >>> is_err(wrap(FileNotFoundError("x"), "load"), OSError)
    True
    """
    classes, instances = _split(target)
    return any(_is_match(node, classes, instances) for node in walk(err))


@overload
def as_err(err: BaseException | None, target: type[T]) -> T | None: ...
@overload
def as_err(err: BaseException | None, target: tuple[type[T], ...]) -> T | None: ...
def as_err(err: BaseException | None, target: Any) -> Any:
    """The outermost error of the chain that is an instance of a class.

    Args:
        err: the error to look into, or None.
        target: an exception class, a runtime-checkable Protocol or another class, or a tuple of these.

    Returns:
        The error, typed as the class, or None when there is none. A method `__as_err__(self, target)` of an error's
        class can offer another object.

    Raises:
        TypeError: the target is no class.

    Source: Go's `errors.As`.

    >>> from stackerr import wrap
    >>> as_err(wrap(FileNotFoundError(2, "No such file"), "load"), OSError).errno
    2
    """
    classes, instances = _split(target)
    if instances:
        raise TypeError(
            f"as_err() looks for a class, not for the instance {instances[0]!r}; is_err() takes an instance"
        )
    for node in walk(err):
        if _is_instance(node, classes):
            return node
        offered = _ask(node, "__as_err__", target)
        if offered is not None and _is_instance(offered, classes):
            return offered
    return None


def matching(*targets: Target) -> tuple[type[BaseException], ...]:
    """Look down the whole chain in an `except` clause: `except matching(ErrNotExist) as err:`.

    Args:
        targets: what `is_err` takes.

    Returns:
        The class of the error being handled when `is_err` finds a target in it, else the empty tuple, which catches
        nothing.

    Raises:
        RuntimeError: called elsewhere than in an `except` clause.
        TypeError: a target that `is_err` refuses.

    >>> from stackerr import wrap
    >>> try:
    ...     raise RuntimeError("save failed") from ConnectionResetError("peer")
    ... except matching(ConnectionError) as err:
    ...     print(err)
    save failed
    """
    handled = sys.exception()
    if handled is None:
        raise RuntimeError("matching() belongs in an except clause: except matching(ErrNotExist) as err:")
    return (type(handled),) if is_err(handled, targets) else ()


def unwrap(err: BaseException | None) -> BaseException | None:
    """One step down: the error that this one wraps, or its `__cause__`.

    Returns:
        The error below, or None at the root, at an `opaque` error and for None.

    >>> from stackerr import wrap
    >>> inner = KeyError("id")
    >>> unwrap(wrap(inner, "load user")) is inner
    True
    """
    return None if err is None else next_of(err)


@overload
def cause(err: None) -> None: ...
@overload
def cause(err: BaseException) -> BaseException: ...
def cause(err: BaseException | None) -> BaseException | None:
    """The root of the chain: the error that was there first.

    Returns:
        The last error that `unwrap` reaches; `err` itself when it wraps nothing, and None for None.

    >>> from stackerr import wrap
    >>> cause(wrap(wrap(KeyError("id"), "load user"), "serve request"))
    KeyError('id')
    """
    seen = set()
    while err is not None:
        seen.add(id(err))
        below = next_of(err)
        if below is None or id(below) in seen:
            break
        err = below
    return err


def _split(target: object) -> tuple[tuple[type, ...], list[BaseException]]:
    classes: list[type] = []
    instances: list[BaseException] = []
    waiting = [target]
    while waiting:
        wanted = waiting.pop(0)
        if isinstance(wanted, tuple):
            waiting[:0] = wanted
        elif isinstance(wanted, type):
            classes.append(wanted)
        elif issubclass(type(wanted), BaseException):
            instances.append(wanted)  # type: ignore[arg-type]
        else:
            raise TypeError(f"cannot look for {wanted!r}: wanted an exception class, an instance or a tuple of them")
    return tuple(classes), instances


def _is_match(node: BaseException, classes: tuple[type, ...], instances: list[BaseException]) -> bool:
    if classes and (_is_instance(node, classes) or _is_marked(node, classes)):
        return True
    if any(node is instance for instance in instances):
        return True
    return any(_ask(node, "__is_err__", target) for target in (*classes, *instances))


def _is_instance(node: object, classes: tuple[type, ...]) -> bool:
    try:
        return isinstance(node, classes)
    except Exception:  # noqa: BLE001 - a hostile `__instancecheck__`, or a Protocol that is not runtime-checkable
        return issubclass(type(node), tuple(c for c in classes if issubclass(c, BaseException)))


def _is_marked(node: BaseException, classes: tuple[type, ...]) -> bool:
    """Whether the error was marked with one of the classes and could not be made an instance of it."""
    layer = layer_of(node)
    layers = layers_on(node) if layer is None else (layer,)
    return any(issubclass(layer.mark, classes) for layer in layers if layer.mark is not None)


def _ask(node: BaseException, hook: str, target: object) -> Any:
    answer = getattr(type(node), hook, None)
    if answer is None:
        return None
    try:
        return answer(node, target)
    except Exception:  # noqa: BLE001 - a failing hook must not hide the error that is being handled
        return None
