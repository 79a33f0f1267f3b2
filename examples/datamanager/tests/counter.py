"""Counts in four counters until it is killed, as others do at the same time; says each step that was acknowledged."""

import asyncio
import random
import sys

import datamanager
import kvstore
import objectstorage
from datamanager import Put

OPTIONS = datamanager.Options(
    sync_every=0.05, checkpoint_every=0.05, min_wals=3, keep_wals=2, clean_wals_every=0.05, clean_storage_every=0.1,
    clean_groups_every=0.1, group_window=100, keep_checkpoints=2, max_file_bytes=300, lock_ttl=1,
)  # fmt: skip


async def count(dm, counter):
    """One step, when nobody else takes it."""
    token = await dm.token(f"counter-{counter}")
    try:
        number = int(await dm.read("counter", counter)) + 1
    except datamanager.ErrNotExist:
        number = 1
    try:
        await dm.write([Put("counter", counter, b"%d" % number), Put("step", f"{counter}-{number}", b"")], token)
    except datamanager.ErrConcurrency:
        return
    print(f"{counter}-{number}", flush=True)


async def main(directory):
    async with kvstore.open_store(f"sqlite://{directory}/kv.db") as store:
        storage = objectstorage.open_storage(f"file://{directory}/objects")
        async with datamanager.open_data_manager(store, storage, types=["counter", "step"], options=OPTIONS) as dm:
            while True:
                await count(dm, random.choice("0123"))


asyncio.run(main(sys.argv[1]))
