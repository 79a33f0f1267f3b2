"""What a client makes of answers: of whole ones, of failures, of garbage, and of none."""

import asyncio
import inspect
import os
import re
from pathlib import Path

import httpx2
import pytest
from conftest import answer_of

import stackerr
from apierrors import ErrInternal, ErrNotExist, RemoteError, answer, is_remote
from clients import (
    ErrBadAnswer,
    ErrTimeout,
    ErrUnavailable,
    is_err_bad_answer,
    is_err_timeout,
    is_err_unavailable,
    now,
)
from clients.executor import ExecutorClient
from clients.runservice import (
    Executor,
    ExecutorTask,
    ExecutorTaskSpec,
    ExecutorTaskStatus,
    RunCreateRequest,
    RunserviceClient,
)
from stackerr.testing import assert_chain

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).parent / "golden"
PROBLEM = b'{"type": "about:blank", "status": 404, "detail": "there is no such run", "code": "run_not_exist"}'
SECRET = b'{"run": {"id": "r", "environment": {"PASSWORD": "hunter2"}}}'


def url_of(server):
    return server.url if hasattr(server, "url") else server


FAILURES = {
    "not exist": answer_of(404, PROBLEM),
    "no problem document": answer_of(502, b"<html>no upstream</html>"),
    "nothing": answer_of(500, b""),
    "no json": answer_of(200, b"hello"),
    "wrong shape": answer_of(200, SECRET),
    "cut off": answer_of(200, b'{"run": ', "content-length: 1000"),
    "no http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "hung up": b"",
    "silent": b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n...",
    "redirect": answer_of(302, b"", "location: http://127.0.0.1:1/"),
}


def normal(text):
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"\.py:\d+", ".py", re.sub(r"[^\s\"'\[]*/(?=[^/\s]+/[^/\s]+\.py)", "", text))
    text = re.sub(r"(clients/\w+\.py)( > \1)+", r"\1", text)  # an installed package shows fewer of its places
    return re.sub(r"( > (?!clients|runservice|apierrors)[\w/]+\.py)+\]", " > …]", text)


@pytest.mark.parametrize("name", FAILURES)
async def test_what_each_failure_prints(answering, name):
    """One line: what was being done, which service, where, and why. `UPDATE_GOLDENS=1` writes the lines anew."""
    async with answering(FAILURES[name]) as server, RunserviceClient(server.url, "s3cret", timeout=0.3) as client:
        with pytest.raises((RemoteError, ErrUnavailable, ErrBadAnswer)) as caught:
            await client.get_run("42")
    line = stackerr.compact(caught.value)
    check_golden(name, line)
    assert line.startswith(f"get run 42: call runservice, GET {server.url}/api/v1alpha/runs/42: ")
    fields = stackerr.fields(caught.value)
    assert (fields["service"], fields["url"], fields["run_id"]) == (
        "runservice",
        f"{server.url}/api/v1alpha/runs/42",
        "42",
    )
    assert "hunter2" not in stackerr.detailed(caught.value)
    assert "s3cret" not in stackerr.detailed(caught.value)
    assert answer(caught.value).status == 500


def check_golden(name, line):
    path = GOLDEN / f"{name.replace(' ', '_')}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(normal(line) + "\n")
    assert normal(line) + "\n" == path.read_text()


TIMEOUTS = {
    httpx2.ConnectTimeout: "no connection within 2 s",
    httpx2.PoolTimeout: "no free connection within 2 s",
    httpx2.WriteTimeout: "the request was not taken within 2 s",
    httpx2.ReadTimeout: "no answer within 2 s",
}


