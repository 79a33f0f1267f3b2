"""The process: an instance, and a server that ends when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

import kvstore
from objectstorage import open_storage
from serving import serving, signalled, url_of
from stackerr import wrapping

from .app import make_app
from .service import open_service

if TYPE_CHECKING:
    import socket

    from .service import Service
    from .settings import Settings

log = logging.getLogger("runservice")

_SHUTDOWN = 5


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
