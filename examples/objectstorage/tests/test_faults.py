"""What S3 servers do wrong, under the name that it has here, with what is needed to find the fault."""

import contextlib
import time

import faulty
import pytest
import servers
from botocore.exceptions import BotoCoreError, ClientError

import stackerr
from objectstorage import (
    ErrChanged,
    ErrForbidden,
    ErrFull,
    ErrInvalidKey,
    ErrNoBucket,
    ErrNotExist,
    ErrStorage,
    ErrUnavailable,
    ErrUnordered,
    is_err_changed,
    is_err_forbidden,
    is_err_unavailable,
    is_err_unordered,
    open_storage,
)

VERBS = {
    "stat": lambda storage: storage.stat("some/key"),
    "read": lambda storage: storage.read("some/key").read(),
    "write": lambda storage: storage.write("some/key", b"content"),
    "delete": lambda storage: storage.delete("some/key"),
    "list": lambda storage: list(storage.list("some/key")),
}
ALL = tuple(VERBS)

FAULTS = [
    ("error 500", ALL, ErrUnavailable),
    ("slow down", ALL, ErrUnavailable),
    ("no answer", ALL, ErrUnavailable),
    ("closed", ALL, ErrUnavailable),
    ("garbage", ALL, ErrUnavailable),
    ("slow body", ("read",), ErrUnavailable),
    ("cut off", ("read",), ErrUnavailable),
    ("web page", ("list",), ErrUnavailable),
    ("quota", ("write",), ErrFull),
    ("conflict", ("write",), ErrUnavailable),
    ("key too long", ("write",), ErrInvalidKey),
    ("gone", ("read", "write", "delete", "list"), ErrStorage),
]
CASES = [(fault, verb, sentinel) for fault, verbs, sentinel in FAULTS for verb in verbs]


def open_at(endpoint, options="timeout=0.3&attempts=1", bucket=servers.BUCKET):
    return open_storage(f"s3://{bucket}?endpoint={endpoint}&{options}")


def check_words_and_fields(err, verb, endpoint, bucket=servers.BUCKET):
    """What was done to which object of which storage, and where to look for the server."""
    what, starred = ("objects", "*") if verb == "list" else ("object", "")
    assert str(err).startswith(f"{verb} {what} some/key{starred} in s3://{bucket}: ")
    fields = stackerr.fields(err)
    assert (fields["key"], fields["bucket"], fields["endpoint"]) == (f"some/key{starred}", bucket, endpoint)
    assert "\n" not in stackerr.compact(err)


@pytest.mark.parametrize(("fault", "verb", "sentinel"), CASES)
def test_a_fault_has_a_name(fault, verb, sentinel):
    """The error is the sentinel and still boto3's own, and says what was being done."""
    with faulty.serve(fault) as server, open_at(server.endpoint) as storage:
        with pytest.raises(sentinel) as caught:
            VERBS[verb](storage)
    check_words_and_fields(caught.value, verb, server.endpoint)
    assert not isinstance(caught.value, ErrNotExist)
    if fault not in ("web page", "garbage", "cut off"):  # boto3 takes these for an answer, or calls it something else
        assert stackerr.is_err(caught.value, (BotoCoreError, ClientError))


@pytest.mark.parametrize("verb", ALL)
def test_a_refused_connection_is_unavailable(verb):
    """Soon, and not after the nine seconds of boto3's own defaults."""
    started = time.monotonic()
    with faulty.refusing() as endpoint, open_at(endpoint, "") as storage:
        with pytest.raises(ErrUnavailable) as caught:
            VERBS[verb](storage)
    check_words_and_fields(caught.value, verb, endpoint)
    assert is_err_unavailable(caught.value)
    assert time.monotonic() - started < 8


@pytest.mark.parametrize("verb", ALL)
def test_wrong_credentials_are_forbidden(monkeypatch, seaweedfs, verb):
    """The secret is wrong, and that is what it says."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with open_at(seaweedfs, "") as storage, pytest.raises(ErrForbidden, match="signature") as caught:
        VERBS[verb](storage)
    check_words_and_fields(caught.value, verb, seaweedfs)
    assert is_err_forbidden(caught.value)


@pytest.mark.parametrize("verb", ALL)
def test_missing_credentials_are_forbidden(monkeypatch, verb):
    """No request is made, and the error says that there are none."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with faulty.serve("fine") as server, open_at(server.endpoint) as storage:
        with pytest.raises(ErrForbidden, match="Unable to locate credentials") as caught:
            VERBS[verb](storage)
    check_words_and_fields(caught.value, verb, server.endpoint)
    assert server.requests == []


