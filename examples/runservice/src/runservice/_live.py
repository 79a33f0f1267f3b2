"""Changing live runs: one transaction that says so to everybody who follows, and fails when somebody was faster."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from clients.runservice import RunEvent
from kvstore import ErrKeyModified, ErrTooLarge, Put
from stackerr import mark, wrapping

from ._groups import GroupsToken, groups_of, make_token, touch
from .errors import ErrBadRun, ErrOutOfDate

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from clients.runservice import Run
    from kvstore import Change, Compare

    from ._collection import Kept
    from ._core import Core

EVENTS = "scheduler/runevents"
_ATTEMPTS = 10
_PAUSE = 0.01


async def put_run(
    core: Core,
    run: Run,
    before: Kept[Run] | None,
    *,
    compares: Iterable[Compare] = (),
    changes: Iterable[Change] = (),
) -> int:
    """Set a run that was like that before; the revision at which that happened.

    Raises:
        ErrOutOfDate: it has changed since, or one of the conditions does not hold.
    """
    with wrapping("put run %s", run.id, run_id=run.id):
        is_moved = before is None or (before.value.phase, before.value.result) != (run.phase, run.result)
        conditions = [core.runs.unchanged(run.id, before.revision if before else 0), *compares]
        puts = [core.runs.put(run), *touch(groups_of(run) if is_moved else [run.id]), *changes]
        try:
            return await core.store.commit(conditions, [*puts, *([_event(run)] if is_moved else [])])
        except ErrKeyModified as err:
            raise mark(err, ErrOutOfDate) from err
        except ErrTooLarge as err:
            raise mark(err, ErrBadRun, public="the run has too many tasks and steps") from err


def _event(run: Run) -> Put:
    event = RunEvent(sequence=0, run_id=run.id, phase=run.phase, result=run.result)  # the revision is the sequence
    return Put(EVENTS, event.model_dump_json().encode())


async def change_run(core: Core, run_id: str, token: str | None, change: Callable[[Run], Run]) -> Run:
    """Change a live run, again and again until nobody else does.

    Args:
        core: the stores.
        run_id: the run.
        token: what the change rests on.
        change: makes the new one from the old one; what it raises is raised.

    Raises:
        ErrRunNotExist: there is no run of that id.
        ErrOutOfDate: what the token speaks for has changed.
    """
    compares = read_token(token)

    async def attempt() -> Run:
        kept = await core.runs.find(run_id)
        if kept is None or kept.value.archived:
            change(await core.run(run_id))  # which says why not
            raise ErrOutOfDate
        run = change(kept.value)
        await put_run(core, run, kept, compares=compares)
        return run

    return await insist(attempt)


async def insist(attempt: Callable[[], Awaitable[Run]]) -> Run:
    """Try until nobody else is faster, within reason."""
    for number in range(_ATTEMPTS - 1):
        try:
            return await attempt()
        except ErrOutOfDate:
            await asyncio.sleep(_PAUSE * number * random.random())  # noqa: S311 - so that two do not stay in step
    return await attempt()


def read_token(token: str | None) -> list[Compare]:
    """The conditions that a token stands for."""
    return GroupsToken.parse(token).compares if token else []


async def token_of(core: Core, names: Iterable[str]) -> str:
    """A token for change groups as they are now."""
    return str(await make_token(core.store, names))
