"""An etcd server on loopback, for the benchmarks that need one."""

import contextlib
import socket
import subprocess
import time
import urllib.request

STARTS_WITHIN = 20


@contextlib.contextmanager
def etcd(directory):
    """The address of a server that runs, and answers, while a block does."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        client, peer = (f"127.0.0.1:{held.getsockname()[1]}" for held in (one, other))
    process = subprocess.Popen(
        ["etcd", f"--data-dir={directory}/etcd", f"--listen-client-urls=http://{client}",
         f"--advertise-client-urls=http://{client}", f"--listen-peer-urls=http://{peer}",
         f"--initial-advertise-peer-urls=http://{peer}", f"--initial-cluster=default=http://{peer}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until_healthy(f"http://{client}/health")
        yield client
    finally:
        process.kill()
        process.wait()


def wait_until_healthy(url):
    give_up = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < give_up:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1) as answer:
            if b"true" in answer.read():
                return
        time.sleep(0.05)
    raise TimeoutError(f"{url} says nothing good after {STARTS_WITHIN} s")
