"""What each failure prints, word for word: one line for the log, and in detail. `UPDATE_GOLDENS=1` writes them anew."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

import datamanager
import kvstore
import stackerr
from datamanager import Put

GOLDEN = Path(__file__).parent / "golden"

pytestmark = pytest.mark.anyio


async def stream(*chunks):
    for chunk in chunks:
        yield chunk


async def write_some(place, *, checkpoint=False):
    async with place.open() as dm:
        await dm.write([Put("run", "41", b"done"), Put("run", "42", b"done")])
        if checkpoint:
            await dm.checkpoint(force=True)
        await dm.write([Put("run", "43", b"done")])
        await dm.write([Put("run", "44", b"done")])


async def start(place):
    async with place.open():
        pass


async def no_such_object(place):
    async with place.open() as dm:
        await dm.read("run", "42")


async def no_such_type(place):
    async with place.open() as dm:
        await dm.read("user", "42")


async def stale_token(place):
    async with place.open() as dm:
        token = await dm.token("run-42")
        await dm.write([Put("run", "42", b"")], token)
        await dm.write([Put("run", "42", b"")], token)


async def bad_token(place):
    datamanager.Token.parse("eyJyZXZpc2lvbiI6LTEsImVwb2NoIjowLCJncm91cHMiOnt9fQ==")


async def token_of_a_lost_store(place):
    async with place.open() as dm:
        token = await dm.token("run-42")
    await place.lose_store()
    async with place.open() as dm:
        await dm.write([Put("run", "42", b"")], token)


async def write_in_maintenance(place):
    async with place.open(maintenance=True) as dm:
        await dm.write([Put("run", "42", b"")])


async def import_outside_of_maintenance(place):
    async with place.open() as dm:
        await dm.import_from(stream())


async def import_garbage(place):
    async with place.open(maintenance=True) as dm:
        await dm.import_from(stream(b'{"type":"run","id":"41","data":""}\n', b"garbage\n"))


async def import_what_was_cut_off(place):
    async with place.open(maintenance=True) as dm:
        await dm.import_from(stream(b'{"type":"run","id":"41","data":""}\n'))


def data_of_first_wal(place):
    header = json.loads(place.get(place.keys("wals/status/")[0]).splitlines()[0])
    return f"wals/data/{header['data_id']}"


async def half_a_wal(place):
    await write_some(place)
    key = data_of_first_wal(place)
    place.put(key, place.get(key)[:-30])
    await start(place)


async def no_data_of_a_wal(place):
    await write_some(place)
    place.delete(data_of_first_wal(place))
    await place.lose_store()
    await start(place)


async def no_header_of_a_wal(place):
    await write_some(place)
    place.delete(place.keys("wals/status/")[1])
    await place.lose_store()
    await start(place)


async def damaged_header_of_a_wal(place):
    await write_some(place)
    key = place.keys("wals/status/")[0]
    place.put(key, place.get(key).replace(b'"size":', b'"size":1'))
    await place.lose_store()
    await start(place)


def change(place, suffix, make):
    key = [key for key in place.keys("data/") if key.endswith(suffix)][-1]
    data = make(place.get(key))
    if data is None:
        place.delete(key)
    else:
        place.put(key, data)


async def damaged_checkpoint(place):
    await write_some(place, checkpoint=True)
    change(place, ".status", lambda raw: raw.replace(b"run", b"ran"))
    await start(place)


async def empty_checkpoint(place):
    await write_some(place, checkpoint=True)
    change(place, ".status", lambda raw: b"")
    await start(place)


async def no_index(place):
    await write_some(place, checkpoint=True)
    change(place, ".index", lambda raw: None)
    await start(place)


async def damaged_index(place):
    await write_some(place, checkpoint=True)
    change(place, ".index", lambda raw: raw[:-2])
    await start(place)


async def no_data_file(place):
    await write_some(place, checkpoint=True)
    change(place, ".data", lambda raw: None)
    async with place.open() as dm:
        await dm.read("run", "42")


async def no_data_file_for_a_new_log(place):
    await write_some(place, checkpoint=True)
    change(place, ".data", lambda raw: None)
    await place.lose_store()
    await start(place)


async def damaged_data_file(place):
    await write_some(place, checkpoint=True)
    change(place, ".data", lambda raw: raw.replace(b'"id":"42"', b'"id":"24"'))
    async with place.open() as dm:
        await dm.read("run", "41")
        await dm.list("run")


async def damaged_data_file_at_a_checkpoint(place):
    await write_some(place, checkpoint=True)
    change(place, ".data", lambda raw: raw[:-4])
    async with place.open() as dm:
        await dm.checkpoint(force=True)


async def no_checkpoint(place):
    await write_some(place)
    change(place, ".status", lambda raw: None)
    await place.lose_store()
    await start(place)


async def wrong_object_storage(place):
    await write_some(place)
    place.storage_url += "-of-others"
    await start(place)


async def log_that_follows_nothing(place):
    await write_some(place, checkpoint=True)
    async with place.open_store() as store:
        page = await store.list("datamanager/wals/")
        await store.delete(page.entries[1].key)
    await start(place)


async def object_storage_gone(place):
    async with place.open() as dm:
        shutil.rmtree(place.storage_url.removeprefix("file://"))
        await dm.write([Put("run", "42", b"")])


async def store_not_reached(place):
    place.store_url = "etcd://127.0.0.1:1"
    await start(place)


async def store_lost_while_writing(place):
    async with place.open() as dm:

        async def commit(compares, changes):
            raise kvstore.ErrUnavailable("no answer, outcome unknown")

        dm._context.store.backend.commit = commit
        await dm.write([Put("run", "42", b"")])


async def cleaned_by_another(place):
    async with place.open() as dm, place.open_store() as store, store.lock("datamanager/locks/clean-storage"):
        await dm.clean()


async def watch_of_what_is_gone(place):
    async with place.open() as dm:
        token = await dm.token()
        await dm.write([Put("run", "42", b"")])
        await dm._context.store.compact(await dm._context.store.revision())
        async for _ in dm.watch(token):
            pass


async def watch_of_what_was_replaced(place):
    async with place.open() as dm, place.open(maintenance=True) as importer:
        changes = dm.watch()
        await importer.import_from(stream(b'{"end":true,"count":0}\n'))
        await anext(changes)


FAILURES = [
    no_such_object, no_such_type, stale_token, bad_token, token_of_a_lost_store, write_in_maintenance,
    import_outside_of_maintenance, import_garbage, import_what_was_cut_off, half_a_wal, no_data_of_a_wal,
    no_header_of_a_wal, damaged_header_of_a_wal, damaged_checkpoint, empty_checkpoint, no_index, damaged_index,
    no_data_file, no_data_file_for_a_new_log, damaged_data_file, damaged_data_file_at_a_checkpoint, no_checkpoint,
    wrong_object_storage, log_that_follows_nothing, object_storage_gone, store_not_reached, store_lost_while_writing,
    cleaned_by_another, watch_of_what_is_gone, watch_of_what_was_replaced,
]  # fmt: skip

DIFFERS = [
    (r"\n( +)called from(\n\1  .*)*", ""),  # the stacks of pytest and asyncio
    (r"\b[0-9a-v]{13}-[0-9a-v]{11}(?=[0-9a-v]{2}\b)", "SEQUENCE-"),
    (r"\b[0-9a-f]{32}\b", "UUID"),
    (r"\b[0-9a-f]{16}\b", "LEASE"),
    (r"\b[0-9a-f]{7,8}\b", "CHECKSUM"),
    (r"(revision|oldest|newest)(=| is | )\d+|after=\d+", r"\1\2N"),
    (r"[^\s\"']*/(?=[^/\s]+/[^/\s]+\.py)", ""),
    (r"(\n  > (?!datamanager/).*)\n      .*", r"\1"),  # the lines of other packages
    (r"\.py:\d+", ".py"),
    (r"( > (?!(datamanager|kvstore|objectstorage)/)[\w/]+\.py)+\]", " > …]"),  # what lies below in other packages
    (r"([\w/]+\.py)( > \1)+ > …\]", r"\1 > …]"),  # an installed package is below, too
]


def normal(text, place):
    """Without what differs from run to run and from machine to machine."""
    directory = str(Path(place.storage_url.removeprefix("file://")).parent)
    text = text.replace(directory, "/srv").replace(place.prefix + "datamanager/", "datamanager/")
    for pattern, instead in DIFFERS:
        text = re.sub(pattern, instead, text)
    return text


@pytest.mark.parametrize("fail", FAILURES, ids=[fail.__name__ for fail in FAILURES])
async def test_failures(local, fail):
    """A reader can tell operation, object and cause from the one line, and what to do in detail."""
    with pytest.raises(Exception) as caught:  # noqa: B017 - the golden says which
        await fail(local)
    line = normal(stackerr.compact(caught.value), local)
    text = f"{line}\n\n{normal(stackerr.detailed(caught.value), local)}\n"
    path = GOLDEN / f"{fail.__name__}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text)
    assert text == path.read_text()
    assert "\n" not in line


def test_every_golden_has_its_failure():
    """None is left over."""
    assert {path.stem for path in GOLDEN.iterdir()} == {fail.__name__ for fail in FAILURES}
