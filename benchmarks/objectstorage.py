"""What objectstorage costs: small and large objects beside bare file calls and the bare boto3 client.

Each line is the time of ours divided by that of the floor, measured in turns in one process. The S3 server is a SeaweedFS
on loopback, and the files are in memory where that can be had. The rates are for scale; the ratios are the result.
"""

import importlib.util
import itertools
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

here = sys.path.pop(0)  # this directory, in which this file has the package's name
from objectstorage import open_storage  # noqa: E402

ROUNDS = 9
SMALL, LARGE = b"x" * 1024, b"x" * (8 << 20)
EXAMPLE = Path(here).parent / "examples" / "objectstorage" / "tests" / "servers.py"


def ratio(name, ours, floor, calls, size, goal):
    """One call of each in turns; medians of single calls, so that the pauses of a busy machine do not count."""
    spent = {floor: [], ours: []}
    for number in itertools.chain.from_iterable(range(calls) for _ in range(ROUNDS)):
        for measured, times in spent.items():
            start = time.perf_counter()
            measured(number)
            times.append(time.perf_counter() - start)
    seconds = median(spent[ours])
    found = seconds / median(spent[floor])
    rate = f"{1 / seconds:,.0f} calls/s" if size < 1 << 20 else f"{size / (1 << 20) / seconds:,.0f} MB/s"
    met = "" if not goal else "yes" if found <= goal else "no"
    wanted = f"{goal:.2f}" if goal else ""
    print(f"| {name} | {found:.2f} | {wanted} | {met} | {rate} |", flush=True)


class Files:
    """What one would write without the package: a temporary file, and its name changed."""

    def __init__(self, directory):
        self.directory = directory

    def write(self, key, data):
        temporary = f"{self.directory}/{secrets.token_hex(16)}"
        with open(temporary, "wb", buffering=0) as file:
            file.write(data)
        os.replace(temporary, f"{self.directory}/{key}")

    def read(self, key):
        with open(f"{self.directory}/{key}", "rb", buffering=0) as file:
            return file.read()

    def stat(self, key):
        return os.stat(f"{self.directory}/{key}")

    def list(self):
        with os.scandir(self.directory) as entries:
            return [(entry.name, entry.stat()) for entry in sorted(entries, key=lambda entry: entry.name)]


def read(storage, key):
    with storage.read(key) as stream:
        return stream.read()


def bench_posix(directory):
    os.mkdir(f"{directory}/bare")
    files, storage = Files(f"{directory}/bare"), open_storage(f"file://{directory}/ours")
    for name, data, calls, goal in [("1 KiB", SMALL, 300, 1.25), ("8 MiB", LARGE, 5, None)]:
        ratio(f"posix: write {name}, persist off / a temporary file and a rename",
              lambda n, data=data: storage.write(f"k{n}", data, persist=False),
              lambda n, data=data: files.write(f"k{n}", data), calls, len(data), goal)  # fmt: skip
        ratio(f"posix: read {name} / open and read",
              lambda n: read(storage, f"k{n}"), lambda n: files.read(f"k{n}"), calls, len(data), goal)  # fmt: skip
    ratio("posix: stat / os.stat", lambda n: storage.stat(f"k{n}"), lambda n: files.stat(f"k{n}"), 300, 0, None)
    ratio(
        "posix: list 300 / scandir, sorted, with stat",
        lambda _: list(storage.list()),
        lambda _: files.list(),
        10,
        0,
        None,
    )


def bench_s3(servers, endpoint):
    bare = servers.client(endpoint)

    with open_storage(f"s3://{servers.BUCKET}/bench?endpoint={endpoint}") as storage:
        for name, data, calls in [("1 KiB", SMALL, 60), ("8 MiB", LARGE, 3)]:
            ratio(f"S3: write {name} / put_object", lambda n, data=data: storage.write(f"k{n}", data),
                  lambda n, data=data: bare.put_object(Bucket=servers.BUCKET, Key=f"bench/k{n}", Body=data),
                  calls, len(data), 1.10)  # fmt: skip
            ratio(f"S3: read {name} / get_object and read", lambda n: read(storage, f"k{n}"),
                  lambda n: bare.get_object(Bucket=servers.BUCKET, Key=f"bench/k{n}")["Body"].read(),
                  calls, len(data), 1.10)  # fmt: skip
        ratio("S3: stat / head_object", lambda n: storage.stat(f"k{n}"),
              lambda n: bare.head_object(Bucket=servers.BUCKET, Key=f"bench/k{n}"), 60, 0, 1.10)  # fmt: skip
    bare.close()


def load_servers():
    spec = importlib.util.spec_from_file_location("servers", EXAMPLE)
    servers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(servers)
    os.environ |= {"AWS_ACCESS_KEY_ID": servers.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": servers.SECRET_KEY}
    return servers


def main():
    servers = load_servers()
    print("| ours / the floor | ratio | at most | reached | ours here |\n|---|---|---|---|---|")
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None  # a disk's pauses are longer than all that is measured
    with tempfile.TemporaryDirectory(dir=memory) as directory:
        bench_posix(directory)
    with tempfile.TemporaryDirectory() as directory, servers.seaweedfs(directory) as endpoint:
        bench_s3(servers, endpoint)


main()
