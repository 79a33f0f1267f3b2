"""The service as a process: its socket, its signals, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from typing import TYPE_CHECKING

import uvicorn

from stackerr import Sentinel, mark, wrapping

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from starlette.types import ASGIApp

_BACKLOG = 128
_LAST_ANSWERS = 3


class ErrListen(Sentinel, message="cannot listen there", code="listen", exit_code=78):
    """The port is taken, or the address is none of this machine."""


class _Server(uvicorn.Server):
    """A server that leaves the signals to the program, which may have more to end than answers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def bind(host: str, port: int, refusal: type[Sentinel] = ErrListen) -> socket.socket:
    """A socket that listens: made before the server, so that a taken port is one clean error.

    Args:
        host: an address of this machine.
        port: 0 for a free one.
        refusal: what it is called if it fails.

    Raises:
        refusal: the port is taken, or the address is none of this machine.

    >>> with bind("127.0.0.1", 0) as listening:
    ...     url_of(listening)  # doctest: +ELLIPSIS
    'http://127.0.0.1:...'
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with wrapping("listen on %s:%d", host, port):
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, port))
            listening.listen(_BACKLOG)
        except OSError as err:
            listening.close()
            hint = "another program listens there" if err.errno == errno.EADDRINUSE else "--listen HOST:PORT"
            raise mark(err, refusal, refusal.default_message, hint=hint) from err
    return listening


def url_of(listening: socket.socket) -> str:
    """Where clients reach a socket."""
    with wrapping("ask a socket for its address"):
        host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp, listening: socket.socket, last_answers: int = _LAST_ANSWERS
) -> AsyncGenerator[asyncio.Task[None], None]:
    """Answer requests while a block runs, and give the task that does.

    Args:
        app: the application.
        listening: what `bind` gave.
        last_answers: seconds for those that are under way at the end.
    """
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=last_answers,
        server_header=False,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve([listening]), name="answer requests")
    try:
        yield running
    finally:
        server.should_exit = True
        await running


@contextlib.contextmanager
def signalled() -> Generator[asyncio.Task[object], None, None]:
    """While a block runs, SIGTERM and SIGINT end nothing but the task that this gives.

    Around what takes its time to open or to close, so that a signal does not cut that off.
    """
    came = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, came.set)
    waiting: asyncio.Task[object] = asyncio.create_task(came.wait(), name="wait for a signal")
    try:
        yield waiting
    finally:
        waiting.cancel()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def terminated(*working: asyncio.Task[object]) -> None:
    """Wait for SIGTERM or SIGINT, or for one of these tasks to end, and raise what it raises."""
    with signalled() as waiting:
        done, _ = await asyncio.wait([waiting, *working], return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
