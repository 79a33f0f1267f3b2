"""The process: a socket, a log, an instance, and a server that ends when it is told to."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

import kvstore
from objectstorage import open_storage
from stackerr import new, wrapping
from stackerr.integrations import pythonjsonlogger
from stackerr.integrations.logging import Formatter

from ._service import open_service
from .app import make_app

if TYPE_CHECKING:
    from collections.abc import Generator

    from ._service import Service
    from ._settings import Settings

log = logging.getLogger("runservice")

_SHUTDOWN = 5
_WORDS = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_KEYS = "%(asctime)s %(levelname)s %(name)s %(message)s"


def configure_logging(format: str) -> None:
    """One line for each record, an error's included: for people, or as JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(pythonjsonlogger.JsonFormatter(_KEYS) if format == "json" else Formatter(_WORDS))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    log.setLevel(logging.INFO)


def listen(address: str) -> socket.socket:
    """A socket that listens, so that a port that is taken is known at once.

    Raises:
        stackerr.Error: that is no address.
        OSError: it cannot be had.
    """
    host, _, port = address.rpartition(":")
    with wrapping("listen on %s", address, address=address, hint="choose another address with --listen HOST:PORT"):
        if not host or not port.isdecimal():
            raise new("that is not HOST:PORT")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host.strip("[]"), int(port)), family=family)


class _Server(uvicorn.Server):
    """Leaves signals alone: uvicorn ends the process by them before everything is closed."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


async def serve(kv: str, storage: str, listening: socket.socket, settings: Settings) -> None:
    """Serve until the process is told to end, by SIGTERM or SIGINT.

    Args:
        kv: the URL of the kv store.
        storage: the URL of the object storage.
        listening: where to be asked.
        settings: the numbers and the tokens.
    """
    with wrapping("serve"), open_storage(storage) as objects:
        async with (
            kvstore.open_store(kv, prefix="runservice/") as store,
            open_service(store, objects, settings) as service,
        ):
            await _serve(service, listening)
    log.info("ended")


async def _serve(service: Service, listening: socket.socket) -> None:
    config = uvicorn.Config(
        make_app(service),
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=_SHUTDOWN,
    )
    server = _Server(config)

    def end() -> None:
        log.info("ending")
        service.closing.set()
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    with wrapping("look where the socket is"):
        host, port, *_ = listening.getsockname()
    log.info("listening on http://%s:%s", host, port)
    with wrapping("answer requests"):
        await server.serve(sockets=[listening])
