"""What operators ask of the runservice: maintenance, export, import."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from clients.client import Client
from clients.query import API
from stackerr import wrapping

from .requests import MaintenanceResponse

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator


class MaintenanceCalls(Client):
    """The routes for operators."""

    async def get_maintenance(self) -> MaintenanceResponse:
        """Whether maintenance is asked for, and which instances have changed over."""
        with wrapping("ask for the state of maintenance"):
            return await self.call("GET", f"{API}/maintenance", MaintenanceResponse)

    async def set_maintenance(self, *, enable: bool) -> None:
        """Ask for maintenance or for its end; the instances change over one by one, see `get_maintenance`."""
        with wrapping("turn maintenance %s", "on" if enable else "off"):
            await self.call("PUT" if enable else "DELETE", f"{API}/maintenance")

    @asynccontextmanager
    async def export(self) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """All that is archived and configured; an export that fails midway is cut off, and raises ErrUnavailable."""
        async with self.download(wrapping("export"), f"{API}/export", patient=True) as download:
            yield download.chunks

    async def import_from(self, chunks: AsyncIterable[bytes]) -> None:
        """Replace everything by what was exported; in maintenance only. What is no whole export changes nothing."""
        with wrapping("import"):
            await self.call("POST", f"{API}/import", body=chunks, patient=True)
