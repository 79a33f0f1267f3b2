"""What can go wrong, by name: classes to catch, and a helper for each that looks down the whole chain."""

from __future__ import annotations

from stackerr import Sentinel

RESTORE = "restore it from a backup, or import an export in maintenance"


class ErrNotExist(Sentinel, message="object does not exist", code="not_exist"):
    """There is no object of that type and id."""


class ErrConcurrency(Sentinel, message="changed by somebody else", code="concurrency"):
    """A change group was changed since the token was taken, or the token is too old. Nothing was written."""


class ErrCompacted(Sentinel, message="changes are missing", code="compacted"):
    """The changes asked for are gone, or all data was replaced: read everything anew and go on from there."""


class ErrNoDataStatus(Sentinel, message="no data status", code="no_data_status"):
    """The object storage has no checkpoint."""


class ErrInMaintenance(Sentinel, message="in maintenance", code="in_maintenance"):
    """What was asked for is not done in maintenance."""


class ErrNotInMaintenance(Sentinel, message="not in maintenance", code="not_in_maintenance"):
    """What was asked for is done in maintenance only."""


class ErrBadExport(Sentinel, ValueError, message="no good export", code="bad_export"):
    """What is to be imported is broken or incomplete. Nothing was changed."""


class ErrBadToken(Sentinel, ValueError, message="no token", code="bad_token"):
    """The text is none that a token was written as."""


class ErrTooLarge(Sentinel, ValueError, message="too large", code="too_large"):
    """More than an object may have, or more change groups than one write may name."""


class ErrCorrupt(Sentinel, message="stored data is damaged", code="corrupt"):
    """What is in the object storage is not what was written there."""


class ErrMissing(ErrCorrupt, message="stored data is missing", code="missing"):
    """Something is gone from the object storage that must be there."""


is_err_bad_export = ErrBadExport.is_err
is_err_bad_token = ErrBadToken.is_err
is_err_compacted = ErrCompacted.is_err
is_err_concurrency = ErrConcurrency.is_err
is_err_corrupt = ErrCorrupt.is_err
is_err_in_maintenance = ErrInMaintenance.is_err
is_err_missing = ErrMissing.is_err
is_err_no_data_status = ErrNoDataStatus.is_err
is_err_not_exist = ErrNotExist.is_err
is_err_not_in_maintenance = ErrNotInMaintenance.is_err
is_err_too_large = ErrTooLarge.is_err
