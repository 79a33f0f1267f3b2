"""Stores to test against: a file, and real etcd servers on loopback."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

import kvstore

FAST_ELECTIONS = ["--heartbeat-interval=20", "--election-timeout=200"]


def free_ports(count):
    """Ports on which nobody listens."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class EtcdServer:
    """One member of a cluster, as a process."""

    def __init__(self, directory, name, client, peer, members, options=()):
        self.address = f"127.0.0.1:{client}"
        self.url = f"etcd://{self.address}"
        self.directory = Path(directory)
        self.process = None
        self.command = [
            "etcd", f"--name={name}", f"--data-dir={directory}",
            f"--listen-client-urls=http://{self.address}", f"--advertise-client-urls=http://{self.address}",
            f"--listen-peer-urls=http://127.0.0.1:{peer}", f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-cluster={members}", *FAST_ELECTIONS, *options,
        ]  # fmt: skip

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self, seconds=20):
        """Until it serves."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            try:
                with urllib.request.urlopen(f"http://{self.address}/health", timeout=1) as answer:
                    if b"true" in answer.read():
                        return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError(f"etcd at {self.address} is not healthy after {seconds} s")

    def kill(self):
        """Kill it, as `kill -9` does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def restart(self):
        self.kill()
        self.start()
        self.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.process.pid, os.WUNTRACED)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def wipe(self):
        shutil.rmtree(self.directory)

    def is_leader(self):
        status = subprocess.run(
            ["etcdctl", f"--endpoints=http://{self.address}", "endpoint", "status"],
            env={**os.environ, "ETCDCTL_API": "3"}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return status.stdout.split(", ")[4] == "true"


@pytest.fixture(scope="session")
def start_etcd():
    """Start a cluster of so many members; all are killed at the end.

    Their files are in memory where that can be had: killing a process loses nothing of them, and disks can be busy.
    """
    running = []
    memory = Path("/dev/shm")
    root = tempfile.mkdtemp(prefix="kvstore-etcd-", dir=memory if memory.is_dir() else None)

    def start(count=1, *options):
        directory = Path(tempfile.mkdtemp(dir=root))
        ports = free_ports(2 * count)
        peers = ports[count:]
        members = ",".join(f"n{i}=http://127.0.0.1:{port}" for i, port in enumerate(peers))
        servers = [EtcdServer(directory / f"n{i}", f"n{i}", ports[i], peers[i], members, options) for i in range(count)]
        for server in servers:
            running.append(server)
            server.start()
        for server in servers:
            server.wait()
        return servers

    yield start
    for server in running:
        server.kill()
    shutil.rmtree(root)


@pytest.fixture(scope="session")
def shared_etcd(start_etcd):
    """A server that no test stops."""
    return start_etcd()[0]


@pytest.fixture
def etcd(start_etcd):
    """A server of the test's own."""
    (server,) = start_etcd()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(params=["sqlite", "etcd"])
def url(request, tmp_path):
    """Where a store is, on each of the backends."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/kv.db"
    return request.getfixturevalue("shared_etcd").url + "?timeout=10"  # for machines that are busy with other things


@pytest.fixture
async def store(url, tmp_path):
    """A store with no keys in it."""
    async with kvstore.open_store(url, prefix=f"{tmp_path.name}/") as opened:
        yield opened
        await opened.delete_prefix("")


@pytest.fixture
def spawn(tmp_path):
    """Run a program of these lines in a process of its own; `kill()` it, or `wait()` for it."""
    processes = []

    def start(program, *args):
        process = subprocess.Popen([sys.executable, "-c", program, *map(str, args)], stdout=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def take():
    """So many batches, or as many as come within the seconds."""

    async def take_batches(batches, count, seconds=60):
        taken = []
        async with asyncio.timeout(seconds):
            async for batch in batches:
                taken.append(batch)
                if len(taken) == count:
                    break
        return taken

    return take_batches
