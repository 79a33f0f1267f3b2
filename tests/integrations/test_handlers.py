"""Records that travel: to another thread, another process, another machine, with the whole chain."""

# ruff: noqa: LOG001 - loggers of their own, so that no test meets the handlers of another

import io
import json
import logging
import logging.handlers
import multiprocessing
import pickle
import queue
import socketserver
import struct
import threading

import pytest

import stackerr
from stackerr.integrations.handlers import QueueHandler, SocketHandler
from stackerr.integrations.logging import Formatter

FORMAT = "%(levelname)s %(message)s"


class Local(Exception):
    """A class that no other process needs to know."""


def failed():
    """An error of three links."""
    try:
        with stackerr.wrapping("load run %s", 42, run_id=42), stackerr.wrapping("read object"):
            raise Local("no such object")
    except Local as err:
        return err


def plain():
    """A chain that stackerr has no part in, whose root was raised in a library."""
    try:
        try:
            json.loads("{")
        except ValueError as err:
            raise RuntimeError("load settings") from err
    except RuntimeError as err:
        return err


def through(handler_class, waiting, err):
    """The record that arrives at the other end of a queue."""
    logger = logging.Logger("service")
    logger.addHandler(handler_class(waiting))
    logger.error("serve %s", "request", exc_info=err, extra={"user": 7})
    return waiting.get(timeout=5)


@pytest.mark.parametrize("make", [failed, plain])
def test_a_thread_gets_the_error_itself(make):
    """A queue between threads carries the very same object."""
    err = make()
    record = through(QueueHandler, queue.SimpleQueue(), err)
    assert record.exc_info[1] is err
    assert (record.message, record.args, record.user) == ("serve request", None, 7)


@pytest.mark.parametrize("make", [failed, plain])
def test_a_process_gets_the_chain(make):
    """A queue between processes carries texts, places, types and fields."""
    err = make()
    record = pickle.loads(pickle.dumps(through(QueueHandler, queue.SimpleQueue(), err)))
    kind, arrived, traceback = record.exc_info
    assert stackerr.compact(arrived) == stackerr.compact(err)
    assert stackerr.fields(arrived) == stackerr.fields(err)
    assert (kind, traceback) == (type(arrived), None)
    assert stackerr.is_err(arrived, stackerr.cause(err).__class__)


def test_what_cannot_be_pickled_is_no_obstacle():
    """A lock in an error's arguments, or in its fields, arrives as its repr."""
    err = stackerr.wrap(ValueError("locked", threading.Lock()), "save", lock=threading.Lock())
    record = pickle.loads(pickle.dumps(through(QueueHandler, queue.SimpleQueue(), err)))
    assert str(record.exc_info[1]).startswith("save: ('locked', <unlocked _thread.lock")


def test_a_record_without_an_error_has_none_on_arrival():
    """Nothing is made up."""
    assert through(QueueHandler, queue.SimpleQueue(), None).exc_info is None


def test_the_original_record_is_not_changed():
    """Other handlers of the sender still find its arguments and its error."""
    err = failed()
    record = logging.makeLogRecord({"msg": "serve %s", "args": ("x",), "exc_info": (type(err), err, None)})
    QueueHandler(queue.SimpleQueue()).prepare(record)
    assert (record.msg, record.args, record.exc_info[1]) == ("serve %s", ("x",), err)
    assert record.exc_text is None


@pytest.mark.parametrize("ours_first", [True, False])
def test_a_listener_lets_each_handler_format_as_it_likes(ours_first):
    """Behind a QueueListener a plain formatter prints a traceback and ours its line, in either order."""
    waiting, outs, handlers = queue.SimpleQueue(), [], []
    for formatter in (Formatter(FORMAT), logging.Formatter(FORMAT)):
        outs.append(io.StringIO())
        handlers.append(logging.StreamHandler(outs[-1]))
        handlers[-1].setFormatter(formatter)
    listener = logging.handlers.QueueListener(waiting, *(handlers if ours_first else handlers[::-1]))
    listener.start()
    logger = logging.Logger("service")
    logger.addHandler(QueueHandler(waiting))
    err = failed()
    logger.error("serve", exc_info=err)
    listener.stop()
    assert outs[0].getvalue() == f"ERROR serve: {stackerr.compact(err)}\n"
    assert "Traceback (most recent call last)" in outs[1].getvalue()


def test_the_plain_queue_handler_carries_the_line_with_our_formatter():
    """With `logging.handlers.QueueHandler` the text is all that travels: give that handler the formatter."""
    waiting = queue.SimpleQueue()
    handler = logging.handlers.QueueHandler(waiting)
    handler.setFormatter(Formatter("%(message)s"))
    logger = logging.Logger("service")
    logger.addHandler(handler)
    err = failed()
    logger.error("serve", exc_info=err)
    assert waiting.get().message == f"serve: {stackerr.compact(err)}"


def work(waiting):
    """What a worker process does: it fails, and logs that."""
    logger = logging.getLogger("worker")
    logger.propagate = False
    logger.addHandler(QueueHandler(waiting))
    logger.error("work", exc_info=failed())
    logger.error("start", exc_info=plain())


def test_worker_processes_log_through_a_queue(monkeypatch, pytestconfig):
    """What a spawned process logs reads in the parent as it did in the child."""
    monkeypatch.syspath_prepend(pytestconfig.rootpath)  # the worker imports this file by its full name
    context = multiprocessing.get_context("spawn")
    waiting = context.Queue()
    worker = context.Process(target=work, args=(waiting,))
    worker.start()
    lines = [Formatter(FORMAT).format(waiting.get(timeout=60)) for _ in range(2)]
    worker.join(60)
    assert worker.exitcode == 0
    assert lines == [f"ERROR work: {stackerr.compact(failed())}", f"ERROR start: {stackerr.compact(plain())}"]


def test_multiprocessing_has_a_logger_of_its_own():
    """`multiprocessing.get_logger()` takes the formatter like any other."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Formatter("[%(processName)s] %(message)s"))
    logger = multiprocessing.get_logger()
    logger.addHandler(handler)
    try:
        logger.error("worker died", exc_info=failed())
    finally:
        logger.removeHandler(handler)
    assert out.getvalue() == f"[MainProcess] worker died: {stackerr.compact(failed())}\n"


def test_a_socket_carries_the_chain():
    """What the receiver of the standard library's cookbook makes of it has the error."""
    received = queue.SimpleQueue()

    class Receiver(socketserver.StreamRequestHandler):
        def handle(self):
            (length,) = struct.unpack(">L", self.rfile.read(4))
            received.put(logging.makeLogRecord(pickle.loads(self.rfile.read(length))))

    with socketserver.TCPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        handler = SocketHandler("127.0.0.1", server.server_address[1])
        logger = logging.Logger("service")
        logger.addHandler(handler)
        err = failed()
        logger.error("serve %s", "request", exc_info=err)
        record = received.get(timeout=10)
        handler.close()
        thread.join(10)
    assert Formatter(FORMAT).format(record) == f"ERROR serve request: {stackerr.compact(err)}"
