"""A writer that is killed by SIGKILL: readers see the old object or the new one, never a part."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import servers

from objectstorage import open_storage

WRITER = Path(__file__).parent / "writer.py"


def kill_while_writing(url, size, pause, wait):
    """Start a writer, let it finish one object, kill it a while later; give back the letters that it acknowledged."""
    command = [sys.executable, str(WRITER), url, str(size), str(pause)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        first = process.stdout.readline().strip()
        time.sleep(wait)
        process.kill()
        return [first, *process.stdout.read().split()]


def check_whole(storage, size, acknowledged):
    """The object is the last one that was acknowledged, or the one after it."""
    with storage.read("k") as stream:
        content = stream.read()
    assert len(content) == size
    assert len(set(content)) == 1
    following = {"a": "b", "b": "c", "c": "a"}[acknowledged[-1]]
    assert chr(content[0]) in (acknowledged[-1], following)


def test_on_posix(tmp_path):
    """Many kills at random moments; some of them in the middle of a write, as the files they leave show."""
    chance = random.Random(42)
    storage = open_storage(tmp_path.as_uri())
    for _ in range(25):
        acknowledged = kill_while_writing(tmp_path.as_uri(), 5 << 20, 0.002, chance.uniform(0, 0.05))
        check_whole(storage, 5 << 20, acknowledged)
    assert [info.key for info in storage.list()] == ["k"]
    assert len(os.listdir(tmp_path / "tmp")) > 5


@pytest.mark.parametrize("size", [3 << 20, 40 << 20])
def test_on_s3(seaweedfs, size):
    """An object of one request, and one of several parts."""
    url = f"s3://{servers.BUCKET}/crash/{size}?endpoint={seaweedfs}"
    chance = random.Random(size)
    with open_storage(url) as storage:
        for _ in range(4):
            acknowledged = kill_while_writing(url, size, 0, chance.uniform(0, 0.5))
            check_whole(storage, size, acknowledged)
        assert [info.key for info in storage.list()] == ["k"]


def test_objects_outlive_a_killed_server(tmp_path):
    """What SeaweedFS has acknowledged is there when it is started again."""
    with (
        servers.seaweedfs(tmp_path) as endpoint,
        open_storage(f"s3://{servers.BUCKET}/x?endpoint={endpoint}") as storage,
    ):
        storage.write("k", b"kept")
    with (
        servers.seaweedfs(tmp_path) as endpoint,
        open_storage(f"s3://{servers.BUCKET}/x?endpoint={endpoint}") as storage,
        storage.read("k") as stream,
    ):
        assert stream.read() == b"kept"
