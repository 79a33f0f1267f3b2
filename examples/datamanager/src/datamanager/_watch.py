"""Following what is written, in the order in which it was."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import kvstore
from stackerr import mark, wrapping

from ._errors import ErrCompacted, ErrMissing
from ._objects import in_thread
from ._sequence import Sequence
from ._wal import LAST, WALS, Header, read_actions, read_header

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from kvstore import Batch

    from ._actions import Action
    from ._context import Context


@dataclass(frozen=True, slots=True)
class Change:
    """What one write did.

    Attributes:
        sequence: the number of its WAL.
        revision: the revision of the store at which it was committed.
        actions: what it did, in order.
    """

    sequence: Sequence
    revision: int
    actions: tuple[Action, ...]


async def follow(context: Context, revision: int, applied: Sequence | None, epoch: int) -> AsyncGenerator[Change, None]:
    """The changes after a revision, for as long as the caller wants them.

    Args:
        context: where everything is.
        revision: the revision.
        applied: the last WAL that was committed then, if that is known.
        epoch: the epoch of the log then.

    Raises:
        ErrCompacted: some are gone, or all data was replaced.
    """
    with wrapping("watch changes after revision %s", revision):
        try:
            async with (
                context.store.watch("wals", after=revision) as batches,
                aclosing(_read(batches, applied, epoch)) as headers,
            ):
                async for header, at in headers:
                    yield Change(header.sequence, at, tuple(await in_thread(read_actions, context.objects, header)))
        except (kvstore.ErrCompacted, kvstore.ErrFutureRevision, ErrMissing) as err:
            raise mark(err, ErrCompacted, hint=_HINT) from err


_HINT = "read everything anew, and watch from there"


async def _read(
    batches: AsyncIterator[Batch], applied: Sequence | None, epoch: int
) -> AsyncGenerator[tuple[Header, int], None]:
    """The headers of new WALs, as long as each follows the one before."""
    async for batch in batches:
        for event in batch.events:
            if event.key.startswith(WALS) and event.value is not None:
                header = read_header(event.value)
                if applied and header.sequence <= applied:
                    continue
                if header.sequence.epoch != epoch or (applied and header.previous != applied):
                    raise ErrCompacted(f"WAL {header.sequence} does not follow {applied}", hint=_HINT)
                applied = header.sequence
                yield header, batch.revision
            elif event.key == LAST:
                _check_last(event.value, epoch)


def _check_last(value: bytes | None, epoch: int) -> None:
    with wrapping("read which WAL is the last"):
        if value is None or Sequence.parse(value.decode()).epoch != epoch:
            raise ErrCompacted("all data was replaced", hint=_HINT)
