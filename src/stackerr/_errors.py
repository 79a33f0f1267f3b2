"""The base class of errors that save where they were made."""

from __future__ import annotations

import sys
from _thread import get_ident

from ._config import settings
from ._layer import ORIGIN, dict_of, make_layer
from ._stack import capture
from ._transparent import rebuild
from ._twin import copy_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType
    from typing import Any, ClassVar, Self

    from ._layer import Layer

NO_FIELDS: Any = type(type.__dict__)({})


class Error(Exception):
    """The base for errors of your own: it saves the place and the stack where it is made, and carries fields.

    Args:
        args: the message, or whatever your class takes.
        fields: key-value pairs. Well known are `public`, `hint` and `code`.

    A subclass may have any `__init__`; it need call this one only to set fields. It is pickled whole, whatever
    arguments its `__init__` wants.

    >>> class ConfigError(Error):
    ...     pass
    >>> err = ConfigError("no section [db]", file="app.ini")
    >>> err.fields["file"]
    'app.ini'
    """

    fields: Mapping[str, Any] = NO_FIELDS
    class_fields: ClassVar[Mapping[str, Any]] = NO_FIELDS

    def __new__(cls, *args: Any, **_: Any) -> Self:
        err = super().__new__(cls, *args)
        give_origin(err, _maker(cls, sys._getframe(1)), dict(cls.class_fields))
        return err

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args)
        dict_of(self)["fields"].update(fields)

    def __format__(self, spec: str) -> str:
        from ._text import format_error

        return format_error(self, spec)

    def __copy__(self) -> Self:
        return copy_error(self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        from ._pickling import dismantle, has_own_pickling

        if has_own_pickling(self):
            return super().__reduce_ex__(protocol)
        return rebuild, (dismantle(self, rebuild),)


Error.__module__ = "stackerr"


def give_origin(err: BaseException, frame: FrameType, fields: dict[str, Any]) -> Layer:
    """Save on an error of ours where it was made, and its fields."""
    stack = capture(frame, settings.stack_depth) or None
    origin = make_layer(None, None, (frame.f_code, frame.f_lasti), stack, get_ident() if stack else 0, fields)
    state = dict_of(err)
    state["fields"] = fields
    state[ORIGIN] = origin
    return origin


def _maker(cls: type, frame: FrameType) -> FrameType:
    """The frame that calls the class: a subclass may have a `__new__` of its own in between."""
    while frame.f_back is not None and frame.f_code.co_name == "__new__" and frame.f_code.co_argcount:
        if frame.f_locals.get(frame.f_code.co_varnames[0]) is not cls:
            break
        frame = frame.f_back
    return frame
