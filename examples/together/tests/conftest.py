"""Installations to test with: on files, and on a real etcd and a real S3."""

import importlib.util
import itertools
import sys
from pathlib import Path

import pytest

from together import Installation

EXAMPLES = Path(__file__).parents[2]


def load(path):
    """The fixtures of another example."""
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(f"fixtures_of_{path.parts[-3]}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_kvstore = load(EXAMPLES / "kvstore/tests/conftest.py")
_objectstorage = load(EXAMPLES / "objectstorage/tests/conftest.py")
start_etcd, shared_etcd, etcd = _kvstore.start_etcd, _kvstore.shared_etcd, _kvstore.etcd
credentials, seaweedfs = _objectstorage.credentials, _objectstorage.seaweedfs
BUCKET = _objectstorage.servers.BUCKET

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def storage_at(credentials):
    """Gives the URL of an empty storage on the S3 at an endpoint, each time another one."""
    return lambda endpoint: f"s3://{BUCKET}/{next(_numbers)}?endpoint={endpoint}"


@pytest.fixture(scope="module", params=["files", "etcd and S3"])
def installation(request, tmp_path_factory):
    """Two of everything that may be there twice, shared by the tests of a module."""
    places = {}
    if request.param != "files":
        etcd = request.getfixturevalue("start_etcd")()[0]
        storage = request.getfixturevalue("storage_at")(request.getfixturevalue("seaweedfs"))
        places = {"kv": etcd.url, "storage": storage}
    directory = tmp_path_factory.mktemp("installation")
    with Installation(directory, configstores=2, runservices=2, executors=2, **places) as running:
        yield running
