"""Errors that another service answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackerr import Error, as_err, mark

from .kinds import ErrAPI, ErrInternal, kind_of_status
from .problem import Problem

if TYPE_CHECKING:
    from typing import TypeVar

    E = TypeVar("E", bound=BaseException)

_SHOWN = 200


class RemoteError(Error):
    """What a client raises for an answer that is no success.

    It is no kind of this service's own: `except ErrNotExist` does not catch it, and it never makes an answer by
    itself. A service that lets it through answers 500, and `relay` is how to pass on its kind.

    Args:
        status: the HTTP status of the answer.
        code: what the other service said for programs.
        message: what it said for people.
        body: the start of the answer, when it was no problem document.

    Attributes:
        kind: what the status stands for.

    >>> err = RemoteError.from_answer(404, b'{"detail": "there is no run 42", "code": "run_not_exist"}')
    >>> print(err)
    the service answered 404 Not Found (run_not_exist): there is no run 42
    >>> err.kind.__name__, err.code, err.message
    ('ErrNotExist', 'run_not_exist', 'there is no run 42')
    >>> print(RemoteError.from_answer(502, b"<html>no upstream</html>"))
    the service answered 502 Bad Gateway, and no problem document but '<html>no upstream</html>'
    """

    def __init__(
        self, status: int, *, code: str | None = None, message: str | None = None, body: str | None = None
    ) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.body = body
        super().__init__(self._describe(), remote_status=status, **({"remote_code": code} if code else {}))

    @classmethod
    def from_answer(cls, status: int, body: bytes) -> RemoteError:
        """The error that an answer tells of, also when its body cannot be parsed.

        Args:
            status: the HTTP status.
            body: the body, or the start of it.
        """
        said = Problem.parse(status, body)
        if said is None:
            return cls(status, body=body[:_SHOWN].decode("utf-8", "backslashreplace"))
        return cls(status, code=said.code, message=said.detail)

    @property
    def kind(self) -> type[ErrAPI]:
        """The kind that the status stands for; ErrInternal for those that we never send."""
        return kind_of_status(self.status)

    def _describe(self) -> str:
        text = f"the service answered {self.status} {Problem(self.status).title}"
        if self.body is not None:
            return f"{text}, and no problem document but {self.body!r}" if self.body else f"{text}, and nothing else"
        if self.code:
            text += f" ({self.code})"
        return f"{text}: {self.message}" if self.message else text


def is_remote(err: BaseException | None, kind: type[ErrAPI]) -> bool:
    """Whether another service answered with this kind.

    >>> is_remote(RemoteError(409), ErrAPI)
    True
    """
    remote = as_err(err, RemoteError)
    return remote is not None and issubclass(remote.kind, kind)


def relay(err: E, message: str) -> E:
    """Pass the kind of another service's error on to our own caller, and none of its words.

    Args:
        err: what the client raised; an error that no service answered with becomes ErrInternal.
        message: what was being done, for the log.

    Returns:
        The error, wrapped, of the kind that it has over there; its words stay in the log.

    >>> err = relay(RemoteError(404, message="no such row in shard 7"), "get run 42")
    >>> from apierrors import answer
    >>> answer(err).body
    b'{"type":"about:blank","title":"Not Found","status":404}'
    >>> print(err)
    get run 42: the service answered 404 Not Found: no such row in shard 7
    """
    remote = as_err(err, RemoteError)
    return mark(err, ErrInternal if remote is None else remote.kind, message, stacklevel=2)
