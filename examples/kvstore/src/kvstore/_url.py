"""Which backend a URL means."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from stackerr import wrapping

from ._etcd import EtcdBackend
from ._sqlite import SQLiteBackend
from ._store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ._backend import Backend


@asynccontextmanager
async def open_store(url: str, *, prefix: str = "") -> AsyncGenerator[Store, None]:
    """Open a store for as long as a block runs.

    Args:
        url: `sqlite:///var/lib/kv.db`, a file that is made when it is not there; or
            `etcd://127.0.0.1:2379,127.0.0.1:22379`, the members of a cluster. `?timeout=2` sets the seconds that a call
            may take.
        prefix: what comes before every key; users of one store do not see each other's.

    Raises:
        ValueError: the URL is of neither kind.
        ErrCannotLock: the file is where files cannot be locked.
        ErrCorrupt: the file is no store.
    """
    with wrapping("open store %s", url, url=url):
        backend = await _open(url)
    async with Store(backend, prefix) as store:
        yield store


async def _open(url: str) -> Backend:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    timeout = float(options.pop("timeout", 0))
    if options:
        raise ValueError(f"unknown option {', '.join(options)}; the one there is is timeout")
    if parts.scheme == "sqlite" and parts.path.strip("/") and not parts.netloc:
        return await SQLiteBackend.open(unquote(parts.path), timeout=timeout or 5)
    if parts.scheme == "etcd" and parts.netloc and not parts.path.strip("/"):
        return EtcdBackend(parts.netloc.split(","), timeout=timeout or 2)
    raise ValueError("wanted sqlite:///path/of/a/file or etcd://host:port,host:port")
