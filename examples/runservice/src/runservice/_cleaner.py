"""Deleting what has been kept for long enough: archives of workspaces, caches, and logs if that is wanted."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from clients import now
from stackerr import wrapping

from ._groups import forget_groups
from ._objects import ARCHIVES, CACHES, LOGS

if TYPE_CHECKING:
    from objectstorage import ObjectStorage

    from ._core import Core


async def clean_storage(core: Core) -> None:
    """Delete what is too old; several instances may do it at once."""
    settings = core.settings
    kept = {ARCHIVES: settings.keep_archives, CACHES: settings.keep_caches, LOGS: settings.keep_logs}
    for prefix, seconds in kept.items():
        if not seconds:
            continue
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
