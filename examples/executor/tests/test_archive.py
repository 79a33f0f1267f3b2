"""Archives, beyond what steps show of them."""

import threading

import pytest
import tars
from hypothesis import given
from hypothesis import strategies as st

from clients.runservice import SaveContent
from executor import ErrBadArchive, ErrTooLarge
from executor.archive import pack, unpack
from executor.patience import Stopped

NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20)


def test_an_archive_may_not_grow_beyond_the_limit(tmp_path):
    """Whatever its own size: a sparse one holds much in little."""
    (tmp_path / "a.tar").write_bytes(tars.tar(("a", b"x" * 600), ("b", b"x" * 600)))
    with pytest.raises(ErrTooLarge, match="more than 1000000 entries or 1000 bytes"):
        unpack(tmp_path / "a.tar", tmp_path / "out", threading.Event(), size_limit=1000)


def test_nobody_who_has_gone_is_worked_for(tmp_path):
    """A stop leaves no archive that would look complete."""
    stop = threading.Event()
    stop.set()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_text("x")
    with pytest.raises(Stopped):
        pack(tmp_path / "in", [SaveContent()], tmp_path / "a.tar", stop)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@given(st.binary(max_size=4096))
def test_bytes_that_are_no_archive(tmp_path_factory, data):
    """Any of them: refused by name, or taken for an empty archive."""
    directory = tmp_path_factory.mktemp("garbage")
    (directory / "a.tar").write_bytes(data)
    try:
        count = unpack(directory / "a.tar", directory / "out", threading.Event())
    except ErrBadArchive:
        count = 0
    assert count == 0


@given(
    st.dictionaries(
        NAMES.filter(lambda name: name not in {".", ".."} and len(name.encode()) < 200),
        st.binary(max_size=2000),
        max_size=5,
    )
)
def test_what_goes_in_comes_out(tmp_path_factory, files):
    """Every name and every byte, after both ways."""
    directory = tmp_path_factory.mktemp("round")
    (directory / "in").mkdir()
    for name, data in files.items():
        (directory / "in" / name).write_bytes(data)
    assert pack(directory / "in", [SaveContent()], directory / "a.tar", threading.Event()) == len(files)
    assert unpack(directory / "a.tar", directory / "out", threading.Event()) == len(files)
    assert {path.name: path.read_bytes() for path in (directory / "out").iterdir()} == files


@given(st.integers(0, 511), st.binary(min_size=1, max_size=1))
def test_a_header_with_a_wrong_byte(tmp_path_factory, offset, byte):
    """The checksum tells, or nothing has changed."""
    directory = tmp_path_factory.mktemp("flipped")
    data = tars.tar(("file", b"x" * 100))
    flipped = data[:offset] + byte + data[offset + 1 :]
    (directory / "a.tar").write_bytes(flipped)
    try:
        unpack(directory / "a.tar", directory / "out", threading.Event())
    except ErrBadArchive:
        assert flipped != data
    else:
        assert (directory / "out" / "file").read_bytes() == b"x" * 100
