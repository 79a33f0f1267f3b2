"""Handlers of `logging.handlers` that send a record elsewhere, with the whole chain of its error.

The standard library's own ones drop the error: `QueueHandler.prepare` puts its text into the message, as the handler's
formatter writes it, `SocketHandler.makePickle` into `exc_text`, and `exc_info` is gone. These keep it, so that the
listener formats it as it likes: for people, as JSON, in detail.
"""

from __future__ import annotations

import copy
import pickle
import struct
from logging import handlers
from typing import TYPE_CHECKING, Any

from stackerr import from_dict, to_dict

from ._exc_info import error_in, message_of

if TYPE_CHECKING:
    import logging

_traceback_of: Any = BaseException.__dict__["__traceback__"].__get__  # whatever the error's class makes of the name


class QueueHandler(handlers.QueueHandler):
    """A `logging.handlers.QueueHandler` whose records keep their error.

    Args:
        queue: a `queue.Queue`, a `multiprocessing.Queue`, or what has `put_nowait`.

    On a queue between threads the error arrives as it is. On one between processes it arrives as `from_dict` makes it:
    no class of it need be known there, no code of it runs, and nothing in it can keep it from being pickled.

    Source: <https://docs.python.org/3/library/logging.handlers.html#queuehandler>.

    >>> import logging, queue, stackerr
    >>> waiting = queue.SimpleQueue()
    >>> logger = logging.Logger("service")
    >>> logger.addHandler(QueueHandler(waiting))
    >>> logger.error("serve %s", "request", exc_info=stackerr.new("disk full"))
    >>> record = waiting.get()
    >>> record.message, record.exc_info[1]
    ('serve request', Error('disk full'))
    """

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """A copy of the record that can be pickled, with its error."""
        return pack(record)


class SocketHandler(handlers.SocketHandler):
    """A `logging.handlers.SocketHandler` whose records keep their error.

    Args:
        host: the host that listens.
        port: its port; None for a Unix socket whose path is `host`.

    The receiver unpickles the record as ever, with `logging.makeLogRecord`; stackerr must be installed there.

    Source: <https://docs.python.org/3/library/logging.handlers.html#sockethandler>.
    """

    def makePickle(self, record: logging.LogRecord) -> bytes:  # noqa: N802 - logging's name
        """The record as it goes over the wire: four bytes of length, then the pickled attributes."""
        data = pickle.dumps(vars(pack(record)), 1)
        return struct.pack(">L", len(data)) + data


def pack(record: logging.LogRecord) -> logging.LogRecord:
    """A copy of the record with its message filled in, and with its error fit for the journey."""
    err = error_in(record.exc_info)
    packed = copy.copy(record)
    packed.msg = packed.message = message_of(record)
    packed.args = None
    packed.exc_text = None
    packed.exc_info = None if err is None else _Luggage((type(err), err, _traceback_of(err)))
    return packed


class _Luggage(tuple[Any, ...]):
    """An `exc_info` that is pickled as plain data, the whole chain of it."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpack, (to_dict(self[1], detailed=True),)


def _unpack(data: dict[str, Any]) -> tuple[type[BaseException], BaseException, None]:
    err = from_dict(data)
    return type(err), err, None
