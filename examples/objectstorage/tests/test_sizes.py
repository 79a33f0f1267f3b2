"""How much of a stream is taken, the same on every backend."""

import io

import pytest
from content import keys_of, read

from objectstorage import ErrShortBody, ErrStorage, is_err_not_exist, is_err_short_body


@pytest.mark.parametrize("content", [b"", b"x", b"0123456789"])
def test_size_minus_one_takes_all(storage, content):
    """A negative size means to the end of the stream."""
    stream = io.BytesIO(content)
    storage.write("k", stream, -1)
    assert read(storage, "k") == content
    assert stream.read() == b""


def test_a_size_equal_to_the_stream_takes_all(storage):
    """And asks for nothing behind it."""
    stream = io.BytesIO(b"0123456789")
    storage.write("k", stream, 10)
    assert read(storage, "k") == b"0123456789"


@pytest.mark.parametrize("size", [0, 1, 4])
def test_a_smaller_size_leaves_the_rest_unread(storage, size):
    """The remainder belongs to whoever reads the stream next."""
    stream = io.BytesIO(b"0123456789")
    storage.write("k", stream, size)
    assert read(storage, "k") == b"0123456789"[:size]
    assert stream.read() == b"0123456789"[size:]


def test_a_stream_shorter_than_its_size_writes_nothing(storage):
    """The old object stays; the error says how many bytes there were."""
    storage.write("k", b"old")
    with pytest.raises(ErrShortBody, match="the body ended after 4 of 10 bytes") as caught:
        storage.write("k", io.BytesIO(b"0123"), 10)
    assert is_err_short_body(caught.value)
    assert read(storage, "k") == b"old"


def test_a_stream_that_gives_little_at_a_time(storage):
    """Short reads, as sockets do them, are no end."""

    class Drip(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 3))

    storage.write("k", Drip(b"0123456789"), 8)
    assert read(storage, "k") == b"01234567"


@pytest.mark.parametrize("wrong", [io.StringIO("text"), type("NonBlocking", (), {"read": lambda *_: None})()])
def test_a_stream_that_gives_no_bytes_is_refused(storage, wrong):
    """Text and non-blocking streams are mistakes; nothing is written."""
    with pytest.raises(TypeError, match="not bytes: open it in binary and blocking mode"):
        storage.write("k", wrong)
    assert keys_of(storage.list()) == []


def test_a_failing_stream_is_not_taken_for_a_failing_storage(storage):
    """Its error keeps its type and gets the words of the write, but none of the storage's sentinels."""

    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise FileNotFoundError(2, "No such file or directory", "the/source")

    storage.write("k", b"old")
    with pytest.raises(FileNotFoundError, match=r"write object k in .*the/source") as caught:
        storage.write("k", Broken())
    assert not is_err_not_exist(caught.value)
    assert not isinstance(caught.value, ErrStorage)
    assert read(storage, "k") == b"old"
