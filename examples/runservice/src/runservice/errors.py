"""What the service answers with when it does not do what it was asked for, each with its public words."""

from __future__ import annotations

from apierrors import ErrBadRequest, ErrConflict, ErrInternal, ErrNotExist


class ErrRunNotExist(ErrNotExist, message="there is no such run", public="there is no such run", code="run_not_exist"):
    """No run has that id."""


class ErrTaskNotExist(
    ErrNotExist, message="there is no such task", public="there is no such task", code="task_not_exist"
):
    """The run, or the executor, has no task of that id."""


class ErrExecutorNotExist(
    ErrNotExist, message="there is no such executor", public="there is no such executor", code="executor_not_exist"
):
    """No executor of that id has been heard of."""


class ErrNoLog(ErrNotExist, message="there is no such log", public="there is no such log", code="log_not_exist"):
    """The step has not run, or there is none."""


class ErrNoArchive(
    ErrNotExist, message="there is no such archive", public="there is no such archive", code="archive_not_exist"
):
    """The step has kept nothing, or it is too long ago."""


class ErrNoCache(
    ErrNotExist, message="there is no such cache", public="there is no such cache", code="cache_not_exist"
):
    """No cache has that key."""


class ErrOutOfDate(
    ErrConflict,
    message="changed by somebody else",
    public="somebody else has changed it meanwhile: look again, and try again",
    code="out_of_date",
):
    """What the request rests on is no longer so."""


class ErrWrongPhase(ErrConflict, message="not in this phase", code="wrong_phase"):
    """The run or the task is not where that can be done."""


class ErrBadRun(ErrBadRequest, message="no run can be made of that", code="bad_run"):
    """What was sent to make a run of does not fit together."""


class ErrNotInMaintenance(
    ErrBadRequest,
    message="not in maintenance",
    public="that is done in maintenance only: PUT /api/v1alpha/maintenance first",
    code="not_in_maintenance",
):
    """Import is for maintenance only."""


class ErrBadExportFile(
    ErrBadRequest,
    message="no whole export",
    public="that is no whole export: nothing was changed",
    code="bad_export",
):
    """What was to be imported is broken off, damaged or something else."""


class ErrExecutorUnavailable(
    ErrInternal,
    message="the executor cannot be reached",
    status=502,
    public="the executor of the task cannot be reached",
    code="executor_unavailable",
):
    """What was asked for is on an executor, and that one gives no answer."""
