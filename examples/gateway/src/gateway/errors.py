"""What can go wrong here, and how the errors of the services behind become ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apierrors import (
    ErrAPI,
    ErrBadRequest,
    ErrConflict,
    ErrForbidden,
    ErrInternal,
    ErrNotExist,
    RemoteError,
    is_remote,
)
from clients import ErrClient, is_err_unavailable
from serving import ErrMaintenance, ErrUnavailable
from stackerr import Sentinel, as_err, mark

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType


class ErrSetup(Sentinel, message="the gateway cannot start", exit_code=78):
    """A setting is wrong, or a port is taken."""


class ErrBehind(
    ErrInternal, message="a service behind failed", public="a service behind the gateway failed; try again later"
):
    """It answered what makes no sense, or that the fault is its own: somebody has to look there."""


_WORDS: Mapping[type[ErrAPI], str] = {
    ErrBadRequest: "it makes no sense like that",
    ErrForbidden: "that is not allowed",
    ErrNotExist: "it does not exist",
    ErrConflict: "it is there already, or it cannot be done now",
}
_AWAY = {502, 503, 504}


def kind_of_failure(err: Exception) -> type[ErrAPI]:
    """What is said here of a service behind that did not do its work.

    >>> kind_of_failure(RemoteError(503)).__name__, kind_of_failure(RemoteError(500)).__name__
    ('ErrUnavailable', 'ErrBehind')
    """
    remote = as_err(err, RemoteError)
    if is_err_unavailable(err) or (remote is not None and remote.status in _AWAY):
        is_meant = remote is not None and remote.code == ErrMaintenance.class_fields["code"]
        return ErrMaintenance if is_meant else ErrUnavailable
    return ErrBehind


class passing_on:  # noqa: N801 - used like a function, as wrapping is
    """Give what another service answered to our own caller: its kind, and none of its words.

    Args:
        words: what the caller is told of one kind or another instead.

    What is no answer of a success or of one of these kinds is a failure: see `kind_of_failure`.

    >>> with passing_on({ErrNotExist: "there is no run 42"}):
    ...     raise RemoteError(404, message="no row 42 in shard 7")
    Traceback (most recent call last):
    apierrors.remote.RemoteError: the service answered 404 Not Found: no row 42 in shard 7
    >>> from apierrors import problem
    >>> try:
    ...     with passing_on({ErrNotExist: "there is no run 42"}):
    ...         raise RemoteError(404, message="no row 42 in shard 7")
    ... except RemoteError as err:
    ...     print(problem(err).detail)
    there is no run 42
    """

    def __init__(self, words: Mapping[type[ErrAPI], str] | None = None) -> None:
        self._words = {**_WORDS, **(words or {})}

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(err, (RemoteError, ErrClient)):
            known = next((kind for kind in self._words if is_remote(err, kind)), None)
            if known is None:
                raise mark(err, kind_of_failure(err), stacklevel=2) from err
            raise mark(err, known, public=self._words[known], stacklevel=2) from err


def missing(what: str, ref: str) -> ErrNotExist:
    """The error for what is not there, and for what is somebody else's: nobody can tell one from the other.

    >>> print(missing("project", "user/ann/web"))
    there is no project user/ann/web
    """
    return ErrNotExist(f"there is no {what} {ref}", public=f"there is no {what} {ref}")
