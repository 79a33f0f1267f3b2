"""What kvstore costs: puts and transactions beside bare sqlite3 transactions and bare HTTP calls to etcd.

Each line is the time of ours divided by that of the floor, measured in turns in one process; etcd runs on loopback.
"""

import asyncio
import sqlite3
import sys
import tempfile
import time
from base64 import b64encode
from statistics import median

import httpx2
from etcd import etcd

sys.path.pop(0)  # this directory, in which this file has the package's name
import kvstore

ROUNDS, CALLS = 7, 100
VALUE = b"x" * 100


async def ratio(name, ours, floor):
    """The median over the rounds, so that one pause of the machine does not count."""
    ratios = []
    for _ in range(ROUNDS):
        times = []
        for measured in (floor, ours):
            start = time.perf_counter()
            for number in range(CALLS):
                await measured(number)
            times.append(time.perf_counter() - start)
        ratios.append(times[1] / times[0])
    print(f"{name:58} {median(ratios):5.2f}")


async def bench_sqlite(directory):
    db = sqlite3.connect(f"{directory}/bare.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE bare (key BLOB PRIMARY KEY, value BLOB)")

    async def bare(number):
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT OR REPLACE INTO bare VALUES (?, ?)", (b"k%d" % number, VALUE))
        db.execute("COMMIT")

    async def bare_ten(_):
        db.execute("BEGIN IMMEDIATE")
        for i in range(10):
            db.execute("INSERT OR REPLACE INTO bare VALUES (?, ?)", (b"k%d" % i, VALUE))
        db.execute("COMMIT")

    async def bare_get(number):
        db.execute("SELECT value FROM bare WHERE key = ?", (b"k%d" % number,)).fetchone()

    async with kvstore.open_store(f"sqlite://{directory}/kv.db") as store:
        await ratio("sqlite: put / bare transaction", lambda n: store.put(f"k{n}", VALUE), bare)
        await ratio("sqlite: commit of 1 compare, 10 puts / 10 bare in one", lambda _: commit_ten(store), bare_ten)
        await ratio("sqlite: get / bare select (no thread, no transaction)", lambda n: store.get(f"k{n}"), bare_get)
    db.close()


async def commit_ten(store):
    await store.commit([kvstore.absent("none")], [kvstore.Put(f"k{i}", VALUE) for i in range(10)])


async def bench_etcd(directory):
    with etcd(directory) as address:
        async with (
            kvstore.open_store(f"etcd://{address}?timeout=10") as store,
            httpx2.AsyncClient(timeout=10) as client,
        ):

            async def post(path, body):
                answer = await client.post(f"http://{address}/v3/kv/{path}", json=body)
                answer.raise_for_status()

            async def bare(number):
                await post("put", {"key": text(f"k{number}"), "value": text(VALUE)})

            async def bare_ten(_):
                puts = [{"request_put": {"key": text(f"k{i}"), "value": text(VALUE)}} for i in range(10)]
                none = {"key": text("none"), "target": "MOD", "result": "EQUAL", "mod_revision": "0"}
                await post("txn", {"compare": [none], "success": puts})

            async def bare_get(number):
                await post("range", {"key": text(f"k{number}")})

            await ratio("etcd: put / bare HTTP call", lambda n: store.put(f"k{n}", VALUE), bare)
            await ratio("etcd: commit of 1 compare, 10 puts / bare HTTP call", lambda _: commit_ten(store), bare_ten)
            await ratio("etcd: get / bare HTTP call", lambda n: store.get(f"k{n}"), bare_get)


def text(raw):
    return b64encode(raw if isinstance(raw, bytes) else raw.encode()).decode()


async def main():
    with tempfile.TemporaryDirectory() as directory:
        await bench_sqlite(directory)
        await bench_etcd(directory)


asyncio.run(main())
