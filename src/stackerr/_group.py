"""Several errors as one."""

from __future__ import annotations

import sys

from ._errors import NO_FIELDS, give_origin
from ._layer import ORIGIN, dict_of, group_message_of, members_of
from ._pickling import dismantle, has_own_pickling
from ._safe import name_of, safe_str
from ._text import format_error
from ._transparent import rebuild
from ._twin import copy_error
from ._typing import overload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import FrameType
    from typing import Any

_SHOWN_MEMBERS = 100


class _Joined:
    """What both classes of groups have beyond those of Python."""

    fields: Mapping[str, Any] = NO_FIELDS

    def __new__(cls, message: str, members: Sequence[BaseException], /) -> Any:
        group: Any = super().__new__(cls, message, members)  # type: ignore[call-arg]
        give_origin(group, sys._getframe(1), {})
        return group

    def __str__(self: Any) -> str:
        message, members = group_message_of(self), members_of(self)
        texts = [safe_str(member) or name_of(type(member)) for member in members[:_SHOWN_MEMBERS]]
        if len(members) > _SHOWN_MEMBERS:
            texts.append(f"… {len(members) - _SHOWN_MEMBERS} more")
        return f"{message}: {'; '.join(texts)}" if message else "; ".join(texts)

    def __format__(self: Any, spec: str) -> str:
        return format_error(self, spec)

    def __copy__(self: Any) -> Any:
        return copy_error(self)

    def __reduce_ex__(self: Any, protocol: Any) -> Any:
        if has_own_pickling(self):
            return super().__reduce_ex__(protocol)
        return rebuild, (dismantle(self, rebuild),)

    def derive(self: Any, members: Sequence[BaseException], /) -> Any:
        """A group of some of the members that keeps message, place and fields; `except*` and `split` call it."""
        part = _make(group_message_of(self), members, sys._getframe())
        for key in (ORIGIN, "fields"):
            dict_of(part)[key] = dict_of(self)[key]
        return part


class ErrorGroup(_Joined, ExceptionGroup[Exception]):
    """Several errors as one `ExceptionGroup`, which saves the place where it is made.

    Args:
        message: what was being done; may be empty.
        members: the errors, one at least.

    Raises:
        TypeError: the message is no text, or a member is no `Exception`.
        ValueError: there are no members.

    Source: PEP 654.

    >>> group = ErrorGroup("close all", [OSError("disk"), ValueError("state")])
    >>> str(group)
    'close all: disk; state'
    >>> group.subgroup(OSError)
    ErrorGroup('close all', [OSError('disk')])
    """


class BaseErrorGroup(_Joined, BaseExceptionGroup[BaseException]):
    """What `join` makes when a member is no `Exception`, such as `KeyboardInterrupt`."""


ErrorGroup.__module__ = BaseErrorGroup.__module__ = "stackerr"


@overload
def join() -> None: ...
@overload
def join(*errs: Exception | None) -> ErrorGroup | None: ...
@overload
def join(*errs: BaseException | None) -> ErrorGroup | BaseErrorGroup | None: ...
def join(*errs: BaseException | None) -> ErrorGroup | BaseErrorGroup | None:
    """Several errors as one group.

    Args:
        errs: the errors; None is left out.

    Returns:
        The group, whose `str` is the members joined by `"; "`; None when nothing is left.

    Raises:
        TypeError: an argument is neither an exception nor None.

    Source: Go's `errors.Join`; PEP 654.

    >>> print(join(OSError("disk"), None, ValueError("state")))
    disk; state
    >>> join(None, None) is None
    True
    """
    members = [err for err in errs if err is not None]
    for member in members:
        if not issubclass(type(member), BaseException):
            raise TypeError(f"join() takes exceptions and None, not {safe_str(member, repr)}")
    return _make("", members, sys._getframe(1)) if members else None


def _make(message: str, members: Sequence[BaseException], frame: FrameType) -> Any:
    made = ErrorGroup if all(issubclass(type(member), Exception) for member in members) else BaseErrorGroup
    group = BaseExceptionGroup.__new__(made, message, members)
    give_origin(group, frame, {})
    return group
