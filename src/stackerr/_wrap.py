"""The verbs that make errors and that put layers over them."""

from __future__ import annotations

import sys
from _thread import get_ident

from ._config import settings
from ._errors import Error, give_origin
from ._layer import make_layer, set_cause
from ._safe import as_text, fill, name_of, safe_str, shorten
from ._stack import caller, capture
from ._transparent import annotate, kind_of, kinds
from ._typing import overload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, NoReturn, TypeVar

    from ._transparent import Kind

    E = TypeVar("E", bound=BaseException)


def new(message: str, /, *, stacklevel: int = 1, **fields: Any) -> Error:
    """An error at this place.

    Args:
        message: its text, taken literally.
        stacklevel: 1 points at the caller, 2 at the caller's caller, as in `warnings.warn`.
        fields: key-value pairs to carry along.

    Source: Go's pkg/errors `New`.

    >>> raise new("disk full", disk="sda")
    Traceback (most recent call last):
    stackerr.Error: disk full
    """
    return _make(as_text(message), caller(stacklevel), fields)


def errorf(format: str, /, *args: object, stacklevel: int = 1, **fields: Any) -> Error:
    """An error at this place, its text `%`-formatted as in `logging`.

    Args:
        format: the text, with a placeholder for each argument. Without arguments it is literal.
        args: what goes into the placeholders. Where they do not fit, the text says so.
        stacklevel: 1 points at the caller, 2 at the caller's caller.
        fields: key-value pairs to carry along.

    Source: Go's pkg/errors `Errorf`.

    >>> raise errorf("disk %s is %d%% full", "sda", 100)
    Traceback (most recent call last):
    stackerr.Error: disk sda is 100% full
    """
    return _make(fill(format, args), caller(stacklevel), fields)


def _make(text: str, frame: FrameType, fields: dict[str, Any]) -> Error:
    err = Exception.__new__(Error, text)
    give_origin(err, frame, fields)
    return err


@overload
def wrap(err: None, message: str, /, *, stacklevel: int = 1, **fields: Any) -> None: ...
@overload
def wrap(err: E, message: str, /, *, stacklevel: int = 1, **fields: Any) -> E: ...
def wrap(err: E | None, message: str, /, *, stacklevel: int = 1, **fields: Any) -> E | None:
    """Say what was being done when an error arose; documented form: `raise wrap(e, "load run") from e`.

    Args:
        err: the error. For None the answer is None.
        message: what was being done, taken literally.
        stacklevel: 1 points at the caller, 2 at the caller's caller, as in `warnings.warn`.
        fields: key-value pairs to carry along. Well known are `public`, `hint` and `code`.

    Returns:
        A new error of the same type and with the same attributes, whose `str` is `message: ` and that of `err`, and
        which has `err` as its `__cause__`. `except` clauses catch it as they would `err`. The few errors
        whose class cannot be copied are annotated and returned themselves.

    Raises:
        TypeError: `err` is not an exception.

    Source: Go's pkg/errors `Wrap`; PEP 678 for errors annotated in place.

    >>> try:
    ...     raise wrap(FileNotFoundError(2, "No such file"), "load run 42")
    ... except FileNotFoundError as err:
    ...     print(err, "/", err.errno)
    load run 42: [Errno 2] No such file / 2
    """
    if err is None:
        return None
    try:
        frame = sys._getframe(stacklevel if stacklevel > 1 else 1)  # noqa: FURB136 - a call of max() takes longer
    except ValueError:
        frame = caller(stacklevel)
    text = message if type(message) is str else safe_str(message)
    return place_layer(err, text, (frame.f_code, frame.f_lasti), frame, fields)


@overload
def wrapf(err: None, format: str, /, *args: object, stacklevel: int = 1, **fields: Any) -> None: ...
@overload
def wrapf(err: E, format: str, /, *args: object, stacklevel: int = 1, **fields: Any) -> E: ...
def wrapf(err: E | None, format: str, /, *args: object, stacklevel: int = 1, **fields: Any) -> E | None:
    """Wrap an error with a `%`-formatted message, as in `raise wrapf(e, "load run %s", run_id) from e`.

    Args:
        err: the error. For None the answer is None.
        format: the message, with a placeholder for each argument. Without arguments it is literal.
        args: what goes into the placeholders. Where they do not fit, the error is wrapped all the same and the
            message says so.
        stacklevel: 1 points at the caller, 2 at the caller's caller.
        fields: key-value pairs to carry along.

    Raises:
        TypeError: `err` is not an exception.

    Source: Go's pkg/errors `Wrapf`.

    >>> print(wrapf(KeyError("id"), "load run %s", 42))
    load run 42: 'id'
    """
    if err is None:
        return None
    return put_layer(err, fill(format, args), caller(stacklevel), fields)


@overload
def with_stack(err: None, /, *, stacklevel: int = 1) -> None: ...
@overload
def with_stack(err: E, /, *, stacklevel: int = 1) -> E: ...
def with_stack(err: E | None, /, *, stacklevel: int = 1) -> E | None:
    """Add the place alone, without a message.

    Raises:
        TypeError: `err` is neither an exception nor None.

    Source: Go's pkg/errors `WithStack`.

    >>> print(with_stack(KeyError("id")))
    'id'
    """
    return None if err is None else put_layer(err, None, caller(stacklevel), {})


