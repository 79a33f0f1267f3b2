"""What datamanager costs: a write beside a bare transaction and a bare file, and how long it takes to begin anew.

Writes: each line is the time of ours divided by that of the floor, measured in turns in one process; etcd runs on
loopback, and files are in memory where that can be had. Recovery: the processor time to open when the store was lost,
for so many objects that are in a checkpoint, or in WALs only; each divided by that of the line above, so 10 is linear.
"""

import asyncio
import contextlib
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from etcd import etcd

sys.path.pop(0)  # this directory, in which this file has the package's name
import datamanager
import kvstore
import objectstorage
from datamanager import Put

CALLS = 300
VALUE = b"x" * 100
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None
NEVER = dict.fromkeys(
    ["sync_every", "checkpoint_every", "clean_wals_every", "clean_storage_every", "clean_groups_every", "ping_every"],
    1e6,
)


async def ratio(name, ours, floor):
    """One call of each in turns; medians of single calls, so that the pauses of a busy machine do not count."""
    spent = {floor: [], ours: []}
    for number in range(CALLS):
        for measured, times in spent.items():
            start = time.perf_counter()
            await measured(number)
            times.append(time.perf_counter() - start)
    seconds = median(spent[ours])
    print(f"| {name} | {seconds / median(spent[floor]):.2f} | {1 / seconds:,.0f} |", flush=True)


async def bench_writes(kind, url, directory):
    async with kvstore.open_store(url) as store:
        storage = objectstorage.open_storage(f"file://{directory}/objects-{kind}")
        bare = kvstore.Store(store.backend, "bare/")

        async def transaction(_):
            """What a write needs at least: read the last one, and commit the next."""
            last = await bare.get("last")
            compares = [kvstore.unchanged("last", last.revision), kvstore.absent(f"wals/{last.revision}")]
            await bare.commit(compares, [kvstore.Put("last", b"x" * 27), kvstore.Put(f"wals/{last.revision}", VALUE)])

        async def transaction_and_file(number):
            await asyncio.to_thread(storage.write, f"bare/{number}", VALUE)
            await transaction(0)

        await bare.put("last", b"")
        options = datamanager.Options(**NEVER)
        async with datamanager.open_data_manager(store, storage, types=["run"], options=options) as dm:
            dm._loops.wake = lambda: None  # what goes on behind a write is not the write

            async def write(number):
                await dm.write([Put("run", f"{number:04}", VALUE)])

            await ratio(f"{kind}: write / read, compare and commit", write, transaction)
            await ratio(f"{kind}: write / the same and an object", write, transaction_and_file)
            await ratio(
                f"{kind}: read an object / get a key", lambda n: dm.read("run", f"{n:04}"), lambda _: bare.get("last")
            )


@contextlib.asynccontextmanager
async def opened(directory, **numbers):
    storage = objectstorage.open_storage(f"file://{directory}/objects")
    options = datamanager.Options(**{**NEVER, **numbers})
    async with kvstore.open_store(f"sqlite://{directory}/kv.db") as store:
        async with datamanager.open_data_manager(store, storage, types=["run"], options=options) as dm:
            yield dm


def lose_store(directory):
    for file in Path(directory).glob("kv.db*"):
        file.unlink()


async def recovery(count, *, checkpointed):
    """The seconds of processor time to open after the store was lost."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as directory:
        async with opened(directory) as dm:
            for first in range(0, count, 100):
                await dm.write([Put("run", f"{number:08}", VALUE) for number in range(first, first + 100)])
            if checkpointed:
                await dm.checkpoint(force=True)
        times = []
        for _ in range(3):
            lose_store(directory)
            start = time.process_time()
            async with opened(directory) as dm:
                times.append(time.process_time() - start)
                assert len(await dm.list("run", limit=1)) == 1
                assert dm.status().objects["run"] == count
            if not checkpointed:
                break  # the checkpoint that recovery makes is there from now on
        return min(times)


async def bench_recovery(*, checkpointed):
    before = 0.0
    for count in (1_000, 10_000, 100_000):
        seconds = await recovery(count, checkpointed=checkpointed)
        where = "in a checkpoint" if checkpointed else "in WALs of 100"
        ratio = f"{seconds / before:.1f}" if before else ""
        print(f"| {count:,} objects {where} | {ratio} | {count / seconds:,.0f} |", flush=True)
        before = seconds


async def main():
    print("| ours / the floor | ratio | ours here, per second |\n|---|---|---|")
    with tempfile.TemporaryDirectory(dir=MEMORY) as directory:
        await bench_writes("SQLite", f"sqlite://{directory}/kv.db", directory)
        with etcd(directory) as address:
            await bench_writes("etcd", f"etcd://{address}?timeout=10", directory)
    print("\n| after the loss of the store | time, to the line above | objects here, per second |\n|---|---|---|")
    for checkpointed in (True, False):
        await bench_recovery(checkpointed=checkpointed)


asyncio.run(main())
