"""WSGI: an error that leaves the application is logged once, and answered with a problem document."""

from __future__ import annotations

import logging
import sys
from http.client import responses
from typing import TYPE_CHECKING, Any

from .problem import answer, log_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    Environment: TypeAlias = dict[str, Any]
    StartResponse: TypeAlias = Callable[..., Any]
    Application: TypeAlias = Callable[[Environment, StartResponse], Iterable[bytes]]


class ProblemMiddleware:
    """Answer with a problem document when an error leaves the application, and log the error once.

    Args:
        app: the WSGI application.
        logger: where to log; None is the logger `stackerr.wsgi`.
        type_base: the URI that an error's `code` is put behind to make the document's `type`.

    An error that comes after the response has begun is raised on, unlogged: the server must cut the connection, and
    logs it.

    Source: PEP 3333, Error Handling; RFC 9457.

    >>> def app(environ, start_response):
    ...     raise KeyError("id")
    >>> def start_response(status, headers, exc_info=None):
    ...     print(status)
    >>> environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/runs"}
    >>> body = b"".join(ProblemMiddleware(app, logger=logging.getLogger("silent"))(environ, start_response))
    500 Internal Server Error
    """

    def __init__(self, app: Application, *, logger: logging.Logger | None = None, type_base: str | None = None) -> None:
        self.app = app
        self.logger: logging.Logger = logger or logging.getLogger("stackerr.wsgi")
        self.type_base = type_base

    def __call__(self, environ: Environment, start_response: StartResponse) -> Iterator[bytes]:
        """Serve one request."""
        chunks: Iterable[bytes] = ()
        has_begun = False
        try:
            chunks = self.app(environ, start_response)
            for chunk in chunks:
                has_begun = has_begun or bool(chunk)  # an empty chunk sends no headers yet
                yield chunk
        except Exception as err:
            if has_begun:
                raise
            yield self._answer(err, environ, start_response)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()

    def _answer(self, err: Exception, environ: Environment, start_response: StartResponse) -> bytes:
        method = environ["REQUEST_METHOD"]
        answered = answer(err, method, self.type_base)
        status = f"{answered.status} {responses.get(answered.status, 'Error')}"
        start_response(status, answered.headers, sys.exc_info())  # raises the error when the headers are out already
        path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
        log_answer(self.logger, answered, method, path.encode("latin-1", "backslashreplace"), err)
        return answered.body
