"""Objects larger than the memory that a process has: they are streamed both ways."""

import subprocess
import sys

import servers

SIZE = 320 << 20

COPY = """
import resource, sys
from objectstorage import open_storage

class Endless:
    def read(self, size):
        return bytes(min(size, 1 << 20))

url, size, limit = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open_storage(url) as storage:
    storage.write("small", b"x")  # what is needed for any object does not count
    storage.read("small").close()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if limit:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    storage.write("large", Endless(), size)
    assert storage.stat("large").size == size
    read = 0
    with storage.read("large") as stream:
        while piece := stream.read(1 << 20):
            read += len(piece)
    assert read == size
    storage.delete("large")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def copy(url, limit):
    """The KiB that a process came to hold more for a large object than for a small one."""
    command = [sys.executable, "-c", COPY, url, str(SIZE), str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_on_posix(tmp_path):
    """The process may have no more memory than a third of the object, and uses less than 16 MiB."""
    assert copy(tmp_path.as_uri(), SIZE // 3) < 16 << 10


def test_on_s3(seaweedfs):
    """One part of 16 MiB at a time, with what boto3 makes of it: less than a third of the object."""
    url = f"s3://{servers.BUCKET}/memory?endpoint={seaweedfs}"
    assert copy(url, 0) < SIZE // 3 >> 10
