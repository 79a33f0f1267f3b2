"""The configstore as a process: what it stands on, and its end."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from kvstore import open_store
from objectstorage import open_storage
from serving import serving, signalled
from stackerr import wrapping

from .api import make_app
from .service import Service

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncGenerator, Sequence

    from kvstore import Store
    from vault import Vault


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
    with signalled() as ending:
        with wrapping("open the object storage"):
            objects = open_storage(storage)
        async with opened(kv) as store:
            service = Service(store, objects, vault)
            async with serving(make_app(service, tokens), listening) as answering:
                working = asyncio.create_task(service.run(), name="work")
                await asyncio.wait([answering, working, ending], return_when=asyncio.FIRST_COMPLETED)
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working
