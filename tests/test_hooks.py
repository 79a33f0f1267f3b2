"""Errors that nobody caught: one line each, and everything can be put back."""

import asyncio
import gc
import logging
import subprocess
import sys
import threading

import pytest

from stackerr import _config, _hooks, install, new, wrap


def run(script, **environment):
    """What a program prints to stderr."""
    command = [sys.executable, "-c", "import stackerr; stackerr.install()\n" + script]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    return done.stderr


def test_an_uncaught_error_is_one_line():
    """Where there was a traceback."""
    assert run("raise stackerr.wrap(KeyError('id'), 'load')") == "load: 'id' (KeyError) [<string>:2]\n"


def test_detail_is_one_switch_away():
    """By the environment."""
    text = run("raise stackerr.wrap(KeyError('id'), 'load')", STACKERR_DETAILED_ERRORS="1")
    assert text.startswith("load (KeyError)\n    <string>:2 in <module>\n")


def test_an_interrupt_is_left_to_python():
    """The shell must see it."""
    assert "KeyboardInterrupt" in run("raise KeyboardInterrupt")


def test_an_uncaught_error_in_a_thread_names_the_thread():
    """And `SystemExit` there ends it silently."""
    script = """
import threading
for error in (KeyError("id"), SystemExit(3)):
    def work(): raise error
    thread = threading.Thread(target=work, name="worker")
    thread.start(); thread.join()
"""
    assert run(script).startswith("in thread worker: 'id' (KeyError) [<string>:")
    assert run(script).count("\n") == 1


def test_an_unraisable_error_names_its_source():
    """An error in a `__del__`."""
    script = """
class Thing:
    def __del__(self): raise KeyError("id")
Thing()
"""
    text = run(script)
    assert "Thing.__del__: 'id' (KeyError)" in text
    assert text.count("\n") == 1


def test_an_error_in_the_event_loop_is_one_record(caplog):
    """Of a task that nobody awaited; and a context without an exception."""

    async def main():
        asyncio.get_running_loop().create_task(fail())
        await asyncio.sleep(0.01)
        gc.collect()
        asyncio.get_running_loop().call_exception_handler({"message": "odd"})

    async def fail():
        raise wrap(KeyError("id"), "load")

    with install():
        asyncio.run(main())
    texts = [record.getMessage() for record in caplog.records if record.name == "asyncio"]
    assert texts[0].startswith("Task exception was never retrieved: load: 'id' (KeyError) [")
    assert texts[1] == "odd"
    assert all(record.levelno == logging.ERROR for record in caplog.records)


def hooks():
    return (sys.excepthook, sys.unraisablehook, threading.excepthook, asyncio.BaseEventLoop.default_exception_handler)


def test_everything_can_be_put_back():
    """By `undo`, twice if need be, and by leaving the block."""
    before = hooks()
    with install():
        assert all(new is not old for new, old in zip(hooks(), before, strict=True))
    assert hooks() == before
    done = install()
    done.undo()
    done.undo()
    assert hooks() == before


def test_a_hook_that_somebody_put_there_since_stays(monkeypatch):
    """Undoing is not a reason to break theirs."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    done = install()
    theirs = lambda *args: None
    sys.excepthook = theirs
    done.undo()
    assert sys.excepthook is theirs


def test_hooks_called_without_an_error(capsys):
    """Python may do so when memory runs out."""
    _hooks.threading_excepthook(threading.ExceptHookArgs((KeyError, None, None, None)))
    _hooks.threading_excepthook(threading.ExceptHookArgs((KeyError, KeyError("id"), None, None)))
    _hooks.unraisablehook(type("Args", (), {"exc_value": None}))
    assert capsys.readouterr().err == "in thread unknown: 'id' (KeyError)\n"


def test_without_a_stderr_nothing_happens(monkeypatch):
    """A program may have closed it."""
    import io

    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        monkeypatch.setattr(sys, "stderr", stream)
        _hooks.excepthook(KeyError, KeyError("id"), None)


def test_code_and_hints_go_with_the_line():
    """What to look up and what to do."""
    line = _hooks.report(new("disk full", code="E17", hint="empty the cache"))
    assert line.endswith("(code: E17; hint: empty the cache)")
    assert "(" not in _hooks.report(new("disk full"))


@pytest.mark.parametrize("detailed", [True, False])
def test_the_switch_holds_at_once(monkeypatch, detailed):
    """Not only for what is installed later."""
    monkeypatch.setattr(_config.settings, "detailed", detailed)
    assert ("\n" in _hooks.report(wrap(KeyError("id"), "m"))) is detailed


def test_an_unraisable_error_in_this_process(capsys):
    """The source is the object's class when it has no name of its own."""
    _hooks.unraisablehook(type("Args", (), {"exc_value": KeyError("id"), "object": 3, "err_msg": None}))
    assert capsys.readouterr().err == "ignored in int: 'id' (KeyError)\n"
