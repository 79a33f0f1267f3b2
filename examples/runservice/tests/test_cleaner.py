"""What is too old is deleted from the storage: archives and caches, and logs when that is wanted."""

import os
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from runservice._cleaner import clean_storage
from runservice._objects import archive_key, cache_key, log_key

pytestmark = pytest.mark.anyio

DAY = 24 * 60 * 60


@pytest.fixture
def age(storage, tmp_path):
    """Writes an object that is as many days old."""

    def write(key, days):
        storage.write(key, b"kept")
        then = time.time() - days * DAY
        os.utime(next((tmp_path / "objects").rglob(key.rpartition("/")[2])), (then, then))

    return write


def keys(storage):
    return [info.key for info in storage.list("")]


async def test_archives_and_caches_go_after_a_week_and_logs_never(storage, settings, age):
    """Unless it is said otherwise."""
    old, new = [archive_key("t1", 0), cache_key("deps-1")], [archive_key("t2", 1), cache_key("deps-2")]
    for key in old:
        age(key, 8)
    for key in new:
        age(key, 6)
    age(log_key("t1", 0), 3000)
    await clean_storage(SimpleNamespace(storage=storage, settings=settings))
    assert keys(storage) == sorted([*new, log_key("t1", 0)])


async def test_logs_go_when_a_bound_is_set(storage, settings, age):
    """Those of the setup as well."""
    age(log_key("t1", None), 31)
    age(log_key("t1", 3), 31)
    age(log_key("t2", 2), 29)
    await clean_storage(SimpleNamespace(storage=storage, settings=replace(settings, keep_logs=30 * DAY)))
    assert keys(storage) == [log_key("t2", 2)]
