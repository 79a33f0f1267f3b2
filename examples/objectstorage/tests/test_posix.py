"""What only the posix backend has: files, their names, and the order in which they are made durable."""

import errno
import os
import subprocess
import sys
import time

import pytest

from objectstorage import (
    ErrForbidden,
    ErrFull,
    ErrNoBucket,
    ErrNotExist,
    ErrStorage,
    PosixStorage,
    is_err_full,
    is_err_no_bucket,
)


@pytest.fixture
def base(tmp_path):
    """Where the storage is."""
    return tmp_path / "base"


@pytest.fixture
def storage(base):
    """An empty storage."""
    return PosixStorage(base)


@pytest.fixture
def calls(monkeypatch, base):
    """What was done to the file system to make a write durable, in order."""
    done = []

    def watch(name, describe):
        original = getattr(os, name)

        def call(*arguments):
            done.append(f"{name} {describe(*arguments)}")
            return original(*arguments)

        monkeypatch.setattr(os, name, call)

    def where(path):
        path = os.path.relpath(path, base)
        return "tmp/*" if path.startswith("tmp/") else path

    watch("fsync", lambda file: where(os.readlink(f"/proc/self/fd/{file}")))
    watch("replace", lambda source, target: f"{where(source)} {where(target)}")
    watch("link", lambda source, target: f"{where(source)} {where(target)}")
    return done


def files(base):
    return sorted(
        os.path.relpath(os.path.join(folder, name), base) for folder, _, names in os.walk(base) for name in names
    )


def test_a_key_is_a_path_that_a_person_can_find(storage, base):
    """Directories end in `.d`; files keep their names unless these end so."""
    for key in ("a", "a/b", "runs.d/x.tar", "etc.d", "y.f"):
        storage.write(key, b"")
    assert files(base) == ["data/a", "data/a.d/b", "data/etc.d.f", "data/runs.d.d/x.tar", "data/y.f.f"]


def test_a_durable_write_syncs_the_file_before_its_name_and_then_every_directory(storage, calls):
    """A crash at any point leaves the old object or the new one; after the return, the new one."""
    storage.write("a/b/c", b"x")
    assert calls == [
        "fsync tmp/*",
        "replace tmp/* data/a.d/b.d/c",  # there is no directory yet
        "replace tmp/* data/a.d/b.d/c",
        "fsync data/a.d/b.d",
        "fsync data/a.d",
        "fsync data",
    ]


def test_a_durable_exclusive_write_syncs_the_same(storage, calls):
    """Only that the name is made by a link, which never replaces."""
    storage.write("k", b"x", exclusive=True)
    assert calls == ["fsync tmp/*", "link tmp/* data/k", "fsync data"]


def test_a_write_that_need_not_last_syncs_nothing(storage, calls):
    """It is atomic all the same."""
    storage.write("k", b"x", persist=False)
    assert calls == ["replace tmp/* data/k"]


@pytest.mark.parametrize("exclusive", [False, True])
def test_a_write_leaves_nothing_else_behind(storage, base, exclusive):
    """Neither when it succeeds nor when it fails."""
    storage.write("k", b"x", exclusive=exclusive)
    with pytest.raises(ErrStorage):
        storage.write("k", b"y", 2, exclusive=exclusive)
    assert files(base) == ["data/k"]


def test_deleting_the_last_object_empties_the_data_directory(storage, base):
    """Emptied directories go, and the data directory stays."""
    storage.write("a/b/c", b"")
    storage.write("a/d", b"")
    storage.delete("a/b/c")
    assert os.listdir(base / "data" / "a.d") == ["d"]
    storage.delete("a/d")
    assert os.listdir(base / "data") == []


def test_what_a_killed_writer_left_is_removed_after_a_day(storage, base):
    """And what another one is writing now is not."""
    (base / "tmp" / "old").write_bytes(b"")
    (base / "tmp" / "new").write_bytes(b"")
    os.utime(base / "tmp" / "old", (time.time() - 90_000,) * 2)
    PosixStorage(base)
    assert os.listdir(base / "tmp") == ["new"]


def test_what_others_put_beside_the_objects_is_no_object(storage, base):
    """A directory that no key can have made is passed over."""
    (base / "data" / "lost+found").mkdir()
    (base / "data" / "lost+found" / "x").write_bytes(b"")
    storage.write("k", b"")
    assert [info.key for info in storage.list()] == ["k"]


@pytest.mark.parametrize(
    "verb",
    [
        lambda storage: storage.stat("k"),
        lambda storage: storage.read("k"),
        lambda storage: storage.write("k", b""),
        lambda storage: list(storage.list()),
    ],
    ids=["stat", "read", "write", "list"],
)
def test_a_storage_that_is_gone_does_not_look_empty(storage, base, verb):
    """An unmounted disk is no missing object: who took it for one might make everything anew."""
    base.rename(base.parent / "elsewhere")
    with pytest.raises(ErrNoBucket) as caught:
        verb(storage)
    assert is_err_no_bucket(caught.value)
    assert not isinstance(caught.value, ErrNotExist)


@pytest.mark.parametrize(
    ("number", "sentinel"),
    [(errno.EACCES, ErrForbidden), (errno.EROFS, ErrForbidden), (errno.ENOSPC, ErrFull), (errno.EIO, ErrStorage)],
)
def test_what_the_system_says_has_a_name(storage, monkeypatch, number, sentinel):
    """And stays the OSError that it was."""
    err = OSError(number, os.strerror(number))

    def fail(*_):
        raise err

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(sentinel) as caught:
        storage.write("k", b"x")
    assert isinstance(caught.value, OSError)
    assert caught.value.errno == number
    assert str(caught.value).startswith(f"write object k in {storage.url}: ")


def test_a_failing_read_names_the_object(storage, base):
    """Also in the middle of a stream: the disk may fail long after it was opened."""
    storage.write("k", b"x" * 100)
    with storage.read("k") as stream:
        os.dup2(os.open(base, os.O_RDONLY), stream.fileno())
        with pytest.raises(IsADirectoryError, match="read object k in "):
            stream.read()


FULL = """
import resource, signal, sys
from objectstorage import ErrFull, PosixStorage
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
storage = PosixStorage(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    storage.write("k", b"new" * 1_000_000)
except ErrFull as err:
    print(err)
"""


def test_an_object_that_does_not_fit_leaves_the_old_one(storage, base):
    """The system's limit on the size of files stands for a full disk."""
    storage.write("k", b"old")
    done = subprocess.run([sys.executable, "-c", FULL, base], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"write object k in {storage.url}: [Errno 27] File too large\n"
    assert files(base) == ["data/k"]
    with storage.read("k") as stream:
        assert stream.read() == b"old"
    assert is_err_full(ErrFull())


def test_a_directory_comes_and_goes_while_it_is_made(storage, monkeypatch):
    """Another writer makes it and a delete takes it away, between our asking and our looking: we try again."""
    make, errors = os.makedirs, [FileExistsError(errno.EEXIST, "File exists"), FileNotFoundError(errno.ENOENT, "gone")]

    def busy(*args, **kwargs):
        if errors:
            raise errors.pop()
        make(*args, **kwargs)

    monkeypatch.setattr(os, "makedirs", busy)
    storage.write("dir/k", b"x")
    assert not errors
    with storage.read("dir/k") as stream:
        assert stream.read() == b"x"
