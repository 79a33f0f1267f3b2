"""One suite for every backend: keys, revisions, transactions, pages, compaction."""

import asyncio

import pytest

import kvstore
from kvstore import Delete, DeletePrefix, Put, absent, changed_before, present, unchanged

pytestmark = pytest.mark.anyio


async def test_a_key_reads_as_it_was_put(store):
    """Value, revision and the revision at which it came to be."""
    first = await store.put("a", b"1")
    second = await store.put("a", b"2")
    assert second == first + 1
    assert await store.get("a") == kvstore.Entry("a", b"2", second, first)


@pytest.mark.parametrize(
    "value", [b"", b"\0\xff", "🎈".encode(), b"x" * 1_000_000], ids=["empty", "binary", "text", "large"]
)
async def test_any_bytes_are_a_value(store, value):
    """Empty, binary and large values come back as they were."""
    await store.put("a", value)
    assert (await store.get("a")).value == value


@pytest.mark.parametrize("key", ["a b", "ä/🎈", "..", "a//b", "\0", "a\nb", "%2F", "'; DROP TABLE versions"])
async def test_any_text_is_a_key(store, key):
    """Keys are not interpreted."""
    await store.put(key, b"1")
    assert [entry.key for entry in (await store.list("")).entries] == [key]
    assert (await store.get(key)).value == b"1"


@pytest.mark.parametrize("key", ["", "\ud800"])
async def test_what_cannot_be_a_key_is_refused(key, url):
    """An empty key and one that is no UTF-8 are mistakes of the program."""
    async with kvstore.open_store(url) as store:
        with pytest.raises(ValueError, match="key"):
            await store.put(key, b"")
        with pytest.raises(ValueError, match="key"):
            await store.get(key)


async def test_a_key_that_is_not_there(store):
    """`ErrKeyNotFound`, found by its class and by its helper, with the key as a field."""
    with pytest.raises(kvstore.ErrKeyNotFound, match="get key runs/42: key not found") as caught:
        await store.get("runs/42")
    assert kvstore.is_err_key_not_found(caught.value)


async def test_the_past_stays_readable(store):
    """A read at a revision sees what was there then."""
    first = await store.put("a", b"1")
    await store.put("a", b"2")
    gone = await store.delete("a")
    assert (await store.get("a", revision=first)).value == b"1"
    assert (await store.get("a", revision=gone - 1)).value == b"2"
    with pytest.raises(kvstore.ErrKeyNotFound):
        await store.get("a", revision=gone)


async def test_the_future_is_an_error(store):
    """A revision that is not there yet is told from a key that is not there."""
    with pytest.raises(kvstore.ErrFutureRevision):
        await store.get("a", revision=await store.revision() + 1)


async def test_deleting_what_is_not_there_changes_nothing(store):
    """The revision stays, whatever the way of deleting."""
    before = await store.put("a", b"")
    assert await store.delete("b") == before
    assert await store.delete_prefix("b") == before
    assert await store.commit([], []) == before
    assert await store.revision() == before


async def test_a_deleted_key_begins_anew(store):
    """Its next creation is another one."""
    await store.put("a", b"1")
    await store.delete("a")
    again = await store.put("a", b"2")
    assert (await store.get("a")).created == again


async def test_put_if_nobody_else_has(store):
    """Compare-and-swap: of two with the same revision the second fails, and revision 0 means that it is not there."""
    first = await store.put_if("a", b"1", 0)
    await store.put_if("a", b"2", first)
    for stale in (0, first):
        with pytest.raises(kvstore.ErrKeyModified, match="is at revision") as caught:
            await store.put_if("a", b"3", stale)
        assert kvstore.is_err_key_modified(caught.value)
    assert (await store.get("a")).value == b"2"


async def test_delete_if_nobody_else_has(store):
    """The same for deletions."""
    first = await store.put("a", b"1")
    second = await store.put("a", b"2")
    with pytest.raises(kvstore.ErrKeyModified):
        await store.delete_if("a", first)
    await store.delete_if("a", second)
    with pytest.raises(kvstore.ErrKeyModified, match="is not there"):
        await store.delete_if("a", second)


@pytest.mark.parametrize(
    ("compare", "holds"),
    [
        (lambda there: unchanged("a", there), True),
        (lambda there: unchanged("a", there - 1), False),
        (lambda there: absent("a"), False),
        (lambda there: absent("b"), True),
        (lambda there: present("a"), True),
        (lambda there: present("b"), False),
        (lambda there: changed_before("a", there + 1), True),
        (lambda there: changed_before("a", there), False),
        (lambda there: changed_before("b", 1), True),
    ],
    ids=[
        "same",
        "older",
        "absent, but there",
        "absent",
        "present",
        "present, but not",
        "before",
        "not before",
        "never",
    ],
)
async def test_comparisons(store, compare, holds):
    """Each comparison holds and fails where it should, and a failing one changes nothing."""
    there = await store.put("a", b"1")
    try:
        await store.commit([compare(there)], [Put("c", b"1"), Delete("a")])
    except kvstore.ErrKeyModified:
        assert not holds
        assert [entry.key for entry in (await store.list()).entries] == ["a"]
    else:
        assert holds
        assert [entry.key for entry in (await store.list()).entries] == ["c"]


