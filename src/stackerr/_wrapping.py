"""`wrapping`: a boundary in one line, as a context manager or as a decorator."""

from __future__ import annotations

import sys

from ._safe import fill, safe_str
from ._stack import is_own
from ._wrap import place_layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType
    from typing import Any, NoReturn, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])

_CONTROL_FLOW = (KeyboardInterrupt, SystemExit, GeneratorExit, StopIteration, StopAsyncIteration)
_CANCELLATIONS = {
    ("asyncio.exceptions", "CancelledError"),
    ("concurrent.futures._base", "CancelledError"),
    ("trio", "Cancelled"),
    ("greenlet", "GreenletExit"),
}
_GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x200


class wrapping:  # noqa: N801 - used like a function, as contextlib.suppress is
    """Wrap whatever leaves a block or a function: `with wrapping("load run %s", run_id):`.

    Args:
        format: what is being done, with a placeholder for each argument. Without arguments it is literal; as a
            decorator, `%(name)s` reads the call's argument of that name.
        args: what goes into the placeholders. The text is built only when something fails.
        fields: key-value pairs to carry along.

    The place is the line in the block or in the function that failed. `KeyboardInterrupt`, `SystemExit`,
    `GeneratorExit`, `StopIteration`, `StopAsyncIteration` and cancellations pass as they are. As a decorator it
    serves functions, coroutine functions, generators and async generators.

    >>> with wrapping("load run %s", 42, run_id=42):
    ...     raise FileNotFoundError("runs/42")
    Traceback (most recent call last):
    FileNotFoundError: load run 42: runs/42

    >>> @wrapping("load run %(run_id)s")
    ... def load(run_id):
    ...     raise FileNotFoundError(f"runs/{run_id}")
    >>> load(42)
    Traceback (most recent call last):
    FileNotFoundError: load run 42: runs/42
    """

    __slots__ = ("args", "fields", "format")

    def __init__(self, format: str, /, *args: object, **fields: Any) -> None:
        self.format: str = format
        self.args: tuple[object, ...] = args
        self.fields: dict[str, Any] = fields

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        if err is not None and not _is_control_flow(err):
            __tracebackhide__ = True  # pytest's word for: do not show this frame
            wrapped = _wrap(err, fill(self.format, self.args), traceback, self.fields)
            if wrapped is not err:
                raise wrapped

    def __call__(self, function: F, /) -> F:
        """Wrap whatever leaves the function.

        Raises:
            TypeError: the argument is no function or method.
        """
        if isinstance(function, (staticmethod, classmethod)):
            return type(function)(self(function.__func__))
        if isinstance(function, type) or not callable(function):
            raise TypeError(f"@wrapping decorates functions and methods, not {safe_str(function, repr)}")
        from functools import wraps

        return wraps(function)(_DECORATED[_kind_of(function)](function, self))  # type: ignore[return-value]

    def _leave(self, err: BaseException, function: Callable[..., Any], args: Any, keywords: Any) -> NoReturn:
        """Raise what is to leave the function in place of the error."""
        __tracebackhide__ = True
        if _is_control_flow(err):
            raise err
        text = fill(self.format, self.args)
        if not self.args and "%(" in text:
            text = _fill_by_name(text, function, args, keywords)
        raise _wrap(err, text, err.__traceback__, self.fields)


wrapping.__module__ = "stackerr"


def _wrap(err: BaseException, text: str, traceback: TracebackType | None, fields: dict[str, Any]) -> BaseException:
    while traceback is not None and is_own(traceback.tb_frame.f_code):
        traceback = traceback.tb_next
    here = sys._getframe(2)
    if traceback is None:
        return place_layer(err, text, (here.f_code, here.f_lasti), here, fields)
    frame = traceback.tb_frame
    return place_layer(err, text, (frame.f_code, traceback.tb_lasti), _that_knows_its_caller(frame, here), dict(fields))


def _that_knows_its_caller(frame: FrameType, here: FrameType) -> FrameType:
    """The frame that failed, or the one that noticed: a frame that has ended does not know what called it."""
    return here if frame.f_back is None else frame


def _is_control_flow(err: BaseException) -> bool:
    if isinstance(err, _CONTROL_FLOW):
        return True
    return any((cls.__module__, cls.__name__) in _CANCELLATIONS for cls in type(err).__mro__)


def _fill_by_name(format: str, function: Callable[..., Any], args: Any, keywords: Any) -> str:
    from inspect import signature

    try:
        call = signature(function).bind(*args, **keywords)
        call.apply_defaults()
        named = {**call.arguments, **keywords}
    except Exception:  # noqa: BLE001 - wrong arguments are what failed, or the function has no signature
        named = keywords
    return fill(format, (named,))


def _kind_of(function: Callable[..., Any]) -> int:
    code = getattr(function, "__code__", None)
    if code is not None:
        return int(code.co_flags & (_GENERATOR | _COROUTINE | _ASYNC_GENERATOR))
    import inspect

    if inspect.iscoroutinefunction(function):
        return _COROUTINE
    if inspect.isasyncgenfunction(function):
        return _ASYNC_GENERATOR
    return _GENERATOR if inspect.isgeneratorfunction(function) else 0


def _decorate_function(function: Callable[..., Any], boundary: wrapping) -> Callable[..., Any]:
    def call(*args: Any, **keywords: Any) -> Any:
        try:
            return function(*args, **keywords)
        except BaseException as err:  # noqa: BLE001
            __tracebackhide__ = True
            boundary._leave(err, function, args, keywords)

    return call


def _decorate_coroutine(function: Callable[..., Any], boundary: wrapping) -> Callable[..., Any]:
    async def call(*args: Any, **keywords: Any) -> Any:
        try:
            return await function(*args, **keywords)
        except BaseException as err:  # noqa: BLE001
            __tracebackhide__ = True
            boundary._leave(err, function, args, keywords)

    return call


def _decorate_generator(function: Callable[..., Any], boundary: wrapping) -> Callable[..., Any]:
    def call(*args: Any, **keywords: Any) -> Any:
        try:
            return (yield from function(*args, **keywords))
        except BaseException as err:  # noqa: BLE001
            __tracebackhide__ = True
            boundary._leave(err, function, args, keywords)

    return call


def _decorate_async_generator(function: Callable[..., Any], boundary: wrapping) -> Callable[..., Any]:
    async def call(*args: Any, **keywords: Any) -> Any:
        inner = function(*args, **keywords)
        try:
            value = await anext(inner)
            while True:
                try:
                    sent = yield value
                except GeneratorExit:
                    await inner.aclose()
                    raise
                except BaseException as thrown:  # noqa: BLE001
                    value = await inner.athrow(thrown)
                else:
                    value = await inner.asend(sent)
        except StopAsyncIteration:
            return
        except BaseException as err:  # noqa: BLE001
            __tracebackhide__ = True
            boundary._leave(err, function, args, keywords)

    return call


_DECORATED = {
    0: _decorate_function,
    _COROUTINE: _decorate_coroutine,
    _GENERATOR: _decorate_generator,
    _ASYNC_GENERATOR: _decorate_async_generator,
}
