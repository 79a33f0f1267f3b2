"""What is around the routes of a service, on a real server."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import threading

import httpx2
import pytest
from fastapi import FastAPI, Request
from starlette.responses import StreamingResponse

import serving as serving_package
import stackerr
from apierrors import ErrConflict, ErrInternal
from serving import (
    ErrListen,
    Guard,
    answer_errors,
    bind,
    describe,
    document,
    guarded_router,
    serving,
    tell_progress,
    terminated,
    url_of,
)

TOKEN = {"authorization": "Bearer s3cret"}
LIMIT = 1000


def make_app():
    router = guarded_router(lambda request: ["s3cret", "older"])

    @router.get("/conflict", responses=describe({409: "Somebody else was faster."}))
    async def conflict():
        raise stackerr.wrap(ErrConflict("row 7 is locked by pid 9", public="try again"), "update row")

    @router.get("/broken")
    async def broken():
        raise KeyError("id")

    @router.get("/away")
    async def away():
        raise ErrInternal("in maintenance", status=503, public="try again later")

    @router.get("/cut")
    async def cut():
        async def pieces():
            yield b"a part"
            raise OSError("disk gone")

        return StreamingResponse(pieces())

    @router.post("/sum")
    async def add(request: Request) -> int:
        return len(await request.body())

    @router.post("/numbers")
    async def numbers(values: list[int]) -> int:
        return sum(values)

    app = FastAPI(title="billing")
    app.include_router(router)
    answer_errors(app)
    app.add_middleware(Guard, limit=LIMIT)
    return app


class Logs(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        error = record.exc_info[1] if record.exc_info else None
        text = record.getMessage() + (f": {stackerr.compact(error)}" if error else "")
        self.lines.append((record.levelname, text))


@pytest.fixture
def logs():
    handler = Logs()
    logger = logging.getLogger("billing")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler.lines
    logger.removeHandler(handler)


@pytest.fixture(scope="module")
def url():
    """A server in a thread of its own."""
    listening = bind("127.0.0.1", 0)
    started, loop = threading.Event(), asyncio.new_event_loop()
    end = asyncio.Event()

    async def serve():
        async with serving(make_app(), listening):
            started.set()
            await end.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait()
    yield url_of(listening)
    loop.call_soon_threadsafe(end.set)
    thread.join()
    loop.close()
    listening.close()


def get(url, path, **options):
    return httpx2.request(options.pop("method", "GET"), url + path, headers=options.pop("headers", TOKEN), **options)


def test_an_error_is_answered_with_its_public_words_alone(url, logs):
    """The caller gets the kind and the public words; the log gets the chain, on one line."""
    answer = get(url, "/conflict")
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert answer.json() == {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "try again"}
    ((level, line),) = logs
    assert level == "INFO"
    assert line.startswith("GET '/conflict' is answered 409: update row: row 7 is locked by pid 9 [")


def test_an_error_of_the_program_is_500_without_words(url, logs):
    """It is logged as an error, once, and the caller learns nothing."""
    answer = get(url, "/broken")
    assert answer.status_code == 500
    assert "id" not in answer.json().values()
    ((level, line),) = logs
    assert level == "ERROR"
    assert "KeyError" in line


def test_what_passes_is_no_fault(url, logs):
    """A service that starts, or is in maintenance, warns and does not cry."""
    assert get(url, "/away").status_code == 503
    ((level, _),) = logs
    assert level == "WARNING"


def test_a_failure_in_the_middle_cuts_the_connection(url):
    """Nobody takes a part for the whole."""
    with pytest.raises(httpx2.RemoteProtocolError):
        get(url, "/cut")


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer guess"}, {"authorization": "Basic s3cret"}])
def test_without_the_token_nothing_is_looked_at(url, headers):
    """Not even the shape of the body."""
    answer = get(url, "/numbers", method="POST", content=b"garbage", headers=headers)
    assert answer.status_code == 401
    assert "www-authenticate" in answer.headers


def test_a_second_token_is_good_too(url):
    """So that a new one can come in before the old one goes out."""
    assert get(url, "/sum", method="POST", content=b"12", headers={"authorization": "Bearer older"}).json() == 2


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_has_an_end(url, announced):
    """Whether its size is announced or not."""
    body = b"x" * (LIMIT + 1)
    answer = get(url, "/sum", method="POST", content=body if announced else iter([body[:500], body[500:]]))
    assert (answer.status_code, answer.json()["detail"]) == (413, "the body is too large")
    assert get(url, "/sum", method="POST", content=body[:-1]).json() == LIMIT


def test_a_json_body_has_an_end(url):
    """The framework reads it, and would call it a bad request."""
    assert get(url, "/numbers", method="POST", json=[1] * LIMIT).status_code == 413


def test_a_request_of_another_shape_is_400_and_not_repeated(url, logs):
    """What was sent may be a secret: neither the answer nor the log holds it."""
    answer = get(url, "/numbers", method="POST", json=["hunter2"])
    assert answer.status_code == 400
    assert "body" in answer.json()["detail"]
    assert "hunter2" not in answer.text + str(logs)


def test_unknown_paths_and_methods_are_problem_documents(url):
    """A 405 names every method of the path."""
    assert get(url, "/nothing").json()["status"] == 404
    answer = get(url, "/sum", method="DELETE")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_the_document_says_what_is_answered():
    """And not 422, which nobody gets."""
    described = document(make_app())
    assert "422" not in json.dumps(described)
    assert "409" in described["paths"]["/conflict"]["get"]["responses"]


def test_a_taken_port_says_so():
    """With what to do about it."""
    with bind("127.0.0.1", 0) as taken, pytest.raises(ErrListen, match="Address already in use") as caught:
        bind(*taken.getsockname())
    assert stackerr.hints(caught.value) == ["another program listens there"]


class ErrSetup(stackerr.Sentinel, message="billing cannot start", code="setup"):
    """A refusal of one service."""


def test_a_service_has_its_own_name_for_a_taken_port():
    """And matches by it."""
    with bind("127.0.0.1", 0) as taken, pytest.raises(ErrSetup, match="billing cannot start: .*in use"):
        bind(*taken.getsockname(), ErrSetup)


PROGRAM = """
import asyncio, serving
async def app(scope, receive, send): pass
async def main():
    listening = serving.bind("127.0.0.1", 0)
    serving.configure_logging("{log_format}")
    async with serving.serving(app, listening):
        asyncio.get_running_loop().call_soon(lambda: print("ready", flush=True))
        await serving.terminated()
    import logging
    try:
        raise OSError("disk\\nfull")
    except OSError:
        logging.exception("ended")
