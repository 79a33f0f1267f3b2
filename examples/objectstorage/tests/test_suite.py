"""What every backend does, the same on each: posix, SeaweedFS, moto, and moto listed flat."""

import asyncio
import io
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stackerr
from objectstorage import (
    ErrExist,
    ErrInvalidKey,
    ErrNotExist,
    ErrShortBody,
    ErrStorage,
    is_err_exist,
    is_err_invalid_key,
    is_err_not_exist,
    is_err_short_body,
    open_storage,
)

HOSTILE_KEYS = [
    "plain",
    "with space",
    " leading and trailing ",
    "plus+and%20percent",
    "%2F",
    "a%/b",
    "100%",
    "question?mark=1&other",
    "hash#fragment",
    "quotes\"'`$(id)",
    "semi;colon:at@",
    "<xml>&amp;</xml>",
    "*?[glob]{a,b}",
    "~home",
    "-rf",
    ".hidden",
    "...",
    "a./b.",
    "Grüße/übermäßig",
    "日本語/キー",
    "emoji/🦀/🏳️‍🌈",
    "e\u0301 is not \u00e9",
    "\u202eright to left",
    "runs.d/42.d",
    "runs.d",
    "runs.f",
    "runs.f.f",
    "runs.d.f",
    "tmp",
    "data/x",
    "a" * 253,
    "é" * 126,
    "/".join(["deep"] * 30),
]

REFUSED_KEYS = [
    "",
    "/",
    "/absolute",
    "trailing/",
    "doubled//slash",
    "..",
    "../escape",
    "a/../../etc/passwd",
    "a/..",
    ".",
    "./a",
    "a/./b",
    "back\\slash",
    "nul\0byte",
    "bell\x07",
    "new\nline",
    "tab\there",
    "delete\x7f",
    "carriage\rreturn",
    "lone\ud800surrogate",
    "a" * 254,
    "é" * 127,
    "/".join(["deep"] * 250),
    b"bytes",
    None,
    7,
]


def keys_of(found):
    return [info.key for info in found]


def read(storage, key):
    with storage.read(key) as stream:
        return stream.read()


# Objects


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


# Keys


@pytest.mark.parametrize("key", HOSTILE_KEYS, ids=lambda key: ascii(key)[:30])
def test_any_valid_key_is_stored_under_itself(storage, key):
    """Whatever its characters, the object is found, listed and deleted under exactly this key."""
    storage.write(key, key.encode())
    assert read(storage, key) == key.encode()
    assert storage.stat(key).key == key
    assert keys_of(storage.list()) == [key]
    assert keys_of(storage.list(prefix=key)) == [key]
    storage.delete(key)
    assert keys_of(storage.list()) == []


def test_all_hostile_keys_live_together(storage):
    """None hides, folds into or replaces another one, and they are listed in byte order."""
    for key in HOSTILE_KEYS:
        storage.write(key, key.encode(), persist=False)
    assert keys_of(storage.list()) == sorted(HOSTILE_KEYS, key=str.encode)
    assert all(read(storage, key) == key.encode() for key in HOSTILE_KEYS)


@pytest.mark.parametrize("verb", ["stat", "read", "write", "delete"])
@pytest.mark.parametrize("key", REFUSED_KEYS, ids=lambda key: ascii(key)[:30])
def test_a_key_that_not_every_backend_can_store_is_refused(storage, verb, key):
    """The refusal is the same everywhere, and a ValueError."""
    arguments = (b"x",) if verb == "write" else ()
    with pytest.raises(ErrInvalidKey) as caught:
        getattr(storage, verb)(key, *arguments)
    assert is_err_invalid_key(caught.value)
    assert isinstance(caught.value, ValueError)


# Sizes


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


# Streams


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


# Lists

KEYS = [
    "a",
    "a-b",
    "a/b",
    "a/b/c",
    "a0",
    "b/x",
    "b/y/z",
    "f4-x",
    "f4.",
    "f4/a",
    "f40",
    "p-x/1",
    "p/a",
    "p/b",
    "ü/ö",
    "🦀",
]

LISTS = [
    # prefix, start, recursive, delimiter, expected
    ("", "", True, "/", KEYS),
    ("a", "", True, "/", ["a", "a-b", "a/b", "a/b/c", "a0"]),
    ("a/", "", True, "/", ["a/b", "a/b/c"]),
    ("a/b", "", True, "/", ["a/b", "a/b/c"]),
    ("/a/", "", True, "/", ["a/b", "a/b/c"]),
    ("f4", "", True, "/", ["f4-x", "f4.", "f4/a", "f40"]),
    ("zzz", "", True, "/", []),
    ("a/b/c/d", "", True, "/", []),
    ("ü", "", True, "/", ["ü/ö"]),
    ("", "a", True, "/", KEYS[1:]),
    ("", "a/b", True, "/", KEYS[3:]),
    ("", "/a/b", True, "/", KEYS[3:]),
    ("", "a/aaa", True, "/", KEYS[2:]),
    ("", "f4-x", True, "/", KEYS[8:]),
    ("", "f4.", True, "/", KEYS[9:]),
    ("", "f4/a", True, "/", KEYS[10:]),
    ("", "p-x/1", True, "/", KEYS[12:]),
    ("", "p-x/2", True, "/", KEYS[12:]),
    ("", "p.", True, "/", KEYS[12:]),
    ("", "p/a", True, "/", KEYS[13:]),
    ("", "🦀", True, "/", []),
    ("f4", "f4.", True, "/", ["f4/a", "f40"]),
    ("f4", "a", True, "/", ["f4-x", "f4.", "f4/a", "f40"]),
    ("f4", "g", True, "/", []),
    ("p/", "p/a", True, "/", ["p/b"]),
    ("", "", False, "/", ["a", "a-b", "a0", "f4-x", "f4.", "f40", "🦀"]),
    ("a", "", False, "/", ["a", "a-b", "a0"]),
    ("a/", "", False, "/", ["a/b"]),
    ("a/b", "", False, "/", ["a/b"]),
    ("p", "", False, "/", []),
    ("p/", "", False, "/", ["p/a", "p/b"]),
    ("p/", "p/a", False, "/", ["p/b"]),
    ("f4", "f4-x", False, "/", ["f4.", "f40"]),
    ("", "f4.", False, "/", ["f40", "🦀"]),
    ("", "", False, "-", [key for key in KEYS if "-" not in key]),
    ("f4-", "", False, "-", ["f4-x"]),
    ("p", "p-x/1", False, "-", ["p/a", "p/b"]),
]