@overload
def with_message(err: None, message: str, /, **fields: Any) -> None: ...
@overload
def with_message(err: E, message: str, /, **fields: Any) -> E: ...
def with_message(err: E | None, message: str, /, **fields: Any) -> E | None:
    """Add a message alone, without a place.

    Raises:
        TypeError: `err` is neither an exception nor None.

    Source: Go's pkg/errors `WithMessage`.

    >>> print(with_message(KeyError("id"), "load run 42"))
    load run 42: 'id'
    """
    return None if err is None else place_layer(err, as_text(message), None, None, fields)


@overload
def mark(
    err: None, target: type[BaseException], /, message: str | None = None, *, stacklevel: int = 1, **fields: Any
) -> None: ...
@overload
def mark(
    err: E, target: type[BaseException], /, message: str | None = None, *, stacklevel: int = 1, **fields: Any
) -> E: ...
def mark(
    err: E | None, target: type[BaseException], /, message: str | None = None, *, stacklevel: int = 1, **fields: Any
) -> E | None:
    """Make an error one of a kind: `except ErrNotExist` and `except FileNotFoundError` each catch the answer.

    Args:
        err: the error. For None the answer is None.
        target: the class to add, mostly a `Sentinel`. Its fields come along.
        message: what to say besides, as in `wrap`.
        stacklevel: 1 points at the caller, 2 at the caller's caller.
        fields: key-value pairs to carry along.

    Returns:
        A new error that is both. An error whose class cannot be copied comes back itself: `is_err` finds the target in
        it, a plain `except` does not.

    Raises:
        TypeError: `err` is not an exception, or `target` is no exception class.

    Source: cockroachdb/errors `Mark`.

    >>> from stackerr import sentinel
    >>> ErrNotExist = sentinel("ErrNotExist", "object does not exist")
    >>> try:
    ...     raise mark(FileNotFoundError("runs/42"), ErrNotExist)
    ... except ErrNotExist as err:
    ...     print(type(err).__name__, err)
    FileNotFoundError runs/42
    """
    if not isinstance(target, type) or not issubclass(target, BaseException):  # type: ignore[redundant-expr]
        raise TypeError(f"mark() takes an exception class such as a sentinel, not {safe_str(target, repr)}")
    if err is None:
        return None
    inherited = getattr(target, "class_fields", {})
    text = as_text(message) if message else None
    return put_layer(err, text, caller(stacklevel), {**inherited, **fields}, target)


@overload
def opaque(err: None, message: str, /, *, stacklevel: int = 1, **fields: Any) -> None: ...
@overload
def opaque(err: BaseException, message: str, /, *, stacklevel: int = 1, **fields: Any) -> Error: ...
def opaque(err: BaseException | None, message: str, /, *, stacklevel: int = 1, **fields: Any) -> Error | None:
    """Hide an error behind another one, so that nobody comes to depend on what is below.

    Args:
        err: the error to hide. For None the answer is None.
        message: the text of the new error.
        stacklevel: 1 points at the caller, 2 at the caller's caller.
        fields: key-value pairs to carry along.

    Returns:
        A plain `Error`. `except`, `is_err`, `as_err` and `unwrap` do not see what it hides; `detailed` and ordinary
        tracebacks show it.

    Raises:
        TypeError: `err` is neither an exception nor None.

    Source: cockroachdb/errors `Handled`.

    >>> from stackerr import is_err
    >>> is_err(opaque(KeyError("id"), "bad answer"), KeyError)
    False
    """
    if err is None:
        return None
    if not issubclass(type(err), BaseException):
        _refuse(err)
    hiding = Exception.__new__(Error, as_text(message))
    give_origin(hiding, caller(stacklevel), fields).hidden = err
    set_cause(hiding, err)
    return hiding


def put_layer(
    err: E, message: str | None, frame: FrameType, fields: dict[str, Any], mark: type[BaseException] | None = None
) -> E:
    """Put a layer over an error that points at a frame."""
    return place_layer(err, message, (frame.f_code, frame.f_lasti), frame, fields, mark)


def place_layer(
    err: E,
    message: str | None,
    place: tuple[CodeType, int] | None,
    frame: FrameType | None,
    fields: dict[str, Any],
    mark: type[BaseException] | None = None,
) -> E:
    """Put a layer over an error; the first one in a thread saves the calls that led to the place, above the frame."""
    cls = type(err)
    kind = kinds.get(cls if mark is None else (cls, mark)) or _kind_of(err, mark)
    try:
        below = kind.top(err)
    except AttributeError:  # the original's own code made this one, of `type(self)`
        below = None
    stack, thread, saved_in = None, get_ident(), 0 if below is None else below.thread
    if place is None or frame is None:
        thread = saved_in
    elif saved_in != thread and settings.stack_depth:
        stack = (*place, *capture(frame.f_back, settings.stack_depth - 1))
    layer = make_layer(err, message, place, stack, thread, fields)
    layer.mark = mark
    try:
        return kind.copy(err, layer)  # type: ignore[return-value]
    except Exception:  # noqa: BLE001 - state of the error that its class does not show
        return annotate(err, layer)  # type: ignore[return-value]


def _kind_of(err: BaseException, mark: type[BaseException] | None) -> Kind:
    if not issubclass(type(err), BaseException):
        _refuse(err)
    return kind_of(type(err), mark)


def _refuse(err: object) -> NoReturn:
    if isinstance(err, type) and issubclass(err, BaseException):
        name = name_of(err)
        raise TypeError(f"{name} is a class, and what is wrapped is an instance: write {name}(…)")
    raise TypeError(f"only an exception or None can be wrapped, not {shorten(safe_str(err, repr), 80)}")
