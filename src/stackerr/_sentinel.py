"""Errors to match by: classes, so that `except` works and no shared instance grows a traceback."""

from __future__ import annotations

import sys

from ._chain import as_err, is_err
from ._errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, ClassVar, Self, TypeGuard, TypeVar

    E = TypeVar("E", bound=BaseException)


class Sentinel(Error):
    """The base of typed sentinels: an error class that others match by.

    Class arguments:
        message: what an instance says that is made without a message.
        fields: key-value pairs that every instance carries, such as `code`, `public` or `status`.

    >>> class ErrNotExist(Sentinel, message="object does not exist", code="not_exist", status=404):
    ...     '''The object is not there.'''
    >>> is_err_not_exist = ErrNotExist.is_err
    >>> from stackerr import wrap
    >>> err = wrap(ErrNotExist(), "read run 42")
    >>> print(err)
    read run 42: object does not exist
    >>> is_err_not_exist(err)
    True
    """

    default_message: ClassVar[str] = ""
    class_fields: ClassVar[Mapping[str, Any]]

    def __init_subclass__(cls, *, message: str | None = None, **fields: Any) -> None:
        super().__init_subclass__()
        if message is not None:
            cls.default_message = message
        if fields:
            cls.class_fields = {**cls.class_fields, **fields}

    def __str__(self) -> str:
        return super().__str__() if self.args else self.default_message

    @classmethod
    def is_err(cls, err: E | None) -> TypeGuard[E]:
        """Whether the error, or one that it wraps, is this sentinel."""
        return is_err(err, cls)

    @classmethod
    def as_err(cls, err: BaseException | None) -> Self | None:
        """The outermost error of the chain that is this sentinel, or None."""
        return as_err(err, cls)


Sentinel.__module__ = "stackerr"


def sentinel(name: str, message: str = "", /, *, base: type[Sentinel] = Sentinel, **fields: Any) -> type[Sentinel]:
    """Make a sentinel class in one line; it belongs to the module that calls.

    Args:
        name: the name of the class; give the variable the same, or it cannot be pickled.
        message: what an instance says that is made without a message.
        base: the sentinel it is a kind of.
        fields: key-value pairs that every instance carries.

    Returns:
        The class. Type checkers see a `type[Sentinel]`; where they must tell sentinels apart, write a class statement.

    Raises:
        TypeError: the name is no text, or the base is no sentinel.
        ValueError: the name is no identifier.

    >>> ErrTooLarge = sentinel("ErrTooLarge", "object is too large", status=413)
    >>> print(ErrTooLarge())
    object is too large
    """
    if not isinstance(name, str):
        raise TypeError(f"sentinel() takes the name of the class first, not {name!r}")
    if not name.isidentifier():
        raise ValueError(f"sentinel({name!r}): the name of a class is an identifier, such as ErrNotExist")
    if not _is_sentinel(base):
        raise TypeError(f"sentinel({name!r}, base={base!r}): the base is Sentinel or a subclass of it")
    namespace = {"__module__": sys._getframe(1).f_globals.get("__name__", "__main__"), "__doc__": message or None}
    make: Any = type(base)
    made: type[Sentinel] = make(name, (base,), namespace, message=message or None, **fields)
    return made


def _is_sentinel(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Sentinel)
