"""Places to keep data in: a store and an object storage, of each kind there is."""

import importlib.util
import itertools
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import datamanager
import kvstore
import objectstorage

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
start_etcd, shared_etcd, etcd, anyio_backend = (
    _kvstore.start_etcd, _kvstore.shared_etcd, _kvstore.etcd, _kvstore.anyio_backend
)  # fmt: skip
quick_clients, credentials, seaweedfs = (
    _objectstorage.quick_clients, _objectstorage.credentials, _objectstorage.seaweedfs
)  # fmt: skip
BUCKET = _objectstorage.servers.BUCKET

KINDS = ("sqlite-posix", "etcd-posix", "sqlite-s3")
TYPES = ("run", "config")
QUIET = dict.fromkeys(("sync_every", "checkpoint_every", "clean_wals_every", "clean_storage_every", "clean_groups_every", "ping_every"), 3600.0)  # fmt: skip
_numbers = itertools.count(1)


class Place:
    """A store and an object storage, which can be opened again and again."""

    def __init__(self, store_url, prefix, storage_url):
        self.store_url = store_url
        self.prefix = prefix
        self.storage_url = storage_url

    def open_store(self):
        return kvstore.open_store(self.store_url, prefix=self.prefix)

    def open_storage(self):
        return objectstorage.open_storage(self.storage_url)

    @asynccontextmanager
    async def open(self, *, types=TYPES, base="", maintenance=False, **numbers):
        """A data manager, whose loops do nothing by themselves unless numbers say so; it syncs what it writes."""
        options = datamanager.Options(**{**QUIET, **numbers})
        async with self.open_store() as store:
            with self.open_storage() as storage:
                async with datamanager.open_data_manager(
                    store, storage, types=types, base=base, maintenance=maintenance, options=options
                ) as dm:
                    yield dm

    async def lose_store(self):
        """All keys are gone."""
        if self.store_url.startswith("sqlite"):
            path = Path(self.store_url.removeprefix("sqlite://"))
            for file in path.parent.glob(path.name + "*"):
                file.unlink()
            return
        async with self.open_store() as store:
            await store.delete_prefix("")

    def keys(self, prefix=""):
        with self.open_storage() as storage:
            return [info.key for info in storage.list(prefix)]

    def get(self, key):
        with self.open_storage() as storage, storage.read(key) as stream:
            return stream.read()

    def put(self, key, data):
        with self.open_storage() as storage:
            storage.write(key, data)

    def delete(self, key):
        with self.open_storage() as storage:
            storage.delete(key)


@pytest.fixture(scope="session")
def memory():
    """A directory in memory, where that can be had: killing a process loses nothing of it, and disks can be busy."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="datamanager-", dir=shared if shared.is_dir() else None) as directory:
        yield Path(directory)


@pytest.fixture
def new_place(memory, request):
    """Make another empty place of a kind."""

    def make(kind):
        store, _, storage = kind.partition("-")
        number = next(_numbers)
        directory = memory / f"place{number}"
        directory.mkdir()
        store_url = f"sqlite://{directory}/kv.db"
        if store == "etcd":
            store_url = request.getfixturevalue("shared_etcd").url + "?timeout=20"
        storage_url = (directory / "objects").as_uri()
        if storage == "s3":
            storage_url = f"s3://{BUCKET}/{number}?endpoint={request.getfixturevalue('seaweedfs')}"
        return Place(store_url, f"{number}/", storage_url)

    return make


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def place(kind, new_place):
    """An empty place, of each kind."""
    return new_place(kind)


@pytest.fixture
def local(new_place):
    """An empty place of files."""
    return new_place("sqlite-posix")
