"""Objects come, are replaced and go, the same on every backend."""

from datetime import UTC, datetime, timedelta

import pytest
from content import keys_of, read

import stackerr
from objectstorage import ErrNotExist, is_err_not_exist


def test_what_is_written_is_read(storage):
    """The bytes come back as they were."""
    storage.write("runs/42", b"\x00done\xff")
    assert read(storage, "runs/42") == b"\x00done\xff"


def test_an_object_is_replaced(storage):
    """A second write leaves nothing of the first."""
    storage.write("k", b"a long first text")
    storage.write("k", b"short")
    assert read(storage, "k") == b"short"


def test_an_empty_object_is_an_object(storage):
    """No bytes are something else than no object."""
    storage.write("k", b"")
    assert read(storage, "k") == b""
    assert storage.stat("k").size == 0


def test_stat_says_size_and_time(storage):
    """The size in bytes, and a time in UTC that is now."""
    storage.write("k", b"12345")
    info = storage.stat("k")
    assert (info.key, info.size) == ("k", 5)
    assert abs(info.mtime - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("verb", ["stat", "read"])
def test_a_missing_object_is_err_not_exist(storage, verb):
    """A plain `except ErrNotExist` catches it, and the fields say which object it was."""
    with pytest.raises(ErrNotExist) as caught:
        getattr(storage, verb)("no/such")
    assert is_err_not_exist(caught.value)
    assert str(caught.value).startswith(f"{verb} object no/such in {storage.url}: ")
    assert stackerr.fields(caught.value)["key"] == "no/such"


def test_a_deleted_object_is_gone(storage):
    """It can neither be read nor found in a list."""
    storage.write("a/b/c", b"x")
    storage.delete("a/b/c")
    with pytest.raises(ErrNotExist):
        storage.read("a/b/c")
    assert keys_of(storage.list()) == []


def test_deleting_what_is_not_there_is_no_error(storage):
    """Afterwards it is gone, on every backend, and what lies beside it is not touched."""
    storage.write("a/b", b"x")
    storage.delete("a/c")
    storage.delete("a")
    storage.delete("a/b/c")
    assert read(storage, "a/b") == b"x"


def test_an_object_beside_a_directory_of_its_name(storage):
    """ "a" and "a/b" are two objects, in whatever order they come and go."""
    storage.write("a", b"1")
    storage.write("a/b", b"2")
    storage.write("c/d", b"3")
    storage.write("c", b"4")
    assert [read(storage, key) for key in ("a", "a/b", "c/d", "c")] == [b"1", b"2", b"3", b"4"]
    assert keys_of(storage.list()) == ["a", "a/b", "c", "c/d"]
    storage.delete("a")
    storage.delete("c/d")
    assert keys_of(storage.list()) == ["a/b", "c"]
    assert read(storage, "a/b") == b"2"
