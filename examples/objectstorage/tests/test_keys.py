"""Keys of any characters, and those that are refused, the same on every backend."""

import pytest
from content import keys_of, read

from objectstorage import ErrInvalidKey, is_err_invalid_key

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
