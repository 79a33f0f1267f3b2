"""An object of S3 as a seekable stream."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import HTTPError

from stackerr import mark, wrapping

from .errors import ErrUnavailable
from .s3errors import calling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class S3Reader(io.RawIOBase):
    """The body of one answer; after a seek, that of another one for the rest of the same state of the object.

    Args:
        get: asks for the object, under conditions.
        boundary: what wraps whatever fails while reading.
    """

    def __init__(self, get: Callable[..., Mapping[str, Any]], boundary: wrapping) -> None:
        super().__init__()
        self._get = get
        self._boundary = boundary
        answer = get()
        self._body: Any = answer["Body"]
        self._state: str = answer["ETag"]
        self._size: int = answer["ContentLength"]
        self._at = 0

    def readable(self) -> bool:
        """True, always."""
        return True

    def seekable(self) -> bool:
        """True, always."""
        return True

    def tell(self) -> int:
        """How many bytes lie before what is read next."""
        self._check_open()
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go elsewhere; the next read asks for what follows there."""
        with self._boundary:
            self._check_open()
            at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
            if at < 0:
                raise ValueError(f"seek to {at}: an object begins at 0")
            if at != self._at:
                self._drop_body()
                self._at = at
            return at

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes: `size` of them, and fewer only at the end of the object."""
        with self._boundary:
            self._check_open()
            left = max(self._size - self._at, 0)
            wanted = left if size is None or size < 0 else min(size, left)
            data = self._take(wanted) if wanted else b""
            self._at += len(data)
            return data

    def readall(self) -> bytes:
        """All that is left."""
        return self.read()

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer; fewer bytes only at the end of the object."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Give up the answer that is being read."""
        if not self.closed:
            self._drop_body()
        super().close()

    def _take(self, wanted: int) -> bytes:
        with wrapping("take %s bytes at %s", wanted, self._at):
            if self._body is None:
                self._body = self._get(Range=f"bytes={self._at}-", IfMatch=self._state)["Body"]
            data = self._read_body(wanted)
            if len(data) < wanted:  # boto3 does not notice
                raise ErrUnavailable(f"the server ended the body after {len(data)} bytes")
            return data

    def _read_body(self, wanted: int) -> bytes:
        with calling:
            try:
                data: bytes = self._body.read(wanted)
            except HTTPError as err:  # what boto3 leaves of urllib3's
                raise mark(err, ErrUnavailable) from err
            return data

    def _drop_body(self) -> None:
        body, self._body = self._body, None
        if body is not None:
            body.close()

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("the object is closed: open it again with read()")
