"""The executor as a process: its socket, its signals, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from typing import TYPE_CHECKING

import uvicorn

from stackerr import mark, wrapping

from .api import make_app
from .errors import ErrSetup
from .service import open_executor

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from .service import Settings

_PATIENCE = 3


class _Server(uvicorn.Server):
    """A server that leaves the signals to us: tasks are to be stopped before it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        ErrSetup: the port is taken, or the address is none of this machine.
    """
    with wrapping("listen on %s:%d", host, port):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, port))
            listening.listen(128)
        except OSError as err:
            listening.close()
            hint = "another program listens there" if err.errno == errno.EADDRINUSE else "--listen HOST:PORT"
            raise mark(err, ErrSetup, ErrSetup.default_message, hint=hint) from err
    return listening


async def serve(settings: Settings, tokens: Sequence[str], listening: socket.socket) -> None:
    """Run an executor until SIGTERM or SIGINT comes; then stop its tasks, report them, and end."""
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    async with open_executor(settings) as executor:
        config = uvicorn.Config(
            make_app(executor, tokens),
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=_PATIENCE,
            server_header=False,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve([listening]), name="serve")
        working = asyncio.create_task(executor.run(), name="work")
        waiting = asyncio.create_task(ending.wait(), name="wait for a signal")
        await asyncio.wait([serving, working, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
        server.should_exit = True
        await serving