@pytest.mark.parametrize("kind", TIMEOUTS)
async def test_each_timeout_says_what_did_not_come(kind):
    """And nothing besides: neither in the line nor in detail is there a word of what the event loop did about it."""

    async def wait(request):
        try:
            raise asyncio.CancelledError
        except asyncio.CancelledError as err:
            raise kind("", request=request) from TimeoutError(err)

    async with RunserviceClient("http://r", timeout=2, transport=httpx2.MockTransport(wait)) as client:
        with pytest.raises(TimeoutError) as caught:
            await client.get_run("42")
    assert is_err_timeout(caught.value)
    assert is_err_unavailable(caught.value)
    assert_chain(caught.value, "get run 42", "call runservice, GET http://r/api/v1alpha/runs/42", TIMEOUTS[kind])
    assert not re.search("Cancel|TimeoutError|httpx2", stackerr.compact(caught.value))
    assert not re.search("Cancel|httpx2", stackerr.detailed(caught.value))


async def test_a_silent_service_is_waited_for_as_long_as_was_said():
    """One that takes the connection and says nothing: a real one."""

    async def say_nothing(reader, writer):
        await reader.read()  # until the client hangs up
        writer.close()

    async with asyncio.timeout(5):
        server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            async with ExecutorClient(f"http://127.0.0.1:{port}", timeout=0.2) as client:
                with pytest.raises(ErrTimeout, match="/executor/logs: no answer within 0.2 s$"):
                    async with client.logs("t", step=0):
                        pass


async def test_nobody_there():
    """Refused, and no such host: the original error is there to catch as well."""
    async with RunserviceClient("http://127.0.0.1:9") as client:
        with pytest.raises(httpx2.ConnectError) as caught:
            await client.list_runs()
    assert is_err_unavailable(caught.value)
    check_golden("refused", stackerr.compact(caught.value))


def test_every_golden_has_its_failure():
    """None is left over."""
    assert {path.stem for path in GOLDEN.iterdir()} == {name.replace(" ", "_") for name in [*FAILURES, "refused"]}


async def test_an_error_of_the_service_keeps_kind_and_words(answering):
    """It is no error of this side's own; what it says is there to look at."""
    async with answering(FAILURES["not exist"]) as server, RunserviceClient(server.url) as client:
        with pytest.raises(RemoteError) as caught:
            await client.get_run("42")
    err = caught.value
    assert (err.status, err.code, err.message) == (404, "run_not_exist", "there is no such run")
    assert is_remote(err, ErrNotExist)
    assert not is_remote(err, ErrInternal)
    assert not ErrNotExist.is_err(err)


async def test_garbage_is_a_bad_answer_and_not_shown(answering):
    """Answers hold secrets: the error says where it went wrong, and nothing of what was there."""
    async with answering(FAILURES["wrong shape"]) as server, RunserviceClient(server.url) as client:
        with pytest.raises(ErrBadAnswer) as caught:
            await client.get_run("42")
    assert is_err_bad_answer(caught.value)
    assert "hunter2" not in str(caught.value)


async def test_a_download_that_is_cut_off_is_noticed(answering):
    """After what did come, an error that says what was being done; the consumer's own errors are left alone."""
    async with answering(answer_of(200, b"half", "content-length: 8")) as server, ExecutorClient(server.url) as client:
        got = []
        with pytest.raises(
            ErrUnavailable, match="^get a log of task t: call executor, GET .*: the answer was cut off: "
        ):
            async with client.logs("t", step=0) as chunks:
                async for chunk in chunks:
                    got.append(chunk)  # noqa: PERF401 - it fails in the middle
        assert got == [b"half"]
        with pytest.raises(ZeroDivisionError, match="^mine$"):
            async with client.logs("t", step=0):
                raise ZeroDivisionError("mine")


async def test_none_where_the_service_says_so(answering):
    """A task that is gone is None, a cache that is not there is False; other failures are failures."""
    async with answering(answer_of(404, b"")) as server, RunserviceClient(server.url) as client:
        assert await client.get_executor_task("e", "t") is None
        assert await client.has_cache("k") is False
    async with answering(answer_of(500, b"")) as server, RunserviceClient(server.url) as client:
        for ask in (client.get_executor_task("e", "t"), client.has_cache("k")):
            with pytest.raises(RemoteError):
                await ask


