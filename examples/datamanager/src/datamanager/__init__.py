"""Objects that survive the loss of the key-value store: a write-ahead log, checkpoints, change groups.

>>> import asyncio, tempfile, kvstore, objectstorage
>>> async def main(directory):
...     storage = objectstorage.open_storage(f"file://{directory}/objects")
...     async with kvstore.open_store(f"sqlite://{directory}/kv.db") as store:
...         async with open_data_manager(store, storage, types=["run"]) as dm:
...             await dm.write([Put("run", "42", b"queued")])
...             print(await dm.read("run", "42"))
>>> with tempfile.TemporaryDirectory() as directory:
...     asyncio.run(main(directory))
b'queued'
"""

from ._actions import Action, Delete, Entry, Put
from ._errors import (
    ErrBadExport,
    ErrBadToken,
    ErrCompacted,
    ErrConcurrency,
    ErrCorrupt,
    ErrInMaintenance,
    ErrMissing,
    ErrNoDataStatus,
    ErrNotExist,
    ErrNotInMaintenance,
    ErrTooLarge,
    is_err_bad_export,
    is_err_bad_token,
    is_err_compacted,
    is_err_concurrency,
    is_err_corrupt,
    is_err_in_maintenance,
    is_err_missing,
    is_err_no_data_status,
    is_err_not_exist,
    is_err_not_in_maintenance,
    is_err_too_large,
)
from ._manager import DataManager, open_data_manager
from ._options import Options
from ._sequence import Sequence
from ._status import Status
from ._token import Token
from ._watch import Change

__all__ = [
    "Action",
    "Change",
    "DataManager",
    "Delete",
    "Entry",
    "ErrBadExport",
    "ErrBadToken",
    "ErrCompacted",
    "ErrConcurrency",
    "ErrCorrupt",
    "ErrInMaintenance",
    "ErrMissing",
    "ErrNoDataStatus",
    "ErrNotExist",
    "ErrNotInMaintenance",
    "ErrTooLarge",
    "Options",
    "Put",
    "Sequence",
    "Status",
    "Token",
    "is_err_bad_export",
    "is_err_bad_token",
    "is_err_compacted",
    "is_err_concurrency",
    "is_err_corrupt",
    "is_err_in_maintenance",
    "is_err_missing",
    "is_err_no_data_status",
    "is_err_not_exist",
    "is_err_not_in_maintenance",
    "is_err_too_large",
    "open_data_manager",
]
