"""Errors that nobody caught: one line on standard error, and the way back."""

import asyncio
import gc
import logging
import subprocess
import sys
import textwrap
import threading
import types

import pytest

import stackerr
from stackerr.integrations import excepthook as room


@pytest.fixture(autouse=True)
def one_switch_off():
    """Every test starts and ends with the one switch off."""
    stackerr.configure(detailed=False)
    yield
    stackerr.configure(detailed=False)


def hooks():
    """What is installed now."""
    loop = asyncio.base_events.BaseEventLoop
    return sys.excepthook, sys.unraisablehook, threading.excepthook, loop.default_exception_handler


def test_the_room_shows_what_install_sets():
    """`stackerr.install` and the hooks one by one are the same things."""
    assert room.install is stackerr.install
    assert room.Installation is stackerr.Installation
    with room.install():
        assert hooks()[:3] == (room.excepthook, room.unraisablehook, room.threading_excepthook)
    assert set(room.__all__) == {
        "Installation", "asyncio_handler", "excepthook", "install", "report", "threading_excepthook", "unraisablehook"
    }  # fmt: skip


def test_install_can_be_undone():
    """Everything is as it was; a second undo does nothing."""
    before = hooks()
    installation = stackerr.install()
    assert hooks() != before
    installation.undo()
    installation.undo()
    assert hooks() == before


def test_undo_leaves_the_hooks_of_others():
    """Who came later stays."""
    before = sys.excepthook
    installation = stackerr.install()
    other = lambda *_: None  # noqa: E731
    sys.excepthook = other
    installation.undo()
    assert sys.excepthook is other
    sys.excepthook = before


def run(program, *, code=1):
    """What a program writes to standard error."""
    text = "import stackerr\nstackerr.install()\n" + textwrap.dedent(program)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
    assert done.returncode == code
    return done.stderr


def test_an_uncaught_error_is_one_line_with_code_and_hint():
    """The same line that a `main` wrapper prints."""
    err = run("raise stackerr.wrap(OSError('disk full'), 'save', code='E17', hint='empty the cache')")
    assert err == "save: disk full [<string>:3] (code: E17; hint: empty the cache)\n"


def test_in_detail():
    """The one switch."""
    err = run("stackerr.configure(detailed=True)\nraise stackerr.wrap(OSError('disk full'), 'save')")
    assert err.startswith("save (OSError)\n")


def test_an_error_in_a_thread():
    """With the thread's name; the program goes on."""
    program = """
        import threading
        def work():
            raise OSError('disk full')
        thread = threading.Thread(target=work, name='worker')
        thread.start(); thread.join()
    """
    assert run(program, code=0) == "in thread worker: disk full [<string>:6]\n"


def test_an_error_that_python_can_give_to_nobody():
    """Raised in `__del__`."""
    program = """
        class Resource:
            def __del__(self):
                raise OSError('disk full')
        Resource()
    """
    assert run(program, code=0) == "ignored in Resource.__del__: disk full [<string>:6]\n"


def test_an_error_in_a_task_that_nobody_awaits(caplog):
    """asyncio logs it, on one line."""

    async def fail():
        raise OSError("disk full")

    async def main():
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del task
        gc.collect()

    with stackerr.install(), caplog.at_level(logging.ERROR, "asyncio"):
        asyncio.run(main())
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 1
    assert messages[0].startswith("Task exception was never retrieved: disk full [")
    assert "\n" not in messages[0]


def test_the_asyncio_handler_without_an_error(caplog):
    """The event loop reports other things as well."""
    room.asyncio_handler(None, {"message": "socket left open"})
    room.asyncio_handler(None, {})
    assert caplog.messages == ["socket left open", "unhandled error in the event loop"]


def test_an_interrupt_is_left_to_python(capsys):
    """Nobody takes it for an error."""
    room.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_a_hook_without_an_error_says_nothing(capsys):
    """What Python hands over may be None."""
    nothing = types.SimpleNamespace(exc_type=SystemExit, exc_value=SystemExit(), thread=None, err_msg=None, object=None)
    room.threading_excepthook(nothing)
    nothing.exc_value = None
    room.unraisablehook(nothing)
    assert capsys.readouterr().err == ""


def test_a_thread_that_is_unknown(capsys):
    """It may have ended already."""
    args = types.SimpleNamespace(exc_type=OSError, exc_value=OSError("disk"), thread=None)
    room.threading_excepthook(args)
    assert capsys.readouterr().err == "in thread unknown: disk\n"


def test_a_hook_does_not_fail_without_stderr(monkeypatch):
    """Under `pythonw`, or when it is closed."""
    closed = open(sys.executable, "rb")  # noqa: SIM115
    closed.close()
    for stream in (None, closed):
        monkeypatch.setattr(sys, "stderr", stream)
        room.excepthook(OSError, OSError("disk"), None)
