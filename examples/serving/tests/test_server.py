"""The server: its port, its end by a signal, and work that fails."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

import stackerr
from serving import ErrListen, bind, terminated


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


async def failing():
    raise stackerr.new("the work is lost")


def test_work_that_fails_ends_the_service():
    """And its error comes out."""

    async def main():
        await terminated(asyncio.create_task(failing()))

    with pytest.raises(stackerr.Error, match="the work is lost"):
        asyncio.run(main())
