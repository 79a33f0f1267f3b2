"""The process-wide settings, from the environment and from `configure`."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_TRUE = frozenset(("1", "true", "yes", "on"))
_FALSE = frozenset(("", "0", "false", "no", "off"))


class Settings:
    """What `configure` sets; every part of the library reads it here, at the moment of use."""

    __slots__ = ("detailed", "stack_depth")

    def __init__(self) -> None:
        self.detailed = False
        self.stack_depth = 32


settings = Settings()


def configure(*, detailed: bool | None = None, stack_depth: int | None = None) -> None:
    """Set the process-wide defaults; what is left out stays as it is.

    Args:
        detailed: whether the formatters print everything (`detailed`) or the one line (`compact`).
        stack_depth: how many frames the first layer of a chain saves; 0 switches stacks off, places stay.

    Raises:
        TypeError: a value of another type.
        ValueError: a negative depth.

    The environment variables `STACKERR_DETAILED_ERRORS` and `STACKERR_STACK_DEPTH` set the same when
    stackerr is imported.

    >>> import stackerr
    >>> stackerr.configure(detailed=False, stack_depth=32)
    """
    if detailed is not None:
        _check("detailed", detailed, bool)
    if stack_depth is not None:
        _check("stack_depth", stack_depth, int)
        if stack_depth < 0:
            raise ValueError(f"configure(stack_depth={stack_depth}): a depth is 0 (no stacks) or more frames")
        settings.stack_depth = stack_depth
    if detailed is not None:
        settings.detailed = detailed


def is_detailed() -> bool:
    """Whether the one switch says that everything is to be printed: what a formatter asks that was told nothing else.

    >>> import stackerr
    >>> stackerr.is_detailed()
    False
    """
    return settings.detailed


def _check(name: str, value: object, wanted: type) -> None:
    if type(value) is not wanted:
        raise TypeError(f"configure({name}={value!r}): wanted {wanted.__name__}, not {type(value).__name__}")


def read_environment(environment: Mapping[str, str]) -> None:
    """Take the settings from environment variables; a bad value is warned of and left out.

    A program must not fail to start since a variable about its error texts is misspelt.
    """
    detailed = environment.get("STACKERR_DETAILED_ERRORS", "").strip().lower()
    if detailed in _TRUE:
        settings.detailed = True
    elif detailed not in _FALSE:
        _warn("STACKERR_DETAILED_ERRORS", detailed, "1 or 0")
    depth = environment.get("STACKERR_STACK_DEPTH", "").strip()
    if depth.isdecimal():
        settings.stack_depth = int(depth)
    elif depth:
        _warn("STACKERR_STACK_DEPTH", depth, "a number of frames, 0 for none")


def _warn(name: str, value: str, wanted: str) -> None:
    import warnings

    warnings.warn(f"{name}={value!r} is ignored: wanted {wanted}", RuntimeWarning, stacklevel=2)


read_environment(os.environ)
