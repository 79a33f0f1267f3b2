"""The executor as a process: what it works with, and its end."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from serving import serving, signalled

from .api import make_app
from .service import open_executor

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from .service import Settings


async def serve(settings: Settings, tokens: Sequence[str], listening: socket.socket) -> None:
    """Run an executor until SIGTERM or SIGINT comes; then stop its tasks, report them, and end."""
    with signalled() as ending:
        async with open_executor(settings) as executor, serving(make_app(executor, tokens), listening) as answering:
            working = asyncio.create_task(executor.run(), name="work")
            await asyncio.wait([answering, working, ending], return_when=asyncio.FIRST_COMPLETED)
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working
