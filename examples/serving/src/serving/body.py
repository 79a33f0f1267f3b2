"""What comes in: no more than is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from .errors import ErrTooMuch

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope


def announced(scope: Scope) -> int:
    """The bytes that a request says that it has; 0 when it says nothing."""
    length: bytes = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else 0


def bounded(receive: Receive, limit: int) -> Receive:
    """The body as it comes, until it becomes too large."""
    size = 0

    async def give() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise ErrTooMuch(f"the body has more than {limit} bytes", limit=limit)
        return message

    return give


async def read_whole(receive: Receive) -> Receive:
    """The body, all of it, and then whatever comes after it.

    Raises:
        ClientDisconnect: the end of it never came.
    """
    pieces, more = [], True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    waiting: list[Message] = [{"type": "http.request", "body": b"".join(pieces), "more_body": False}]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give
