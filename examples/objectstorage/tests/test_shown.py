"""What each failure prints, word for word: one line for the log, and in detail. `UPDATE_GOLDENS=1` writes them anew."""

import contextlib
import errno
import io
import os
import re
from pathlib import Path

import faulty
import pytest
import servers

import stackerr
from objectstorage import open_storage

GOLDEN = Path(__file__).parent / "golden"


def read(storage):
    with storage.read("runs/42") as stream:
        stream.read()


def write_twice(storage):
    for _ in range(2):
        storage.write("runs/42", b"", exclusive=True)


ON_ANY = {
    "missing": read,
    "refused key": lambda storage: storage.read("runs/../secrets"),
    "exists": write_twice,
    "short body": lambda storage: storage.write("runs/42", io.BytesIO(b"1234"), 10),
    "text body": lambda storage: storage.write("runs/42", io.StringIO("1234")),
    "refused prefix": lambda storage: list(storage.list("../")),
}


def gone(tmp_path):
    storage = open_storage(tmp_path.as_uri())
    tmp_path.rename(tmp_path.with_name("elsewhere"))
    list(storage.list("runs/"))


def disk_full(tmp_path):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    storage = open_storage(tmp_path.as_uri())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "write", fail)
        storage.write("runs/42", b"x")


ON_POSIX = {
    "gone": gone,
    "disk full": disk_full,
    "bad url": lambda _: open_storage("ftp://host/path"),
    "bad option": lambda _: open_storage("s3://runs?timeout=soon"),
    "credentials in url": lambda _: open_storage("s3://key:secret@runs"),
}

ON_FAULTY = {
    "error 500": read,
    "no answer": read,
    "cut off": read,
    "slow body": read,
    "closed": lambda storage: storage.write("runs/42", b"x"),
    "web page": lambda storage: list(storage.list("runs/")),
}

DIFFERS = [
    (r"\n( +)called from(\n\1  .*)*", ""),  # the stacks of pytest and boto3
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"port=\d+", "port=PORT"),
    (r"tmp/[0-9a-f]{32}", "tmp/TOKEN"),
    (r" at 0x[0-9a-f]+", ""),
    (r"[^\s\"']*/(?=[^/\s]+/[^/\s]+\.py)", ""),
    (r"\.py:\d+", ".py"),
    (r"( > (?!objectstorage)[\w/]+\.py)+\]", " > …]"),  # what lies below in other packages
    (r"([\w/]+\.py)( > \1)+ > …\]", r"\1 > …]"),  # an installed package is below, too
    (r" \(reached max retries: \d\)", ""),  # newer versions of boto3 say so
]


def normal(text, tmp_path):
    """Without what differs from run to run and from machine to machine."""
    text = text.replace(str(tmp_path), "/srv")
    for pattern, instead in DIFFERS:
        text = re.sub(pattern, instead, text)
    return text


def check(name, tmp_path, fail, *arguments):
    with pytest.raises(Exception) as caught:  # noqa: B017 - the golden says which
        fail(*arguments)
    line = normal(stackerr.compact(caught.value), tmp_path)
    text = f"{line}\n\n{normal(stackerr.detailed(caught.value), tmp_path)}\n"
    path = GOLDEN / f"{name.replace(' ', '_')}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text)
    assert text == path.read_text()
    assert "\n" not in line


@pytest.mark.parametrize("name", ON_ANY)
def test_failures_on_posix(tmp_path, name):
    """A reader can tell operation, object and cause from the one line."""
    check(f"posix {name}", tmp_path, ON_ANY[name], open_storage(tmp_path.as_uri()))


@pytest.mark.parametrize("name", ON_POSIX)
def test_failures_of_files_and_urls(tmp_path, name):
    """The same for what only files and URLs can do."""
    check(name, tmp_path, ON_POSIX[name], tmp_path)


@pytest.mark.parametrize("name", ON_ANY)
def test_failures_on_s3(tmp_path, seaweedfs, name):
    """The same objects and operations, with the server's own words below."""
    with open_storage(f"s3://{servers.BUCKET}/shown?endpoint={seaweedfs}") as storage:
        check(f"s3 {name}", tmp_path, ON_ANY[name], storage)
        storage.delete("runs/42")


@pytest.mark.parametrize("name", ON_FAULTY)
def test_failures_of_a_faulty_server(tmp_path, name):
    """The endpoint is among the fields, since the name of the storage does not say which server it is."""
    with faulty.serve(name) as server:
        with open_storage(f"s3://runs?endpoint={server.endpoint}&timeout=0.3&attempts=1") as storage:
            check(f"s3 {name}", tmp_path, ON_FAULTY[name], storage)


@pytest.mark.parametrize("name", ["refused", "no bucket", "wrong credentials"])
def test_failures_of_the_settings(tmp_path, seaweedfs, monkeypatch, name):
    """The three mistakes that everybody makes once."""
    bucket = "no-such-bucket" if name == "no bucket" else servers.BUCKET
    if name == "wrong credentials":
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with faulty.refusing() if name == "refused" else contextlib.nullcontext(seaweedfs) as endpoint:
        with open_storage(f"s3://{bucket}?endpoint={endpoint}&attempts=1") as storage:
            check(f"s3 {name}", tmp_path, storage.stat, "runs/42")


def test_every_golden_has_its_failure():
    """None is left over."""
    names = {f"{backend} {name}" for backend in ("posix", "s3") for name in ON_ANY}
    names |= {*ON_POSIX, *(f"s3 {name}" for name in ON_FAULTY), "s3 refused", "s3 no bucket", "s3 wrong credentials"}
    assert {path.stem for path in GOLDEN.iterdir()} == {name.replace(" ", "_") for name in names}