@pytest.fixture
def filled(storage):
    """A storage with the objects of the table, written in another order."""
    for key in sorted(KEYS, key=hash):
        storage.write(key, key.encode(), persist=False)
    return storage


@pytest.mark.parametrize(("prefix", "start", "recursive", "delimiter", "expected"), LISTS)
def test_a_list(filled, prefix, start, recursive, delimiter, expected):
    """A string prefix, strictly after the start, without keys that have the delimiter, in byte order."""
    found = list(filled.list(prefix, start, recursive=recursive, delimiter=delimiter))
    assert keys_of(found) == expected
    assert [info.size for info in found] == [len(key.encode()) for key in expected]


def test_paging_by_start_meets_every_key_once(filled):
    """Going on after the last key of a page misses none and repeats none."""
    met, start = [], ""
    while page := [info.key for info, _ in zip(filled.list(start=start), range(3), strict=False)]:
        met += page
        start = page[-1]
    assert met == KEYS


def test_a_list_of_many_pages(storage):
    """More than the thousand keys that a server gives at once come in one list."""
    names = [f"many/{number:04}" for number in range(1040)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: storage.write(name, b"", persist=False), names))
    assert keys_of(storage.list("many/")) == names
    assert keys_of(storage.list("many/", names[1010], recursive=False)) == names[1011:]


@pytest.mark.parametrize("delimiter", ["", "//", "ab"])
def test_a_delimiter_is_one_character(storage, delimiter):
    """Anything else is refused at the call, not while iterating."""
    with pytest.raises(ValueError, match="one character"):
        storage.list(delimiter=delimiter)


@pytest.mark.parametrize("prefix", ["../", "a/../b", "a//b", "a/./b", "\0", "a" * 254 + "/"])
def test_a_prefix_that_no_key_can_have_is_refused(storage, prefix):
    """A list must not climb out of the storage either."""
    with pytest.raises(ErrInvalidKey, match=r"list objects .* in "):
        storage.list(prefix)


keys = st.lists(
    st.text(st.sampled_from("a-.0é%~df"), min_size=1, max_size=3).filter(lambda text: text not in (".", "..")),
    min_size=1,
    max_size=3,
).map("/".join)


@settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stored=st.sets(keys, max_size=8),
    prefix=st.one_of(st.just(""), keys, keys.map(lambda key: key + "/")),
    start=st.one_of(st.just(""), keys),
    recursive=st.booleans(),
)
def test_a_list_is_what_a_sorted_set_would_give(new_url, stored, prefix, start, recursive):
    """For any keys, prefix and start: the law that the table has examples of."""
    with open_storage(new_url()) as storage:
        for key in stored:
            storage.write(key, b"", persist=False)
        expected = [
            key
            for key in sorted(stored, key=str.encode)
            if key.startswith(prefix) and key.encode() > start.encode() and (recursive or "/" not in key[len(prefix) :])
        ]
        assert keys_of(storage.list(prefix, start, recursive=recursive)) == expected


# Exclusive writes and threads


def test_an_exclusive_write_makes_a_new_object(storage):
    """It succeeds where there is none, also where there was one."""
    storage.write("k", b"1", exclusive=True)
    storage.delete("k")
    storage.write("k", b"2", exclusive=True)
    assert read(storage, "k") == b"2"


def test_an_exclusive_write_touches_no_object_that_is_there(storage):
    """It is refused as ErrExist, and the object stays."""
    storage.write("k", b"old")
    with pytest.raises(ErrExist) as caught:
        storage.write("k", b"new", exclusive=True)
    assert is_err_exist(caught.value)
    assert read(storage, "k") == b"old"


def test_of_many_exclusive_writers_one_succeeds(storage):
    """The object is that of the one who was told so."""
    barrier = threading.Barrier(8)

    def attempt(number):
        barrier.wait()
        try:
            storage.write("k", b"%d" % number, exclusive=True)
        except ErrExist:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        winners = [number for number in pool.map(attempt, range(8)) if number is not None]
    assert len(winners) == 1
    assert read(storage, "k") == b"%d" % winners[0]


def test_threads_share_one_storage(storage):
    """Objects that come and go in one directory, from many threads, do not disturb each other."""

    def work(number):
        for turn in range(5):
            key = f"shared/dir/{number}"
            storage.write(key, b"%d" % turn, persist=False)
            assert read(storage, key) == b"%d" % turn
            storage.delete(key)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(16)))
    assert keys_of(storage.list()) == []


def test_an_event_loop_uses_threads(storage):
    """`asyncio.to_thread` is all that asynchronous code needs, and errors come through it whole."""

    async def main():
        await asyncio.gather(*(asyncio.to_thread(storage.write, f"k{n}", b"x", persist=False) for n in range(40)))
        with pytest.raises(ErrNotExist, match="stat object no in"):
            await asyncio.to_thread(storage.stat, "no")

    asyncio.run(main())
    assert len(list(storage.list())) == 40
