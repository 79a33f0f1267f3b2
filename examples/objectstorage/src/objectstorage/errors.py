"""What can go wrong with an object, as classes to match by."""

from __future__ import annotations

from stackerr import Sentinel


class ErrStorage(Sentinel, message="the object storage failed", code="storage"):
    """The base of all of them, and the answer for whatever has no name of its own."""


class ErrNotExist(ErrStorage, message="object does not exist", code="not_exist"):
    """There is no object of that key."""


class ErrExist(ErrStorage, message="object exists already", code="exist"):
    """A write that was to make a new object found one."""


class ErrChanged(ErrStorage, message="object was replaced while it was read", code="changed"):
    """What is left of the object cannot be read any more; read it again from the start."""


class ErrInvalidKey(ErrStorage, ValueError, message="invalid key", code="invalid_key"):
    """The key is none that every backend can store."""


class ErrShortBody(ErrStorage, message="the body is shorter than announced", code="short_body"):
    """The body ended before its size was reached; nothing was written."""


class ErrNoBucket(ErrStorage, message="bucket does not exist", code="no_bucket"):
    """The storage itself is not there: a mistake in the settings, and no missing object."""


class ErrForbidden(ErrStorage, message="access denied", code="forbidden"):
    """The credentials are wrong or missing, or they do not suffice."""


class ErrFull(ErrStorage, message="no space left", code="full"):
    """The disk or the quota is full."""


class ErrUnavailable(ErrStorage, message="the object storage cannot be reached", code="unavailable"):
    """No answer, half an answer, or one that says try later. Whether a write was done is not known."""


class ErrUnordered(ErrStorage, message="the server does not list in byte order", code="unordered"):
    """The server breaks the promise that `listing=flat` makes for it."""


class ErrInvalidURL(ErrStorage, ValueError, message="invalid storage URL", code="invalid_url"):
    """The URL names no storage."""


is_err_storage = ErrStorage.is_err
is_err_not_exist = ErrNotExist.is_err
is_err_exist = ErrExist.is_err
is_err_changed = ErrChanged.is_err
is_err_invalid_key = ErrInvalidKey.is_err
is_err_short_body = ErrShortBody.is_err
is_err_no_bucket = ErrNoBucket.is_err
is_err_forbidden = ErrForbidden.is_err
is_err_full = ErrFull.is_err
is_err_unavailable = ErrUnavailable.is_err
is_err_unordered = ErrUnordered.is_err
is_err_invalid_url = ErrInvalidURL.is_err