async def test_a_cache_that_is_there_is_no_error(answering):
    """304 is what the service says then."""

    async def chunks():
        yield b"tar"

    async with answering(answer_of(304, b"")) as server, RunserviceClient(server.url, "s3cret") as client:
        await client.write_cache("a/b c", chunks())
    assert server.requests[0].startswith("POST /api/v1alpha/executor/caches/a%2Fb%20c HTTP/1.1")
    assert "authorization: bearer s3cret" in server.requests[0].lower()


async def test_nothing_in_a_name_changes_the_path(answering):
    """An id with a slash or a question mark is still one part of the path."""
    async with answering(answer_of(404, b"")) as server, RunserviceClient(server.url) as client:
        with pytest.raises(RemoteError):
            await client.get_run("../executors?x=1#y")
    assert server.requests[0].startswith("GET /api/v1alpha/runs/..%2Fexecutors%3Fx%3D1%23y HTTP/1.1")


async def test_events_come_in_whatever_pieces(answering):
    """Comments are left out; an event may come in two pieces."""
    body = b':\n\ndata:{"sequence": 1, "run_id": "r", "phase": "queued", "result": "unknown", "newer": 1}\n\n:\n\n'
    body += b'data: {"sequence": 2, "run_id": "r", "phase": "finished", "result": "success"}\n\n'
    async with answering(answer_of(200, body)) as server, RunserviceClient(server.url) as client:
        async with client.events() as events:
            assert [(event.sequence, event.phase.value) async for event in events] == [(1, "queued"), (2, "finished")]


def test_every_method_says_what_it_does():
    """No method of a client goes over the wire without saying what for."""
    for client in (RunserviceClient, ExecutorClient):
        for name, method in inspect.getmembers(client, inspect.isfunction):
            if (
                not name.startswith("_")
                and name not in vars(inspect.getmro(client)[-2])
                and "self.call(" in inspect.getsource(method)
            ):
                assert "wrapping(" in inspect.getsource(method), name


async def test_every_call_against_a_service_that_is_not_there():
    """All of them: each is unavailable, and says what it was doing first."""

    async def chunks():
        yield b""

    async with RunserviceClient("http://127.0.0.1:9") as runs, ExecutorClient("http://127.0.0.1:9") as executor:
        task = ExecutorTask(id="t", spec=ExecutorTaskSpec(executor_id="e", run_id="r"))
        calls = [
            runs.list_runs(), runs.queued_runs(), runs.running_runs(), runs.first_queued_run("/g"), runs.last_run("/g"),
            runs.get_run("r"), runs.create_run(RunCreateRequest(run_id="r")), runs.start_run("r"), runs.cancel_run("r"),
            runs.stop_run("r"), runs.approve_task("r", "t"), runs.set_task_annotations("r", "t", {}),
            runs.change_groups_token(["/g"]), runs.list_executors(), runs.delete_executor("e"),
            runs.send_executor(Executor(id="e", listen_url="http://127.0.0.1:1")), runs.list_executor_tasks("e"),
            runs.get_executor_task("e", "t"), runs.send_task_status("e", "t", ExecutorTaskStatus(start_time=now())),
            runs.has_cache("k"), runs.write_cache("k", chunks()), runs.get_maintenance(),
            runs.set_maintenance(enable=True), runs.import_from(chunks()), executor.send_task(task),
        ]  # fmt: skip
        downloads = [
            runs.logs("r", "t"), runs.events(), runs.archive("t", 0), runs.read_cache("k"), runs.export(),
            executor.logs("t"), executor.archive("t", 1),
        ]  # fmt: skip
        calls += [download.__aenter__() for download in downloads]
        for err in await asyncio.gather(*calls, return_exceptions=True):
            assert is_err_unavailable(err), err
            assert re.match(r"[a-z][\w /:,.-]+: call (runservice|executor), [A-Z]+ http://127\.0\.0\.1:9/", str(err)), (
                str(err)
            )
