"""Watching: from one connection to the next without missing or repeating anything."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from stackerr import wrapping

from ._errors import ErrUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ._backend import Backend
    from ._changes import Span
    from ._entries import Batch

log = logging.getLogger("kvstore")

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0


async def follow(backend: Backend, span: Span, name: str, after: int, prefix: str) -> AsyncGenerator[Batch, None]:
    """The batches of a span after a revision, for as long as the caller wants them."""
    pause = _FIRST_PAUSE
    while True:
        try:
            with wrapping("watch %s after revision %s", name, after, after=after):
                async with aclosing(backend.watch(span, after)) as batches:
                    async for batch in batches:
                        after, pause = batch.revision, _FIRST_PAUSE
                        if batch.events:
                            yield _strip(batch, prefix)
        except ErrUnavailable as err:
            log.warning("watch of %s is interrupted and goes on after revision %s", name, after, exc_info=err)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


def _strip(batch: Batch, prefix: str) -> Batch:
    if not prefix:
        return batch
    return replace(batch, events=tuple(replace(event, key=event.key[len(prefix) :]) for event in batch.events))
