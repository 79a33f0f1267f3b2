"""A writer that is killed by SIGKILL at a random moment, again and again, while checkpoints and cleanings go on."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import datamanager
import kvstore
import objectstorage

WRITER = Path(__file__).parent / "writer.py"
COUNTER = Path(__file__).parent / "counter.py"
ROUNDS = 100


@pytest.fixture
def writer():
    """The process that forks writers."""
    command = [sys.executable, str(WRITER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.stdin.close()


def run(process, directory, number, wait):
    """Let a writer begin with a number and kill it a while after it has opened; the numbers that it acknowledged."""
    print(directory, number, file=process.stdin, flush=True)
    said, child = [], 0
    while not ("open" in said and child):
        word = process.stdout.readline().strip()
        child = int(word[4:]) if word.startswith("pid") else child
        said.append(word)
    time.sleep(wait)
    os.kill(child, signal.SIGKILL)
    while said[-1] != "dead":
        said.append(process.stdout.readline().strip())
    return [int(word) for word in said if word.isdigit()]


async def read(directory, *, sync=False):
    """Everything, in both types. The locks of the dead are let go of, or we would wait for the end of their leases."""
    async with kvstore.open_store(f"sqlite://{directory}/kv.db") as store:
        await store.delete_prefix("datamanager/locks/")
        with objectstorage.open_storage(f"file://{directory}/objects") as storage:
            async with datamanager.open_data_manager(store, storage, types=["left", "right"]) as dm:
                if sync:
                    await dm.sync()
                return [{entry.id: entry.data for entry in await dm.list(type)} for type in ("left", "right")]


def apply(state, number):
    """What a write makes of a state."""
    state = {**state, f"{number % 7}": b"%d" % number}
    state.pop(f"{(number + 3) % 7}", None)
    return state


def test_what_was_acknowledged_is_there_and_nothing_is_half_there(writer, memory):
    """A hundred kills; every third time the store is lost, too, after it was synced.

    What is there is what the acknowledged writes make, or with the one that was under way; both types are the same.
    """
    place = memory / "crash"
    place.mkdir()
    chance = random.Random(7)
    state, number, writes = {}, 0, 0
    for turn in range(ROUNDS):
        acknowledged = run(writer, place, number, chance.uniform(0, 0.2))
        for each in acknowledged:
            state = apply(state, each)
        writes += len(acknowledged)
        number = acknowledged[-1] + 1 if acknowledged else number
        left, right = asyncio.run(read(place, sync=turn % 3 == 0))
        assert left == right
        assert left in (state, apply(state, number))
        number += left != state
        state = left
        if turn % 3 == 0:
            for file in place.glob("kv.db*"):
                file.unlink()
            assert asyncio.run(read(place)) == [left, right]
    assert writes > 2 * ROUNDS
    with objectstorage.open_storage(f"file://{place}/objects") as storage:
        assert len(list(storage.list("wals/status/"))) < writes


async def read_steps(directory):
    async with kvstore.open_store(f"sqlite://{directory}/kv.db") as store:
        with objectstorage.open_storage(f"file://{directory}/objects") as storage:
            async with datamanager.open_data_manager(store, storage, types=["counter", "step"]) as dm:
                counters = {entry.id: int(entry.data) for entry in await dm.list("counter")}
                return counters, [entry.id for entry in await dm.list("step")]


def test_several_count_and_are_killed(memory):
    """Three processes count the same counters by tokens, one or the other is killed: no step is lost, and none done twice."""
    place, chance, said = memory / "count", random.Random(5), []
    place.mkdir()

    def start():
        return subprocess.Popen([sys.executable, str(COUNTER), str(place)], stdout=subprocess.PIPE, text=True)

    def kill(process):
        process.kill()
        said.extend(process.stdout.read().splitlines())
        process.stdout.close()
        process.wait()

    processes = [start() for _ in range(3)]
    try:
        for _ in range(5):
            time.sleep(chance.uniform(0.6, 1.2))
            kill(processes.pop(0))
            processes.append(start())
    finally:
        for process in processes:
            kill(process)
    counters, steps = asyncio.run(read_steps(place))
    assert len(said) > 20
    assert len(said) == len(set(said))
    assert set(said) <= set(steps)
    assert sorted(steps) == sorted(f"{id}-{step}" for id, number in counters.items() for step in range(1, number + 1))
    assert len(steps) <= len(said) + 8  # those that were done when their process was killed
