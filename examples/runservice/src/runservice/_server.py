"""The process: a socket, a log, an instance, and a server that ends when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from typing import TYPE_CHECKING

import kvstore
from objectstorage import open_storage
from serving import serving, signalled, url_of
from stackerr import new, wrapping
from stackerr.integrations import pythonjsonlogger
from stackerr.integrations.logging import Formatter

from ._service import open_service
from .app import make_app

if TYPE_CHECKING:
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


async def serve(kv: str, storage: str, listening: socket.socket, settings: Settings) -> None:
    """Serve until the process is told to end, by SIGTERM or SIGINT.

    Args:
        kv: the URL of the kv store.
        storage: the URL of the object storage.
        listening: where to be asked.
        settings: the numbers and the tokens.
    """
    with wrapping("serve"), open_storage(storage) as objects, contextlib.ExitStack() as last:
        async with (
            kvstore.open_store(kv, prefix="runservice/") as store,
            open_service(store, objects, settings) as service,
        ):
            ending = last.enter_context(signalled())  # until all is closed; one that comes earlier ends it at once
            await _answer(service, listening, ending)
    log.info("ended")


async def _answer(service: Service, listening: socket.socket, ending: asyncio.Task[object]) -> None:
    with wrapping("answer requests"):
        async with serving(make_app(service), listening, _SHUTDOWN) as answering:
            log.info("listening on %s", url_of(listening))
            await asyncio.wait([answering, ending], return_when=asyncio.FIRST_COMPLETED)
            log.info("ending")
            service.closing.set()
