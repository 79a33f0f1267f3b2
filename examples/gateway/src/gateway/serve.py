"""The gateway as a process: what is behind it, and its end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from serving import serving, signalled

from .api import make_app
from .behind import open_behind

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from .behind import Service


async def serve(
    configstore: Service, runservice: Service, admin_tokens: Sequence[str], listening: socket.socket
) -> None:
    """Run a gateway until SIGTERM or SIGINT comes.

    Args:
        configstore: where users, projects, secrets and variables are.
        runservice: where runs are.
        admin_tokens: those of the admin.
        listening: where users call.
    """
    with signalled() as ending:
        async with (
            open_behind(configstore, runservice, admin_tokens) as behind,
            serving(make_app(behind), listening) as answering,
        ):
            await asyncio.wait([answering, ending], return_when=asyncio.FIRST_COMPLETED)
