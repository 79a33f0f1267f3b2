"""Servers that answer with what a test says: whole, cut off, late, or not at all."""

import asyncio
import contextlib

import pytest


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


class Server:
    """Sends the same bytes to everybody; what it was sent is in `requests`."""

    def __init__(self, answer):
        self.answer, self.requests, self.url, self.stay = answer, [], None, asyncio.Event()

    async def serve(self, reader, writer):
        try:
            with contextlib.suppress(asyncio.IncompleteReadError):
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(head.decode())
                writer.write(self.answer)
                await writer.drain()
                if self.answer.endswith(b"\r\n\r\n..."):
                    await self.stay.wait()
        finally:
            writer.close()


@pytest.fixture
def answering():
    """Serve such an answer, for as long as a block runs."""

    @contextlib.asynccontextmanager
    async def serve(answer):
        server = Server(answer)
        async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
            server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
            yield server
            server.stay.set()

    return serve


def answer_of(status, body, *headers):
    """An HTTP answer; its length is right unless a header says another one."""
    lines = [f"HTTP/1.1 {status} x", "connection: close", *headers]
    if not any(header.startswith("content-length") for header in headers):
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
