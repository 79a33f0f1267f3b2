"""Two hundred runs at once."""

import asyncio
import time
from pathlib import Path

import pytest
from dags import start, task

from together import Installation

RUNS = 200
pytestmark = pytest.mark.anyio


def resident(pid):
    """The memory of a process, in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 2**20


async def work(client, numbers):
    """Start runs, in groups of their own, and wait until all are archived; how long that took."""
    begin = time.monotonic()
    waiting = {await start(client, task("t", "true"), group=f"/project/g{number}") for number in numbers}
    while waiting:
        live = {run.id for run in [*(await client.queued_runs()).runs, *(await client.running_runs()).runs]}
        waiting = {run_id for run_id in waiting if run_id in live or not (await client.get_run(run_id)).run.archived}
        await asyncio.sleep(0.5)
    return time.monotonic() - begin


async def test_two_hundred_runs_end_and_memory_stays_flat(tmp_path, etcd):
    """With two runservices and three executors; the second hundred needs no more memory than the first."""
    with Installation(tmp_path, kv=etcd.url, runservices=2, executors=3, limit=10) as installation:
        async with installation.runservice(1) as client:
            client.timeout = 60
            services = [
                one for name, one in installation.services.items() if name.startswith(("runservice", "executor"))
            ]
            await work(client, range(RUNS // 2))
            between = {one.name: resident(one.pid) for one in services}
            seconds = await work(client, range(RUNS // 2, RUNS))
            after = {one.name: resident(one.pid) for one in services}
    print(f"{RUNS // 2} runs in {seconds:.1f} s; MiB {between} {after}")
    assert all(after[name] < between[name] + 20 for name in after), f"{between} {after}"
