"""What can go wrong, by name: classes to catch, and a helper for each that looks down the whole chain."""

from __future__ import annotations

from stackerr import Sentinel


class ErrKeyNotFound(Sentinel, message="key not found", code="key_not_found"):
    """There is no such key, or there was none at the revision asked for."""


class ErrKeyModified(Sentinel, message="key was modified", code="key_modified"):
    """A comparison did not hold: somebody else was faster. Nothing was changed."""


class ErrCompacted(Sentinel, message="revision was compacted away", code="compacted"):
    """The history asked for is gone: read everything anew and go on from there."""


class ErrFutureRevision(Sentinel, message="revision is not there yet", code="future_revision"):
    """The store has not come to that revision: it is another store than before, perhaps a new and empty one."""


class ErrLeaseExpired(Sentinel, message="lease has expired", code="lease_expired"):
    """The lease is gone, and with it the keys that were put with it."""


class ErrLockLost(ErrLeaseExpired, message="lock was lost", code="lock_lost"):
    """The lock could not be kept, so what it protected was stopped."""


class ErrLocked(Sentinel, message="locked by somebody else", code="locked"):
    """Somebody else holds the lock, and you did not want to wait."""


class ErrTooLarge(Sentinel, message="too large for one transaction", code="too_large"):
    """More bytes or more changes than a transaction may have."""


class ErrUnavailable(Sentinel, message="store is unavailable, the outcome is unknown", code="unavailable"):
    """The store gave no answer: what was asked may have been done or not. Look before you repeat."""


class ErrNotSent(ErrUnavailable, message="store cannot be reached", code="not_sent"):
    """The store was never reached, so nothing was done: safe to repeat."""


class ErrRefused(Sentinel, message="store refused the request", code="refused"):
    """The store answered with no. Repeating does not help."""


class ErrNoSpace(ErrRefused, message="store is full", code="no_space"):
    """There is no room left: compact, delete, or give it more. Nothing was changed."""


class ErrCorrupt(ErrRefused, message="file is damaged or no store", code="corrupt"):
    """What is there is no store, or a damaged one."""


class ErrCannotLock(ErrRefused, message="file system cannot lock files", code="cannot_lock"):
    """The file lies where several processes cannot be kept apart, such as on some network file systems."""


is_err_cannot_lock = ErrCannotLock.is_err
is_err_compacted = ErrCompacted.is_err
is_err_corrupt = ErrCorrupt.is_err
is_err_future_revision = ErrFutureRevision.is_err
is_err_key_modified = ErrKeyModified.is_err
is_err_key_not_found = ErrKeyNotFound.is_err
is_err_lease_expired = ErrLeaseExpired.is_err
is_err_lock_lost = ErrLockLost.is_err
is_err_locked = ErrLocked.is_err
is_err_no_space = ErrNoSpace.is_err
is_err_not_sent = ErrNotSent.is_err
is_err_refused = ErrRefused.is_err
is_err_too_large = ErrTooLarge.is_err
is_err_unavailable = ErrUnavailable.is_err
