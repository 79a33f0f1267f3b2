"""Deleting what has been kept for long enough: archives of workspaces and caches."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from clients import now
from stackerr import wrapping

from ._groups import forget_groups
from ._objects import ARCHIVES, CACHES

if TYPE_CHECKING:
    from objectstorage import ObjectStorage

    from ._core import Core


async def clean_storage(core: Core) -> None:
    """Delete what is too old; several instances may do it at once."""
    for prefix, seconds in ((ARCHIVES, core.settings.keep_archives), (CACHES, core.settings.keep_caches)):
        with wrapping("delete old objects of %s", prefix):
            await asyncio.to_thread(_delete_old, core.storage, prefix, timedelta(seconds=seconds))


def _delete_old(storage: ObjectStorage, prefix: str, age: timedelta) -> None:
    oldest = now() - age
    with wrapping("delete what is older than %s", oldest):
        for info in storage.list(prefix):
            if info.mtime < oldest:
                storage.delete(info.key)


async def clean_groups(core: Core) -> None:
    """Forget old change groups."""
    await forget_groups(core.store)
