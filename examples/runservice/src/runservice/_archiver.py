"""Archiving runs that have ended: out of the kv store, into the data that outlives it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from datamanager import Put
from kvstore import ErrKeyModified
from stackerr import wrapping

from ._groups import groups_of, touch
from ._live import put_run
from .errors import ErrOutOfDate

if TYPE_CHECKING:
    from clients.runservice import Run

    from ._collection import Kept
    from ._core import Core

log = logging.getLogger("runservice")


def is_to_be_archived(run: Run) -> bool:
    """Whether it has ended and everything of it has been fetched."""
    return run.phase.is_finished and all(task.is_fetched for task in run.tasks.values())


async def archive_all(core: Core) -> None:
    """Archive every run that has ended and of which everything has been fetched."""
    for kept in await core.runs.list():
        run = kept.value
        if not is_to_be_archived(run):
            continue
        with wrapping("archive run %s", run.id, run_id=run.id):
            try:
                await _archive(core, kept)
            except (ErrOutOfDate, ErrKeyModified) as err:
                log.debug("run %s is archived by somebody else", run.id, exc_info=err)


async def _archive(core: Core, kept: Kept[Run]) -> None:
    """Keep it; mark it, so that everybody takes it up; then forget the live one. Each step may be done twice."""
    run, revision = kept.value.model_copy(update={"archived": True}), kept.revision
    with wrapping("keep the run for good"):
        await core.data.write([Put("run", run.id, run.model_dump_json().encode())])
    if run != kept.value:
        revision = await put_run(core, run, kept)
    with wrapping("delete the live run"):
        conditions = [core.runs.unchanged(run.id, revision)]
        await core.store.commit(conditions, [core.runs.delete(run.id), *touch(groups_of(run))])
