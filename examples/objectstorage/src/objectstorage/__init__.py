"""Objects by key, on posix and on S3, with errors that say which object of which storage.

>>> import tempfile
>>> base = tempfile.TemporaryDirectory()
>>> storage = open_storage(f"file://{base.name}")
>>> storage.write("runs/42", b"done")
>>> with storage.read("runs/42") as stream:
...     print(stream.read().decode())
done
>>> try:
...     storage.read("runs/43")
... except ErrNotExist as err:
...     print(err)  # doctest: +ELLIPSIS
read object runs/43 in file:///...: [Errno 2] No such file or directory: '/.../data/runs.d/43'
>>> base.cleanup()
"""

from .body import Readable
from .errors import (
    ErrChanged,
    ErrExist,
    ErrForbidden,
    ErrFull,
    ErrInvalidKey,
    ErrInvalidURL,
    ErrNoBucket,
    ErrNotExist,
    ErrShortBody,
    ErrStorage,
    ErrUnavailable,
    ErrUnordered,
    is_err_changed,
    is_err_exist,
    is_err_forbidden,
    is_err_full,
    is_err_invalid_key,
    is_err_invalid_url,
    is_err_no_bucket,
    is_err_not_exist,
    is_err_short_body,
    is_err_storage,
    is_err_unavailable,
    is_err_unordered,
)
from .keys import check_key
from .posix import PosixStorage
from .storage import ObjectInfo, ObjectStorage
from .urls import open_storage

__all__ = [
    "ErrChanged",
    "ErrExist",
    "ErrForbidden",
    "ErrFull",
    "ErrInvalidKey",
    "ErrInvalidURL",
    "ErrNoBucket",
    "ErrNotExist",
    "ErrShortBody",
    "ErrStorage",
    "ErrUnavailable",
    "ErrUnordered",
    "ObjectInfo",
    "ObjectStorage",
    "PosixStorage",
    "Readable",
    "check_key",
    "is_err_changed",
    "is_err_exist",
    "is_err_forbidden",
    "is_err_full",
    "is_err_invalid_key",
    "is_err_invalid_url",
    "is_err_no_bucket",
    "is_err_not_exist",
    "is_err_short_body",
    "is_err_storage",
    "is_err_unavailable",
    "is_err_unordered",
    "open_storage",
]