async def test_a_transaction_is_one_revision(store):
    """All its changes bear the same, also when a prefix goes and other keys come."""
    await store.put("old/1", b"")
    await store.put("old/2", b"")
    at = await store.commit([absent("new")], [DeletePrefix("old/"), Put("new", b"1"), Put("older", b"2")])
    page = await store.list()
    assert [(entry.key, entry.revision) for entry in page.entries] == [("new", at), ("older", at)]
    assert page.revision == at


@pytest.mark.parametrize(
    "changes",
    [[Put("a", b"1"), Put("a", b"2")], [Put("a", b"1"), Delete("a")], [DeletePrefix(""), Put("a", b"")]],
    ids=["two puts", "put and delete", "put and delete prefix"],
)
async def test_a_key_changes_once_in_a_transaction(store, changes):
    """Which of two changes wins is nothing to guess."""
    with pytest.raises(ValueError, match="changed twice"):
        await store.commit([], changes)


@pytest.mark.parametrize(
    "changes",
    [[Put("a", b"x" * (1024 * 1024))], [Put(str(i), b"") for i in range(129)], [Delete("a")] * 129],
    ids=["bytes", "puts", "deletes"],
)
async def test_limits_are_the_same_everywhere(store, changes):
    """What one backend could not take, none takes."""
    with pytest.raises(kvstore.ErrTooLarge):
        await store.commit([], changes)
    await store.commit([], [Put(str(i), b"x" * 8000) for i in range(128)])


async def test_prefixes_are_strings(store):
    """Byte order, a prefix that is no directory, and keys strictly after one."""
    keys = ["a", "a-b", "a/b", "a/b/c", "a0", "b", "ä", "🎈"]
    for key in reversed(keys):
        await store.put(key, b"")

    async def listed(*args, **options):
        return [entry.key for entry in (await store.list(*args, **options)).entries]

    assert await listed() == sorted(keys, key=str.encode)
    assert await listed("a/") == ["a/b", "a/b/c"]
    assert await listed("a/b") == ["a/b", "a/b/c"]
    assert await listed("a", after="a/b") == ["a/b/c", "a0"]
    assert await listed("a", after="A") == ["a", "a-b", "a/b", "a/b/c", "a0"]
    assert await listed("a", after="b") == []
    assert await listed("nothing") == []
    assert await listed("a", limit=2) == ["a", "a-b"]
    assert (await store.list("a", limit=2)).more
    assert not (await store.list("a", limit=5)).more


async def test_prefixes_of_stores_keep_them_apart(store, url):
    """Users of one store see their own keys only, named as they named them."""
    async with kvstore.open_store(url, prefix=store.prefix + "other/") as other:
        await other.put("a", b"1")
        assert [entry.key for entry in (await store.list()).entries] == ["other/a"]
        await store.put("b", b"")
        assert [entry.key for entry in (await other.list()).entries] == ["a"]
        await other.delete_prefix("")
        assert [entry.key for entry in (await store.list()).entries] == ["b"]


async def test_pages_are_of_one_revision(store):
    """What is put and deleted between two pages does not show."""
    for i in range(10):
        await store.put(f"k{i}", b"old")
    seen = []
    async for page in store.pages("k", size=3):
        seen += [(entry.key, entry.value) for entry in page.entries]
        await store.put("k9", b"new")
        await store.put("k5x", b"new")
        await store.delete("k7")
    assert seen == [(f"k{i}", b"old") for i in range(10)]


async def test_pages_end_when_their_revision_is_compacted(store):
    """Rather an error than a list from two revisions."""
    for i in range(4):
        await store.put(f"k{i}", b"")
    with pytest.raises(kvstore.ErrCompacted):
        async for page in store.pages("k", size=2):
            await store.compact(await store.put("k0", b"again"))
            assert page.entries[-1].key != "k3"


async def test_compaction_forgets_the_past_only(store):
    """What was there at the revision stays, with its own revision."""
    kept = await store.put("a", b"1")
    await store.put("b", b"1")
    gone = await store.delete("b")
    await store.compact(gone)
    assert (await store.get("a", revision=gone)).revision == kept
    with pytest.raises(kvstore.ErrCompacted) as caught:
        await store.get("a", revision=gone - 1)
    assert kvstore.is_err_compacted(caught.value)
    with pytest.raises(kvstore.ErrCompacted):
        await store.compact(gone)
    with pytest.raises(kvstore.ErrFutureRevision):
        await store.compact(gone + 100)


async def test_increments_of_many_tasks(store):
    """Forty tasks increment one key by compare-and-swap, and none is lost."""
    await store.put("n", b"0")

    async def increment():
        while True:
            entry = await store.get("n")
            try:
                return await store.put_if("n", b"%d" % (int(entry.value) + 1), entry.revision)
            except kvstore.ErrKeyModified:
                continue

    revisions = await asyncio.gather(*[increment() for _ in range(40)])
    assert (await store.get("n")).value == b"40"
    assert len(set(revisions)) == 40
