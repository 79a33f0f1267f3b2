"""What a read gives, the same on every backend."""

import io
import json
import os

import pytest

import stackerr
from objectstorage import ErrStorage


def test_a_stream_can_seek(storage):
    """Forwards, backwards, from the end, past the end."""
    storage.write("k", bytes(range(100)))
    with storage.read("k") as stream:
        assert stream.seekable()
        assert stream.readable()
        assert stream.read(3) == bytes([0, 1, 2])
        assert stream.seek(50) == 50
        assert stream.read(2) == bytes([50, 51])
        assert stream.seek(-10, os.SEEK_CUR) == 42
        assert stream.read(1) == bytes([42])
        assert stream.seek(-1, os.SEEK_END) == 99
        assert stream.read() == bytes([99])
        assert stream.read() == b""
        assert stream.seek(1000) == 1000
        assert stream.read(5) == b""
        assert stream.seek(0) == 0
        assert stream.tell() == 0
        assert stream.readall() == bytes(range(100))
        buffer = bytearray(5)
        stream.seek(97)
        assert stream.readinto(buffer) == 3
        assert buffer[:3] == bytes([97, 98, 99])
        with pytest.raises(ValueError, match="read object k in") if hasattr(stream, "_get") else pytest.raises(OSError):
            stream.seek(-1)


def test_a_closed_stream_says_so(storage):
    """Reading on is a ValueError, as with files, that names the object."""
    storage.write("k", b"x")
    stream = storage.read("k")
    stream.close()
    stream.close()
    with pytest.raises(ValueError, match="read object k in "):
        stream.read()


def test_a_stream_is_good_for_the_standard_library(storage):
    """json.load, TextIOWrapper and iteration by lines work as on any binary file."""
    storage.write("k", b'{"a":\n 1}\n')
    with storage.read("k") as stream:
        assert json.load(stream) == {"a": 1}
    with io.TextIOWrapper(io.BufferedReader(storage.read("k"))) as text:
        assert list(text) == ['{"a":\n', " 1}\n"]


def test_a_stream_gives_one_state_of_the_object(storage):
    """What is replaced while it is read is read to its end, or reading on says that it has changed."""
    storage.write("k", b"old" * 1000)
    with storage.read("k") as stream:
        assert stream.read(3) == b"old"
        storage.write("k", b"new" * 1000)
        try:
            stream.seek(1500)
            rest = stream.read()
        except ErrStorage as err:
            assert stackerr.code(err) == "changed"
        else:
            assert rest == b"old" * 500
