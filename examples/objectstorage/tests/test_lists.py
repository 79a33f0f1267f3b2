"""Lists: prefix, start, delimiter and byte order, the same on every backend."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from content import keys_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from objectstorage import ErrInvalidKey, open_storage

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
