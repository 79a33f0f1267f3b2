"""Calls to etcd's JSON gateway; what fails is told apart by whether the request can have been carried out.

Source: https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/
"""

from __future__ import annotations

import asyncio
import json
import ssl
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx2

from stackerr import mark, wrapping

from ._errors import (
    ErrCompacted,
    ErrFutureRevision,
    ErrLeaseExpired,
    ErrNoSpace,
    ErrNotSent,
    ErrRefused,
    ErrTooLarge,
    ErrUnavailable,
    is_err_not_sent,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Sequence
    from typing import TypeVar

    from stackerr import Sentinel

    T = TypeVar("T")

Answer: TypeAlias = dict[str, Any]

_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
_BY_MESSAGE: dict[str, type[Sentinel]] = {
    "required revision has been compacted": ErrCompacted,
    "required revision is a future revision": ErrFutureRevision,
    "requested lease not found": ErrLeaseExpired,
    "database space exceeded": ErrNoSpace,
    "request is too large": ErrTooLarge,
    "too many operations": ErrTooLarge,
    "too many requests": ErrNotSent,
}
_NO_ANSWER_CODES = {1, 2, 4, 13, 14}  # gRPC: cancelled, unknown, deadline exceeded, internal, unavailable
_SILENCE = 5.0
_SHOWN = 100


class Gateway:
    """The members of a cluster, asked in turn until one answers.

    Args:
        endpoints: their addresses, `host:port`.
        timeout: how long one may take to answer, in seconds.
    """

    def __init__(self, endpoints: Sequence[str], timeout: float) -> None:
        self._endpoints = [f"http://{endpoint}" for endpoint in endpoints]
        self._client = httpx2.AsyncClient(
            timeout=timeout,
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=100),
            trust_env=False,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # not used, and made in no time
        )

    async def call(self, path: str, body: Answer, read: Callable[[Answer], T], *, repeatable: bool = False) -> T:
        """Ask, and read the answer.

        Args:
            path: what to call.
            body: the request.
            read: makes something of the answer.
            repeatable: whether doing it twice is as good as doing it once.

        Raises:
            ErrNotSent: no member was reached; nothing was done.
            ErrUnavailable: otherwise, no answer: it may have been done.
            ErrRefused: the answer was no.
        """
        *earlier, last = self._endpoints
        for endpoint in earlier:
            try:
                return await self._ask(endpoint, path, body, read)
            except ErrUnavailable as err:
                if not (repeatable or is_err_not_sent(err)):
                    raise
        return await self._ask(last, path, body, read)

    async def stream(self, path: str, body: Answer, read: Callable[[Answer], T]) -> AsyncGenerator[T, None]:
        """Ask once, and read answers until the connection is lost.

        Raises:
            ErrUnavailable: it was lost, or the member does not answer any more; the next stream is another member's.
        """
        endpoint = self._endpoints[0]
        # A member that is cut off from its cluster ends the stream, when asked by this header, and does not go silent.
        headers = {"Grpc-Metadata-hasleader": "true"}
        timeout = httpx2.Timeout(**{**self._client.timeout.as_dict(), "read": None})
        with self._reaching(endpoint, "follow", path):
            request = self._client.build_request("POST", endpoint + path, json=body, headers=headers, timeout=timeout)
            response = await self._client.send(request, stream=True)
            try:
                if response.status_code != httpx2.codes.OK:
                    _refuse(response.status_code, (await response.aread()).decode(errors="replace"))
                lines = response.aiter_lines()
                while (line := await self._next(lines, endpoint)) is not None:
                    yield _understand(line, partial(_read_result, line, read))
            finally:
                await response.aclose()
            raise ErrUnavailable("the server ended the stream")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _next(self, lines: AsyncIterator[str], endpoint: str) -> str | None:
        """The next line; in a long silence see whether the member is still there, for one that hangs says nothing."""
        line = asyncio.ensure_future(_line(lines))
        try:
            while not (await asyncio.wait([line], timeout=_SILENCE))[0]:
                await self._ask(endpoint, "/v3/kv/range", {"key": "AA==", "serializable": True}, str)
            with wrapping("wait for news"):
                return line.result()
        finally:
            if not line.done():
                line.cancel()
                await asyncio.wait([line])

    async def _ask(self, endpoint: str, path: str, body: Answer, read: Callable[[Answer], T]) -> T:
        with self._reaching(endpoint, "call", path):
            response = await self._client.post(endpoint + path, json=body)
            if response.status_code != httpx2.codes.OK:
                _refuse(response.status_code, response.text)
            return _understand(response.text, read)

    @contextmanager
    def _reaching(self, endpoint: str, verb: str, path: str) -> Generator[None, None, None]:
        """Name what fails; and from then on ask another member first, unless another call has seen to that."""
        try:
            with wrapping("%s %s%s", verb, endpoint, path, endpoint=endpoint), _told_apart():
                yield
        except ErrUnavailable:
            if self._endpoints[0] == endpoint:
                self._endpoints = [*self._endpoints[1:], endpoint]
            raise


@contextmanager
def _told_apart() -> Generator[None, None, None]:
    """Tell what never left from what may have arrived."""
    try:
        yield
    except _NEVER_SENT as err:
        raise mark(err, ErrNotSent, "not sent") from err
    except httpx2.TransportError as err:
        raise mark(err, ErrUnavailable, "no answer, outcome unknown") from err


async def _line(lines: AsyncIterator[str]) -> str | None:
    return await anext(lines, None)


def _understand(text: str, read: Callable[[Answer], T]) -> T:
    try:
        return read(json.loads(text))
    except (ValueError, LookupError, TypeError, AttributeError) as err:
        raise mark(err, ErrUnavailable, f"cannot make sense of the answer {text[:_SHOWN]!r}") from err


def _read_result(line: str, read: Callable[[Answer], T], answer: Answer) -> T:
    if "error" in answer:
        _refuse(0, line)
    return read(answer["result"])


def _refuse(status: int, text: str) -> None:
    """Raise what a refusal means.

    Raises:
        ErrRefused: or one of the other sentinels that etcd's words stand for.
    """
    code, message = _read_refusal(text)
    if not message and status < httpx2.codes.INTERNAL_SERVER_ERROR:
        raise ErrRefused(f"the server answers {status}: is it etcd?", status=status, answer=text[:_SHOWN])
    kind = next((kind for words, kind in _BY_MESSAGE.items() if words in message), None)
    if kind is None:
        kind = ErrUnavailable if not message or code in _NO_ANSWER_CODES else ErrRefused
    raise kind(message or f"the server answers {status}", status=status)


def _read_refusal(text: str) -> tuple[int, str]:
    """The gRPC code and the message; a stream has them one level down."""
    try:
        answer = json.loads(text)
        inner: Answer = answer["error"] if isinstance(answer.get("error"), dict) else answer
        return int(inner.get("grpc_code") or inner.get("code") or 0), str(inner["message"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return 0, ""
