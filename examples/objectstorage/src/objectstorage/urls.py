"""A storage by its URL, as command lines and settings name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from stackerr import wrapping

from .errors import ErrInvalidURL
from .posix import PosixStorage

if TYPE_CHECKING:
    from collections.abc import Callable

    from .storage import ObjectStorage


def open_storage(url: str) -> ObjectStorage:
    """The storage that a URL names.

    Args:
        url: `file:///path` or `s3://bucket/prefix?endpoint=https://host:port`. An S3 URL may also say `region=`,
            `listing=flat` or `listing=tree`, `timeout=` (seconds) and `attempts=`; credentials are never in it.

    Raises:
        ErrInvalidURL: it names none; the message says why.
        ErrStorage: the storage cannot be opened.

    >>> open_storage("s3://runs?region=eu-west-1").url
    's3://runs'
    >>> open_storage("ftp://runs")
    Traceback (most recent call last):
    objectstorage.errors.ErrInvalidURL: open storage ftp://runs: no storage is called 'ftp': use file:// or s3://
    """
    with wrapping("open storage %s", _without_credentials(url)):
        parts = urlsplit(url)
        if parts.scheme == "file":
            return PosixStorage(_path(parts))
        if parts.scheme == "s3":
            return _open_s3(parts)
        raise ErrInvalidURL(f"no storage is called {parts.scheme!r}: use file:// or s3://")


def _path(parts: SplitResult) -> str:
    path = unquote(parts.path)
    if parts.netloc not in ("", "localhost") or not path.startswith("/"):
        raise ErrInvalidURL("the path is not absolute: write three slashes, file:///path")
    if parts.query or parts.fragment:
        raise ErrInvalidURL("a file URL has neither ? nor #: write %3F or %23 for those in the path")
    return path


def _open_s3(parts: SplitResult) -> ObjectStorage:
    from .s3 import S3Storage  # importing boto3 takes longer than all that a program on plain files does

    if "@" in parts.netloc:
        raise ErrInvalidURL("credentials do not belong in a URL: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    if not parts.netloc:
        raise ErrInvalidURL("the bucket is missing: s3://bucket/prefix")
    return S3Storage(parts.netloc, unquote(parts.path), **_options(parts.query))


def _options(query: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in _OPTIONS:
            raise ErrInvalidURL(f"unknown option {name!r}: there are {', '.join(_OPTIONS)}")
        argument, read = _OPTIONS[name]
        try:
            options[argument] = read(value)
        except (ValueError, KeyError) as err:
            raise ErrInvalidURL(f"{name}={value!r} is not understood: {_WANTED[name]}") from err
    return options


def _endpoint(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(text)
    return text


def _positive(text: str) -> float:
    if not 0 < float(text) < float("inf"):
        raise ValueError(text)
    return float(text)


def _at_least_one(text: str) -> int:
    return max(int(text), 1)


_OPTIONS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "endpoint": ("endpoint", _endpoint),
    "region": ("region", str),
    "listing": ("flat", {"flat": True, "tree": False}.__getitem__),
    "timeout": ("timeout", _positive),
    "attempts": ("attempts", _at_least_one),
}
_WANTED = {
    "endpoint": "wanted http://host:port or https://host",
    "listing": "wanted flat or tree",
    "timeout": "wanted seconds above 0",
    "attempts": "wanted a whole number",
}


def _without_credentials(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if "@" in rest.partition("/")[0]:
        rest = "…@" + rest.partition("@")[2]
    return scheme + separator + rest
