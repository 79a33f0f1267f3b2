"""Two hundred runs at once."""

import asyncio
import time
from pathlib import Path

import pytest
from dags import start, task

from together import Installation

RUNS = 200
pytestmark = [pytest.mark.anyio, pytest.mark.long]


def resident(pid):
    """The memory of a process, in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 2**20


async def until_all_have_ended(client, patience=400):
    """Wait until no run is queued or runs."""
    give_up = time.monotonic() + patience
    while live := [*(await client.queued_runs()).runs, *(await client.running_runs()).runs]:
        assert time.monotonic() < give_up, f"still {len(live)} runs or more after {patience} s"
        await asyncio.sleep(0.5)


async def test_two_hundred_runs_end_and_memory_stays_flat(tmp_path, etcd):
    """With two runservices and three executors; no service needs more memory for them in the end than when all are queued."""
    with Installation(tmp_path, kv=etcd.url, runservices=2, executors=3, limit=10) as installation:
        async with installation.runservice(1) as client:
            client.timeout = 60
            services = [
                one for name, one in installation.services.items() if name.startswith(("runservice", "executor"))
            ]
            run_ids = {await start(client, task("t", "true"), group=f"/project/g{number}") for number in range(RUNS)}
            before = {one.name: resident(one.pid) for one in services}
            await until_all_have_ended(client)
            after = {one.name: resident(one.pid) for one in services}
            results = [(await client.get_run(run_id)).run.result for run_id in run_ids]
    assert set(results) == {"success"}
    assert all(after[name] < before[name] + 10 for name in after), f"MiB {before} {after}"
