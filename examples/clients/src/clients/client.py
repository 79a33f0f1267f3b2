"""What all clients have in common: every call says what went wrong with whom."""

from __future__ import annotations

from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from apierrors import RemoteError
from stackerr import mark, wrapping

from .auth import bearer
from .errors import ErrBadAnswer, ErrTimeout, ErrUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping
    from types import TracebackType
    from typing import Self

T = TypeVar("T")

_LARGEST_ANSWER = 64 * 1024 * 1024
_LARGEST_PROBLEM = 64 * 1024
_TIMEOUTS: dict[type[httpx2.TimeoutException], tuple[str, str]] = {
    httpx2.ConnectTimeout: ("connect", "no connection"),
    httpx2.PoolTimeout: ("pool", "no free connection"),
    httpx2.WriteTimeout: ("write", "the request was not taken"),
    httpx2.ReadTimeout: ("read", "no answer"),
}


@dataclass(frozen=True, slots=True)
class Download:
    """A body that is being received.

    Attributes:
        status: the HTTP status, a success.
        headers: the header fields; names in any case.
        chunks: the bytes, to be read while the block runs. An answer that is cut off raises ErrUnavailable.
    """

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]


class Client:
    """The base of the clients: how one talks to its service, for as long as a block runs.

    Args:
        url: where it is, such as `http://127.0.0.1:4000`.
        token: what says who asks; empty for none.
        timeout: the seconds that a connection, or the next piece of an answer, may take.
        transport: what carries the requests; tests put an application there.
    """

    service: ClassVar[str]
    """What the service is called in messages."""

    def __init__(
        self, url: str, token: str = "", *, timeout: float = 10, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self.timeout = timeout
        self._client = httpx2.AsyncClient(
            headers=bearer(token), timeout=timeout, transport=transport, trust_env=False, follow_redirects=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, err: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def call(
        self,
        method: str,
        path: str,
        answer: type[T] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        body: BaseModel | AsyncIterable[bytes] | None = None,
        patient: bool = False,
    ) -> T:
        """Send a request and read the answer.

        Args:
            method: the HTTP method.
            path: what comes after the URL.
            answer: the type that the answer is read as; None when nothing of it is of use.
            query: the parameters after the question mark; None values are left out, lists repeated.
            body: a model, sent as JSON, or bytes, sent as they come.
            patient: whether the answer may stay silent for as long as it likes.

        Raises:
            apierrors.RemoteError: the service answered with no success.
            ErrUnavailable: it did not answer, or not to the end; ErrTimeout when that took too long.
            ErrBadAnswer: the answer is not of that type.
        """
        with self._boundary(method, path):
            response = await self._send(self._request(method, path, query, body, patient=patient))
            async with aclosing(response), aclosing(_chunks(response)) as chunks:
                return _parse(await _read(chunks, _LARGEST_ANSWER), answer)

    @asynccontextmanager
    async def download(
        self, doing: wrapping, path: str, *, query: Mapping[str, Any] | None = None, patient: bool = False
    ) -> AsyncGenerator[Download, None]:
        """Send a request and receive the body of the answer while a block runs.

        Args:
            doing: what is being done, said by errors of this call and of the chunks, and by no others.
            path: what comes after the URL.
            query: as `call` takes it.
            patient: whether the answer may stay silent for as long as it likes.

        Raises:
            apierrors.RemoteError: the service answered with no success.
            ErrUnavailable: it did not answer; ErrTimeout when that took too long.
        """
        with doing, self._boundary("GET", path):
            response = await self._send(self._request("GET", path, query, None, patient=patient))
        async with aclosing(response), aclosing(self._say(doing, path, response)) as chunks:
            yield Download(response.status_code, response.headers, chunks)

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: BaseModel | AsyncIterable[bytes] | None,
        *,
        patient: bool,
    ) -> httpx2.Request:
        content = body.model_dump_json() if isinstance(body, BaseModel) else body
        media = "application/json" if isinstance(body, BaseModel) else "application/octet-stream"
        return self._client.build_request(
            method,
            self.url + path,
            params={name: value for name, value in (query or {}).items() if value not in (None, [])} or None,
            content=content,
            headers={} if body is None else {"content-type": media},
            timeout=httpx2.Timeout(self.timeout, read=None) if patient else self.timeout,
        )

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        try:
            response = await self._client.send(request, stream=True)
        except httpx2.TimeoutException as err:
            raise ErrTimeout(_describe_timeout(err)) from None  # it says nothing more
        except httpx2.RequestError as err:
            raise mark(err, ErrUnavailable, "no answer") from err
        if response.is_success or response.status_code == httpx2.codes.NOT_MODIFIED:
            return response
        try:
            raise RemoteError.from_answer(response.status_code, await _start_of(response))
        finally:
            await response.aclose()

    async def _say(self, doing: wrapping, path: str, response: httpx2.Response) -> AsyncGenerator[bytes, None]:
        with doing, self._boundary("GET", path):
            async for chunk in _chunks(response):
                yield chunk

    def _boundary(self, method: str, path: str) -> wrapping:
        url = self.url + path
        return wrapping("call %s, %s %s", self.service, method, url, service=self.service, url=url)


async def _chunks(response: httpx2.Response) -> AsyncGenerator[bytes, None]:
    try:
        async for chunk in response.aiter_bytes():
            yield chunk
    except httpx2.TimeoutException as err:
        raise ErrTimeout(f"the answer was cut off: {_describe_timeout(err)}") from None
    except httpx2.RequestError as err:
        raise mark(err, ErrUnavailable, "the answer was cut off") from err


def _describe_timeout(err: httpx2.TimeoutException) -> str:
    """What did not come, and for how long it was waited for."""
    which, text = _TIMEOUTS[type(err)]
    return f"{text} within {err.request.extensions['timeout'][which]:g} s"


async def _read(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    pieces, size = [], 0
    async for chunk in chunks:
        pieces.append(chunk)
        size += len(chunk)
        if size > limit:
            raise ErrBadAnswer(f"the answer is larger than {limit} bytes")
    return b"".join(pieces)


async def _start_of(response: httpx2.Response) -> bytes:
    """The body of a failure; what is cut off, or endless, is no second failure."""
    start = b""
    try:
        async for chunk in response.aiter_bytes():
            start += chunk
            if len(start) >= _LARGEST_PROBLEM:
                break
    except httpx2.RequestError:
        pass
    return start


def _parse(body: bytes, answer: type[T] | None) -> T:
    if answer is None:
        return None  # type: ignore[return-value]  # T is None then
    try:
        return TypeAdapter(answer).validate_json(body)
    except ValidationError as err:
        name = getattr(answer, "__name__", str(answer))
        raise ErrBadAnswer(f"the answer is no {name}: {_first(err)}") from None  # which shows the input


def _first(err: ValidationError) -> str:
    """The first complaint, without the input: answers hold secrets."""
    first = err.errors(include_input=False, include_url=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"
