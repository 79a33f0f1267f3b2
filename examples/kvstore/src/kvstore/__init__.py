"""A key-value store with revisions, transactions, leases, locks and watches, on SQLite and on etcd.

>>> import asyncio, tempfile
>>> async def main():
...     with tempfile.TemporaryDirectory() as directory:
...         async with open_store(f"sqlite://{directory}/kv.db") as store:
...             await store.put("runs/42", b"queued")
...             print((await store.get("runs/42")).value)
>>> asyncio.run(main())
b'queued'
"""

from ._backend import Backend, Range
from ._changes import Change, Compare, Delete, DeletePrefix, Put, Span, absent, changed_before, present, unchanged
from ._compactor import keep_compacting
from ._entries import Batch, Entry, Event, Page
from ._errors import (
    ErrCannotLock,
    ErrCompacted,
    ErrCorrupt,
    ErrFutureRevision,
    ErrKeyModified,
    ErrKeyNotFound,
    ErrLeaseExpired,
    ErrLocked,
    ErrLockLost,
    ErrNoSpace,
    ErrNotSent,
    ErrRefused,
    ErrTooLarge,
    ErrUnavailable,
    is_err_cannot_lock,
    is_err_compacted,
    is_err_corrupt,
    is_err_future_revision,
    is_err_key_modified,
    is_err_key_not_found,
    is_err_lease_expired,
    is_err_lock_lost,
    is_err_locked,
    is_err_no_space,
    is_err_not_sent,
    is_err_refused,
    is_err_too_large,
    is_err_unavailable,
)
from ._lease import Lease
from ._lock import Lock
from ._store import Store
from ._url import open_store

__all__ = [
    "Backend",
    "Batch",
    "Change",
    "Compare",
    "Delete",
    "DeletePrefix",
    "Entry",
    "ErrCannotLock",
    "ErrCompacted",
    "ErrCorrupt",
    "ErrFutureRevision",
    "ErrKeyModified",
    "ErrKeyNotFound",
    "ErrLeaseExpired",
    "ErrLockLost",
    "ErrLocked",
    "ErrNoSpace",
    "ErrNotSent",
    "ErrRefused",
    "ErrTooLarge",
    "ErrUnavailable",
    "Event",
    "Lease",
    "Lock",
    "Page",
    "Put",
    "Range",
    "Span",
    "Store",
    "absent",
    "changed_before",
    "is_err_cannot_lock",
    "is_err_compacted",
    "is_err_corrupt",
    "is_err_future_revision",
    "is_err_key_modified",
    "is_err_key_not_found",
    "is_err_lease_expired",
    "is_err_lock_lost",
    "is_err_locked",
    "is_err_no_space",
    "is_err_not_sent",
    "is_err_refused",
    "is_err_too_large",
    "is_err_unavailable",
    "keep_compacting",
    "open_store",
    "present",
    "unchanged",
]
