"""The disk is full: tasks fail and say so, and the executor lives."""

import contextlib
import resource
import subprocess

import pytest
import runner
import tars
from runner import run

import stackerr


def code(status):
    return stackerr.code(stackerr.from_dict(status.fail_report))


@contextlib.contextmanager
def file_size_limit(running, size):
    """No file may grow beyond that; the system then says so as it does of a full quota."""
    before = resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    yield
    resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, before)


def test_no_room_for_what_is_moved(executor, runservice):
    """Archives that are packed and fetched; nothing half of them is left."""
    fill = run("for i in 1 2 3 4; do head -c 90000 /dev/zero > f$i; done")
    runservice.archives["big", 0] = tars.tar(("big", b"x" * 300_000))
    with file_size_limit(executor, 200_000):
        kept = executor.run("kept", [fill, {"type": "save_to_workspace", "contents": [{}]}])
        fetched = executor.run(
            "fetched", [{"type": "restore_workspace"}], workspace_operations=[{"task_id": "big", "step": 0}]
        )
        cached = executor.run("cached", [fill, {"type": "save_cache", "key": "k", "contents": [{}]}])
    assert {code(kept), code(fetched), code(cached)} == {"full"}
    assert "no space left: [Errno 27] File too large" in kept.fail_error
    for task_id, folder in (("kept", "archives"), ("fetched", "tmp"), ("cached", "tmp")):
        assert list((executor.data / "tasks" / task_id / folder).iterdir()) == []
    assert executor.run("after", [run("true")]).phase == "success"


@pytest.fixture
def small_disk(tmp_path):
    """A file system of one megabyte."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a file system cannot be mounted here: {mounted.stderr}")
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


def test_no_room_for_anything(runservice, small_disk):
    """A step fills the disk: it fails, so do all tasks after it, and when there is room again all goes on."""
    with runner.executor(runservice, small_disk / "data") as executor:
        filled = executor.run("fills", [run("cat /dev/zero > ../../../../fill"), run("true")])
        assert filled.phase == "failed"
        assert "No space left on device" in executor.read_log("fills") or filled.steps[0].exit_status
        refused = executor.run("next", [run("true")])
        assert (refused.phase, code(refused)) == ("failed", "full")
        assert "No space left on device" in refused.fail_error
        (small_disk / "fill").unlink()
        assert executor.run("after", [run("true")]).phase == "success"
