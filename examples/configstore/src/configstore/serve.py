"""The configstore as a process: its socket, its signals, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from typing import TYPE_CHECKING

import uvicorn

from kvstore import open_store
from objectstorage import open_storage
from stackerr import mark, wrapping

from .api import make_app
from .errors import ErrSetup
from .service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Sequence

    from kvstore import Store

    from .vault import Vault

_PATIENCE = 3


class _Server(uvicorn.Server):
    """A server that leaves the signals to us."""

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


@contextlib.asynccontextmanager
async def opened(kv: str) -> AsyncGenerator[Store, None]:
    """The key-value store, for the keys of the configstore alone."""
    async with contextlib.AsyncExitStack() as stack:
        with wrapping("open the key-value store"):
            store = await stack.enter_async_context(open_store(kv, prefix="configstore/"))
        yield store


async def serve(kv: str, storage: str, vault: Vault, tokens: Sequence[str], listening: socket.socket) -> None:
    """Run an instance until SIGTERM or SIGINT comes.

    Args:
        kv: the URL of the key-value store.
        storage: the URL of the object storage.
        vault: what seals the values of secrets.
        tokens: what a caller has to show one of.
        listening: where they call.
    """
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    with wrapping("open the object storage"):
        objects = open_storage(storage)
    async with opened(kv) as store:
        service = Service(store, objects, vault)
        config = uvicorn.Config(
            make_app(service, tokens),
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=_PATIENCE,
            server_header=False,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve([listening]), name="serve")
        working = asyncio.create_task(service.run(), name="work")
        waiting = asyncio.create_task(ending.wait(), name="wait for a signal")
        await asyncio.wait([serving, working, waiting], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        waiting.cancel()
        await serving
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
