"""The etcd backend alone: servers that die, hang, lag, are lost, or are no etcd at all."""

import asyncio
import random
import re

import pytest

import kvstore
import stackerr
from kvstore import Put

pytestmark = pytest.mark.anyio


async def persist(call):
    """Repeat a call until the store answers."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await call()
            except kvstore.ErrUnavailable:
                await asyncio.sleep(0.05)


async def serve(answer):
    """A server on loopback that answers every request with these bytes, then hangs up; None never answers."""

    async def handle(reader, writer):
        await reader.read(1000)
        if answer is None:
            await reader.read()  # until the client hangs up
        writer.write(answer or b"")
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    return server, f"etcd://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def http(status, body):
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


async def test_a_server_that_is_not_there(etcd):
    """Nothing was sent, so it is safe to repeat; the message names call, server and reason."""
    etcd.kill()
    async with kvstore.open_store(etcd.url) as store:
        with pytest.raises(kvstore.ErrNotSent, match=r"put key a: call http://127.*: not sent") as caught:
            await store.put("a", b"1")
        assert kvstore.is_err_not_sent(caught.value)
        assert kvstore.is_err_unavailable(caught.value)
        assert stackerr.fields(caught.value)["endpoint"] == f"http://{etcd.address}"
        etcd.restart()
        await store.put("a", b"1")


async def test_a_server_that_hangs(etcd):
    """The call ends in time and its outcome is unknown; the store is usable when the server goes on."""
    async with kvstore.open_store(f"{etcd.url}?timeout=0.5") as store:
        await store.put("a", b"1")
        etcd.pause()
        with pytest.raises(kvstore.ErrUnavailable, match="no answer, outcome unknown") as caught:
            await store.put("a", b"2")
        assert not kvstore.is_err_not_sent(caught.value)
        etcd.go_on()
        await persist(lambda: store.put("a", b"3"))
        assert (await store.get("a")).value == b"3"


async def test_an_answer_that_is_lost(shared_etcd):
    """What seems to fail can have been done: that is why it is not repeated, and why it is no `ErrNotSent`."""

    async def pass_on(reader, writer):
        host, port = shared_etcd.address.split(":")
        to_server, of_server = (await asyncio.open_connection(host, port))[::-1]
        to_server.write(await reader.read(10000))
        await of_server.read(10000)
        to_server.close()
        writer.close()

    proxy = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    url = f"etcd://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
    async with proxy, kvstore.open_store(url) as store:
        with pytest.raises(kvstore.ErrUnavailable, match="outcome unknown") as caught:
            await store.put_if("lost", b"2", 0)
        assert not kvstore.is_err_not_sent(caught.value)
    async with kvstore.open_store(shared_etcd.url) as store:
        assert (await store.get("lost")).value == b"2"


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (b"", kvstore.ErrUnavailable, "outcome unknown"),
        (b"garbage", kvstore.ErrUnavailable, "outcome unknown"),
        (http("200 OK", "x" * 50)[:-20], kvstore.ErrUnavailable, "outcome unknown"),
        (http("200 OK", "<html>"), kvstore.ErrUnavailable, "cannot make sense of the answer '<html>'"),
        (http("200 OK", "{}"), kvstore.ErrUnavailable, "cannot make sense"),
        (http("200 OK", "[1]"), kvstore.ErrUnavailable, "cannot make sense"),
        (http("404 Not Found", "Not Found"), kvstore.ErrRefused, "the server answers 404: is it etcd?"),
        (http("502 Bad Gateway", "oops"), kvstore.ErrUnavailable, "the server answers 502"),
        (http("503 No", '{"code":14,"message":"etcdserver: no leader"}'), kvstore.ErrUnavailable, "no leader"),
        (http("503 No", '{"code":14,"message":"etcdserver: request timed out"}'), kvstore.ErrUnavailable, "timed out"),
        (http("429 No", '{"code":8,"message":"etcdserver: too many requests"}'), kvstore.ErrNotSent, "too many"),
        (
            http("429 No", '{"code":8,"message":"etcdserver: mvcc: database space exceeded"}'),
            kvstore.ErrNoSpace,
            "space",
        ),
        (http("401 No", '{"code":16,"message":"etcdserver: user name is empty"}'), kvstore.ErrRefused, "user name"),
    ],
    ids=["cut", "garbage", "half", "html", "empty", "list", "404", "502", "leader", "late", "many", "full", "user"],
)
async def test_answers_that_are_none(answer, kind, words):
    """Whatever a server sends, it is one of the sentinels, and the words say what."""
    server, url = await serve(answer)
    async with server, kvstore.open_store(url) as store:
        with pytest.raises(kind, match=words) as caught:
            await store.put("a", b"1")
        assert stackerr.compact(caught.value).startswith("put key a: call http://127.0.0.1:")


@pytest.mark.parametrize(
    "line",
    [
        '{"result":{"header":{"revision":"1"},"events":[{"kv":{"key":"!","mod_revision":"5"}}]}}',
        '{"result":{"header":{"revision":"1"},"events":[{"type":"DELETE"}]}}',
        '{"result":{}}',
        '{"result":{"header":{"revision":"1"},"canceled":true}}',
        '{"error":{"grpc_code":14,"message":"etcdserver: no leader"}}',
        "garbage",
        "",
    ],
    ids=["bad key", "no key", "no header", "cancelled", "no leader", "garbage", "nothing"],
)
async def test_a_watch_of_garbage_is_unavailable(line):
    """It is not followed, and it does not end the program that watches: the next member may do better."""
    server, url = await serve(http("200 OK", line + "\n"))
    async with server, kvstore.open_store(url) as store:
        batches = store.backend.watch(kvstore.Span.of_prefix(""), 0)
        with pytest.raises(kvstore.ErrUnavailable):
            await anext(batches)


async def test_a_server_that_never_answers():
    """The call ends in time."""
    server, url = await serve(None)
    async with server, kvstore.open_store(f"{url}?timeout=0.3") as store, asyncio.timeout(3):
        with pytest.raises(kvstore.ErrUnavailable, match="outcome unknown"):
            await store.get("a")


async def test_a_full_store(start_etcd):
    """`ErrNoSpace`, and what was there stays readable."""
    (etcd,) = start_etcd(1, "--quota-backend-bytes=200000")
    async with kvstore.open_store(etcd.url) as store:
        await store.put("a", b"1")
        with pytest.raises(kvstore.ErrNoSpace, match="space exceeded"):
            for number in range(20):
                await store.put(f"k{number}", b"x" * 100_000)
        assert (await store.get("a")).value == b"1"


async def test_a_watch_misses_and_repeats_nothing_across_kills(etcd, take):
    """The server is killed five times while one writes and one watches."""
    async with kvstore.open_store(etcd.url) as store:
        acknowledged, stop = [], False

        async def write():
            number = 0
            while not stop:
                number += 1
                try:
                    await store.put(f"k{number % 10}", b"%d" % number)
                except kvstore.ErrUnavailable:
                    await asyncio.sleep(0.02)
                else:
                    acknowledged.append(number)

        async def kill():
            nonlocal stop
            for _ in range(5):
                await asyncio.sleep(random.uniform(0.2, 0.6))
                await asyncio.to_thread(etcd.restart)
            stop = True
            await writer
            await persist(lambda: store.put("end", b""))

        writer, killer = asyncio.create_task(write()), asyncio.create_task(kill())
        seen = []
        async with asyncio.timeout(60), store.watch("") as batches:
            async for batch in batches:
                seen += [(batch.revision, event.key, event.value) for event in batch.events]
                if seen[-1][1] == "end":
                    break
        await killer
        assert [revision for revision, _, _ in seen] == list(range(2, 2 + len(seen)))
        assert {int(value) for _, key, value in seen if key != "end"} >= set(acknowledged)


async def test_a_watch_of_a_server_that_hangs_goes_on_with_it(etcd, take, monkeypatch):
    """A silence is looked into, so a hanging server is noticed; when it is back, nothing is missing."""
    monkeypatch.setattr("kvstore._gateway._SILENCE", 0.3)
    async with kvstore.open_store(f"{etcd.url}?timeout=0.3") as store:
        before = await store.put("a", b"0")
        async with store.watch("a", after=before) as batches:
            await store.put("a", b"1")
            await take(batches, 1)
            etcd.pause()
            waiting = asyncio.create_task(take(batches, 1))
            await asyncio.sleep(1.5)
            etcd.go_on()
            await persist(lambda: store.put("a", b"2"))
            (batch,) = await waiting
    assert batch.events[0].value == b"2"


async def test_a_lost_store_is_noticed(etcd, take):
    """A watch of a server that comes back empty ends with `ErrFutureRevision`: it will never get there."""
    async with kvstore.open_store(etcd.url) as store:
        for _ in range(20):
            at = await store.put("a", b"")
        async with store.watch("", after=at) as batches:
            waiting = asyncio.create_task(take(batches, 1))
            await asyncio.sleep(0.3)
            etcd.kill()
            etcd.wipe()
            await asyncio.to_thread(etcd.restart)
            with pytest.raises(kvstore.ErrFutureRevision, match="the newest is 1"):
                await waiting


async def test_a_lock_outlives_a_restart_of_the_server(etcd):
    """Shorter than its time to live; a longer one stops the holder."""
    async with kvstore.open_store(f"{etcd.url}?timeout=0.5") as store:
        async with store.lock("job", ttl=5):
            await asyncio.to_thread(etcd.restart)
            await asyncio.sleep(2)
            await persist(store.revision)
        with pytest.raises(kvstore.ErrLockLost) as caught:
            async with store.lock("job", ttl=1):
                etcd.kill()
                await asyncio.sleep(20)
        assert re.match("hold lock job: lease .* could not be kept: .*: not sent: ", stackerr.compact(caught.value))


async def test_three_members_and_a_killed_leader(start_etcd, take):
    """Writes go on with the other two within seconds; nothing acknowledged is lost, and the watch sees all of it."""
    members = start_etcd(3)
    url = "etcd://" + ",".join(member.address for member in members)
    async with kvstore.open_store(f"{url}?timeout=1") as store:
        acknowledged = []

        async def write(count):
            for _ in range(count):
                number = len(acknowledged)
                await persist(lambda n=number: store.put(f"k{n}", b""))
                acknowledged.append(f"k{number}")

        async with store.watch("") as batches, store.lock("job", ttl=10) as lock:
            await write(20)
            leader = next(member for member in members if member.is_leader())
            leader.kill()
            async with asyncio.timeout(15):
                await write(20)
            await persist(lambda: store.commit([lock.guard], [Put("end", b"")]))
            seen = []
            async for batch in batches:
                seen += [event.key for event in batch.events if not event.key.startswith("job/")]
                if seen[-1:] == ["end"]:
                    break
        page = await persist(lambda: store.list("k"))
        assert {entry.key for entry in page.entries} == set(acknowledged)
        assert list(dict.fromkeys(seen)) == [*acknowledged, "end"]


async def test_no_majority_is_unavailable(start_etcd):
    """Two of three dead: nothing is written, and the third says that it does not know."""
    members = start_etcd(3)
    async with kvstore.open_store(f"etcd://{members[0].address}?timeout=0.5") as store:
        await store.put("a", b"1")
        for member in members[1:]:
            member.kill()
        with pytest.raises(kvstore.ErrUnavailable) as caught:
            await store.put("a", b"2")
        assert not kvstore.is_err_not_sent(caught.value)
