"""Writes until it is killed, and says what was acknowledged: started once, it forks a child for each round.

A line of input is a round: a directory, and a number to begin with. The child opens the place there, says `open`, and
writes pairs of objects, saying the number of each pair that was acknowledged. The parent answers with the child's id.
"""

import asyncio
import os
import sys

import datamanager
import kvstore
import objectstorage
from datamanager import Delete, Put

OPTIONS = datamanager.Options(
    sync_every=0.05, checkpoint_every=0.03, min_wals=3, keep_wals=2, clean_wals_every=0.05, clean_storage_every=0.05,
    keep_checkpoints=2, max_file_bytes=400, lock_ttl=1,
)  # fmt: skip


def say(text):
    os.write(1, f"{text}\n".encode())


async def write(directory, number):
    async with kvstore.open_store(f"sqlite://{directory}/kv.db") as store:
        storage = objectstorage.open_storage(f"file://{directory}/objects")
        async with datamanager.open_data_manager(store, storage, types=["left", "right"], options=OPTIONS) as dm:
            say("open")
            while True:
                id, data = f"{number % 7}", b"%d" % number
                rest = [Delete("left", f"{(number + 3) % 7}"), Delete("right", f"{(number + 3) % 7}")]
                await dm.write([Put("left", id, data), *rest, Put("right", id, data)])
                say(number)
                number += 1


for line in sys.stdin:
    directory, number = line.split()
    child = os.fork()
    if not child:
        asyncio.run(write(directory, int(number)))
    say(f"pid {child}")
    os.waitpid(child, 0)
    say("dead")
