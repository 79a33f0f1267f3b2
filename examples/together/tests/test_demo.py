"""The demo, as `make demo` plays it: on a bare machine, and on servers."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("stores", [pytest.param("files", marks=pytest.mark.long), "etcd and S3"])
def test_it_plays_to_its_end_and_leaves_nothing(stores, request, tmp_path):
    """All scenes, the last of which shows the run in an installation into which it was imported."""
    options = []
    if stores != "files":
        etcd = request.getfixturevalue("start_etcd")()[0]
        storage = request.getfixturevalue("storage_at")(request.getfixturevalue("seaweedfs"))
        options = ["--kv", etcd.url, "--storage", storage]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    played = subprocess.run(
        [sys.executable, "-m", "together", *options],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (played.returncode, played.stderr) == (0, "")
    *_, imported = played.stdout.split("the user, the token, the project and the run are there:")
    assert all(f"{task} " in imported for task in ("lint", "build", "unit-tests", "ship"))
    assert list(tmp_path.iterdir()) == []