asyncio.run(main())
"""


@pytest.mark.parametrize("log_format", ["console", "json"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_a_service_cleanly(number, log_format):
    """With exit code 0, and every record on one line."""
    program = PROGRAM.replace("{log_format}", log_format)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        os.kill(process.pid, number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert err.count(b"\n") == 1
    assert rb"disk\nfull" in err.replace(rb"\\", b"\\")


OPENING = """
import asyncio, serving
async def main():
    with serving.signalled() as ending:
        print("ready", flush=True)
        await asyncio.sleep(0.5)
        print("open", ending.done(), flush=True)
asyncio.run(main())
"""


def test_a_signal_does_not_cut_off_what_opens():
    """It is heard afterwards."""
    with subprocess.Popen([sys.executable, "-c", OPENING], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        process.terminate()
        assert process.communicate(timeout=60)[0] == b"open True\n"
    assert process.returncode == 0


def test_help_does_without_the_web_framework():
    """It takes a second to load."""
    program = "import sys, serving; serving.address; print(sorted({'fastapi', 'uvicorn'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", program]) == b"[]\n"


def test_every_name_is_there():
    """Also those that are loaded when they are used; and no other."""
    assert all(getattr(serving_package, name) for name in serving_package.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'sevring'"):
        _ = serving_package.sevring


def test_a_service_may_write_its_lines_its_own_way():
    """Those for people."""
    program = (
        "import logging, serving; serving.configure_logging('console', '%(name)s: %(message)s'); logging.info('x')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stderr == b"root: x\n"


FILLING = """
import logging, resource, serving, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
serving.configure_logging("console", "%(message)s")
logging.info("before")
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (len("before\\n"), limits[1]))
logging.info("meanwhile")
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
logging.info("after")
"""


def test_a_log_that_could_not_be_written_holds_no_traceback(tmp_path):
    """Whether the disk was full for a moment or not, every line is a record."""
    with (tmp_path / "log").open("wb") as log:
        subprocess.run(
            [sys.executable, "-c", FILLING], stderr=log, env={**os.environ, "PYTHONUNBUFFERED": ""}, check=True
        )
    lines = (tmp_path / "log").read_text().splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    assert set(lines) <= {"before", "meanwhile", "after"}


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_is_for_terminals(is_terminal, monkeypatch, capsys):
    """One line, written over; nothing where the output goes to a file."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    tell_progress("exported", 1234567)
    assert capsys.readouterr().err == ("exported 1,234,567 bytes\r" if is_terminal else "")


async def failing():
    raise stackerr.new("the work is lost")


def test_work_that_fails_ends_the_service():
    """And its error comes out."""

    async def main():
        await terminated(asyncio.create_task(failing()))

    with pytest.raises(stackerr.Error, match="the work is lost"):
        asyncio.run(main())
