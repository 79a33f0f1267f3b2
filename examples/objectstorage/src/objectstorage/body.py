"""What is to be written: a stream, of which no byte more is taken than belongs to the object."""

from __future__ import annotations

import io
from typing import Protocol, TypeAlias

from .errors import ErrShortBody


class Readable(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none when the stream has ended."""
        ...


Source: TypeAlias = bytes | bytearray | memoryview | Readable


class Body:
    """The part of a stream that belongs to the object.

    Args:
        source: a binary stream, or bytes.
        size: how many bytes belong to the object; what follows them is left unread. Negative: all.
    """

    def __init__(self, source: Source, size: int) -> None:
        self.size = size
        self._left = size
        self._source = io.BytesIO(source) if isinstance(source, (bytes, bytearray, memoryview)) else source

    def read(self, limit: int) -> bytes:
        """The next bytes: `limit` of them, and fewer only at the end.

        Raises:
            ErrShortBody: the stream ended before its size was reached.
            TypeError: the stream is none of bytes.
        """
        wanted = limit if self.size < 0 else min(limit, self._left)
        pieces = []
        while wanted > 0 and (piece := self._read_piece(wanted)):
            pieces.append(piece)
            wanted -= len(piece)
            self._left -= len(piece)
        if self.size >= 0 and wanted > 0:
            raise ErrShortBody(f"the body ended after {self.size - self._left} of {self.size} bytes", size=self.size)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _read_piece(self, wanted: int) -> bytes:
        piece = self._source.read(wanted)
        if not isinstance(piece, bytes):
            raise TypeError(f"the body gave {type(piece).__name__}, not bytes: open it in binary and blocking mode")
        if len(piece) > wanted:
            raise ValueError(f"the body gave {len(piece)} bytes where {wanted} were asked for")
        return piece