@pytest.mark.parametrize("server", ["seaweedfs", "moto"])
@pytest.mark.parametrize("verb", ALL)
def test_a_missing_bucket_is_no_missing_object(request, server, verb):
    """A mistake in the settings must not look like an empty storage."""
    endpoint = request.getfixturevalue(server)
    with open_at(endpoint, "timeout=20", "no-such-bucket") as storage, pytest.raises(ErrNoBucket) as caught:
        VERBS[verb](storage)
    check_words_and_fields(caught.value, verb, endpoint, bucket="no-such-bucket")
    assert not isinstance(caught.value, ErrNotExist)


def test_a_passing_fault_is_tried_again():
    """Two failures and a success are a success."""
    with faulty.serve("error 500", "closed", "fine") as server, open_at(server.endpoint, "attempts=3") as storage:
        storage.write("some/key", b"content")
    assert len(server.requests) == 3


def test_an_exclusive_write_is_tried_once():
    """A second try could meet the object of the first and tell us that somebody else was there."""
    with faulty.serve("error 500", "changed") as server, open_at(server.endpoint, "attempts=3") as storage:
        with pytest.raises(ErrUnavailable):
            storage.write("some/key", b"content", exclusive=True)
    assert len(server.requests) == 1


def test_an_object_that_was_replaced_while_it_was_read_says_so():
    """The rest of it is not glued to the start of another."""
    with faulty.serve("fine", "changed") as server, open_at(server.endpoint) as storage:
        stream = storage.read("some/key")
        stream._size = 100
        stream.seek(50)
        with pytest.raises(ErrChanged, match="read object some/key in ") as caught:
            stream.read()
    assert is_err_changed(caught.value)


def test_a_body_that_ends_early_is_never_taken_for_the_whole():
    """What was read before the cut can be had, and then comes the error."""
    with faulty.serve("cut off") as server, open_at(server.endpoint) as storage, storage.read("some/key") as stream:
        assert stream.read(100) == b"x" * 100
        with pytest.raises(ErrUnavailable):
            stream.read(100)


@pytest.mark.parametrize("size", [-1, 60 << 20])
def test_parts_of_an_object_that_is_given_up_are_removed(seaweedfs, size):
    """The old object stays, and nothing is left that one would pay for."""

    class Breaking:
        def __init__(self):
            self.left = 40 << 20

        def read(self, wanted):
            piece = b"x" * min(wanted, self.left)
            self.left -= len(piece)
            if not piece:
                raise ConnectionResetError(104, "the source is gone")
            return piece

    with open_storage(f"s3://{servers.BUCKET}/parts?endpoint={seaweedfs}") as storage:
        storage.write("k", b"old")
        with pytest.raises(ConnectionResetError, match=r"write object k in .*the source is gone") as caught:
            storage.write("k", Breaking(), size)
        assert not isinstance(caught.value, ErrStorage)
        with storage.read("k") as stream:
            assert stream.read() == b"old"
    with contextlib.closing(servers.client(seaweedfs)) as bare:
        assert not bare.list_multipart_uploads(Bucket=servers.BUCKET, Prefix="parts/").get("Uploads")


@pytest.mark.parametrize("server", ["seaweedfs", "moto"])
def test_an_object_of_parts_is_exclusive_too(request, server):
    """The condition holds for the request that makes the object visible."""
    endpoint = request.getfixturevalue(server)
    content = bytes(range(256)) * (40 << 12)
    with open_storage(f"s3://{servers.BUCKET}/parts/{server}?endpoint={endpoint}") as storage:
        storage.write("new", content, exclusive=True)
        with storage.read("new") as stream:
            assert stream.read() == content
        with pytest.raises(ErrStorage) as caught:
            storage.write("new", b"y" * (40 << 20), exclusive=True)
        assert stackerr.code(caught.value) == "exist"
        with storage.read("new") as stream:
            assert stream.read() == content


def test_a_server_without_byte_order_is_found_out(seaweedfs):
    """`listing=flat` is a promise about the server; a broken one is an error with a hint, and no wrong list."""
    with open_storage(f"s3://{servers.BUCKET}/flat?endpoint={seaweedfs}&listing=flat") as storage:
        for key in ("f4-x", "f4/a"):
            storage.write(key, b"")
        with pytest.raises(ErrUnordered, match="which is no byte order") as caught:
            list(storage.list())
    assert is_err_unordered(caught.value)
    assert stackerr.hints(caught.value) == ["leave listing=flat out of the storage URL"]
