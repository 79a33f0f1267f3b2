"""What a task is sent with: its environment if it has yet to begin, and nothing secret any more if it has begun."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from clients import now
from clients.runservice import ExecutorTaskPhase
from stackerr import compact, hints, to_dict
from vault import ErrSealed

from ._status import fail_task

if TYPE_CHECKING:
    from clients.runservice import ExecutorTask, RunConfig

    from ._core import Core

log = logging.getLogger("runservice")


async def prepare(core: Core, task: ExecutorTask, opened: dict[str, RunConfig]) -> tuple[ExecutorTask, RunConfig]:
    """The task and what its run was made from, fit to be sent; what was opened for a task before it is opened once.

    A task whose environment cannot be opened has failed: it would not be otherwise the next time.
    """
    run_id = task.spec.run_id
    if task.spec.stop or task.status.phase is not ExecutorTaskPhase.NOT_STARTED:
        return task, await core.config(run_id)
    try:
        if run_id not in opened:
            opened[run_id] = await core.open_config(run_id)
        return task, opened[run_id]
    except ErrSealed as err:
        hint = "; ".join(hints(err))
        log.error("task %s of run %s fails (hint: %s)", task.id, run_id, hint, exc_info=err)  # noqa: TRY400 - one line
        reason = f"{compact(err)} (hint: {hint})"
        return fail_task(task, reason, now(), to_dict(err, True)), await core.config(run_id)
