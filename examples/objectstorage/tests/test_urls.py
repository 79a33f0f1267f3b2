"""Storages by their URLs, and what is said of a URL that names none."""

import io

import pytest

import objectstorage
import stackerr
from objectstorage import ErrInvalidURL, PosixStorage, is_err_invalid_url, open_storage


def test_a_file_url_is_a_path(tmp_path):
    """Percent escapes and an empty or local host included."""
    for url in (f"file://{tmp_path}/a%20b", f"file://localhost{tmp_path}/a%20b"):
        storage = open_storage(url)
        assert isinstance(storage, PosixStorage)
        assert storage.base == f"{tmp_path}/a b"


def test_an_s3_url_has_bucket_prefix_and_endpoint():
    """What messages and fields say of it."""
    with open_storage("s3://runs/v1/?endpoint=http://127.0.0.1:1&region=eu&timeout=1&attempts=0") as storage:
        assert storage.url == "s3://runs/v1"
        assert storage.fields == {"bucket": "runs", "endpoint": "http://127.0.0.1:1"}
    with open_storage("s3://runs") as storage:
        assert storage.fields == {"bucket": "runs", "endpoint": "amazonaws.com"}


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("", "no storage is called ''"),
        ("/srv/data", "no storage is called ''"),
        ("ftp://host/x", "no storage is called 'ftp'"),
        ("file://relative/path", "write three slashes"),
        ("file:relative", "write three slashes"),
        ("file:///srv?x=1", "neither [?] nor #"),
        ("file:///srv#1", "neither [?] nor #"),
        ("s3:///prefix", "the bucket is missing"),
        ("s3://bucket?endpiont=http://x", "unknown option 'endpiont': there are endpoint, region, "),
        ("s3://bucket?endpoint=host:80", "wanted http://host:port"),
        ("s3://bucket?endpoint=", "wanted http://host:port"),
        ("s3://bucket?listing=fast", "wanted flat or tree"),
        ("s3://bucket?timeout=never", "wanted seconds above 0"),
        ("s3://bucket?timeout=-1", "wanted seconds above 0"),
        ("s3://bucket?timeout=inf", "wanted seconds above 0"),
        ("s3://bucket?attempts=many", "wanted a whole number"),
        ("s3://[bad", "Invalid IPv6"),
    ],
)
def test_a_url_that_names_none_is_refused(url, text):
    """The message says what is wrong with it, and how to write it."""
    with pytest.raises(ValueError, match=text) as caught:
        open_storage(url)
    assert str(caught.value).startswith(f"open storage {url}: ")
    assert is_err_invalid_url(caught.value) or "Invalid IPv6" in text


def test_credentials_in_a_url_are_refused_and_not_repeated():
    """They would end in process lists and logs."""
    with pytest.raises(ErrInvalidURL, match="do not belong in a URL") as caught:
        open_storage("s3://AKID:hunter2@bucket/prefix")
    assert "hunter2" not in stackerr.detailed(caught.value)


def test_a_path_that_is_a_file_is_said_so(tmp_path):
    """The storage cannot be opened, and the words name it."""
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"open storage file://.*/file: "):
        open_storage((tmp_path / "file").as_uri())


def test_every_public_name_is_there():
    """`__all__` names each once; each has words of its own, or is a helper of a sentinel that has."""
    assert len(set(objectstorage.__all__)) == len(objectstorage.__all__)
    for name in objectstorage.__all__:
        assert getattr(objectstorage, name).__doc__
    sentinels = {name for name in objectstorage.__all__ if name.startswith("Err")}
    assert len([name for name in objectstorage.__all__ if name.startswith("is_err_")]) == len(sentinels)


def test_a_body_that_gives_too_much_is_refused(tmp_path):
    """Bytes must not be lost without a word."""

    class Generous(io.BytesIO):
        def read(self, size=-1):
            return b"x" * (size + 1)

    with pytest.raises(ValueError, match="the body gave 3 bytes where 2 were asked for"):
        open_storage(tmp_path.as_uri()).write("k", Generous(), 2)
