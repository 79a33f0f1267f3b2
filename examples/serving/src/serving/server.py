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
_LAST_ANSWERS = 3  # seconds for those that are under way when the service ends


class ErrListen(Sentinel, message="cannot listen there", code="listen", exit_code=78):
    """The port is taken, or the address is none of this machine."""


class _Server(uvicorn.Server):
    """A server that leaves the signals to the program, which may have more to end than answers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens: made before the server, so that a taken port is one clean error.

    Args:
        host: an address of this machine.
        port: 0 for a free one.

    Raises:
        ErrListen: the port is taken, or the address is none of this machine.

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
            hint = "stop the program that listens there" if err.errno == errno.EADDRINUSE else "use --listen HOST:PORT"
            raise mark(err, ErrListen, hint=hint) from err
    return listening


def url_of(listening: socket.socket) -> str:
    """Where clients reach a socket."""
    with wrapping("ask a socket for its address"):
        host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listening: socket.socket) -> AsyncGenerator[None, None]:
    """Answer requests while a block runs; at its end those under way get three seconds.

    Args:
        app: the application.
        listening: what `bind` gave.
    """
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_LAST_ANSWERS,
        server_header=False,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve([listening]), name="answer requests")
    try:
        yield
    finally:
        server.should_exit = True
        await running


async def terminated(*working: asyncio.Task[object]) -> None:
    """Wait for SIGTERM or SIGINT, or for one of these tasks to end, and raise what it raises."""
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    waiting = asyncio.create_task(ending.wait(), name="wait for a signal")
    try:
        done, _ = await asyncio.wait([waiting, *working], return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
    for task in done:
        task.result()
