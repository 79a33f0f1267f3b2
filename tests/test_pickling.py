"""A chain arrives whole: through pickle, copy, threads, tasks and processes."""

import asyncio
import concurrent.futures
import copy
import multiprocessing
import pickle
import threading

import pytest
from hypothesis import given

import stackerr
import strategies
from stackerr import chain, compact, detailed, fields, join, new, opaque, unwrap, walk, wrap, wrapping


def texts(err):
    return [(link.message, link.type, link.fields, link.notes) for link in chain(err)]


def places(err):
    return [link.frame for link in chain(err)]


@given(strategies.errors)
def test_any_chain_comes_back_from_pickle(err):
    """Texts, types, fields, notes and places of each link are what they were; so is the line."""
    twin = pickle.loads(pickle.dumps(wrap(err, "top", key=1)))
    original = wrap(err, "top", key=1)
    assert texts(twin) == texts(original)
    assert places(twin)[1:] == places(original)[1:]
    assert str(twin) == str(original)


@given(strategies.errors)
def test_any_chain_comes_back_from_deepcopy(err):
    """A deep copy shares nothing and says the same."""
    wrapped = wrap(err, "top")
    twin = copy.deepcopy(wrapped)
    assert texts(twin) == texts(wrapped)
    assert not {id(node) for node in walk(twin)} & {id(node) for node in walk(wrapped)}


def test_a_shallow_copy_has_the_same_cause():
    """Of a wrap, of an error of ours and of a group."""
    for err in (wrap(KeyError("id"), "m", key=1), new("m", key=1), join(KeyError("id"))):
        err.__cause__ = err.__cause__ or KeyError("below")
        twin = copy.copy(err)
        assert twin is not err
        assert twin.__cause__ is err.__cause__
        assert compact(twin) == compact(err)


def test_a_plain_cause_below_survives():
    """Pickle alone would drop it."""
    try:
        raise strategies.PlainError("upper") from KeyError("lower")
    except strategies.PlainError as err:
        twin = pickle.loads(pickle.dumps(wrap(err, "m")))
    assert [str(node) for node in walk(twin)] == ["m: upper", "upper", "'lower'"]


def test_what_opaque_hides_survives():
    """And stays hidden."""
    twin = pickle.loads(pickle.dumps(opaque(KeyError("id"), "bad")))
    assert unwrap(twin) is None
    assert "'id' (KeyError)" in detailed(twin)


def test_a_field_that_cannot_be_pickled_becomes_its_text():
    """A lock among the fields must not hide the error."""
    twin = pickle.loads(pickle.dumps(wrap(KeyError("id"), "m", lock=threading.Lock(), key=(1, 2))))
    assert fields(twin)["lock"].startswith("<unlocked _thread.lock object")
    assert fields(twin)["key"] == (1, 2)


class PickledError(Exception):
    """One that says itself how it is pickled."""

    def __init__(self, text):
        super().__init__(text)
        self.lock = threading.Lock()

    def __reduce__(self):
        return PickledError, self.args


def test_a_class_with_pickling_of_its_own_keeps_it():
    """Its author knows what cannot be pickled."""
    twin = pickle.loads(pickle.dumps(wrap(wrap(PickledError("x"), "inner"), "outer", key=1)))
    assert isinstance(twin, PickledError)
    assert str(twin) == "outer: inner: x"
    assert fields(twin) == {"key": 1}


class OurPickledError(stackerr.Error):
    """One of ours that says itself how it is pickled."""

    def __init__(self, text, lock=None):
        super().__init__(text)
        self.lock = threading.Lock()

    def __reduce__(self):
        return OurPickledError, self.args


class OurPickledGroup(stackerr.ErrorGroup):
    """The same for a group."""

    def __reduce__(self):
        return OurPickledGroup, (self.message, self.exceptions)


def test_errors_of_ours_may_have_pickling_of_their_own_too():
    """Alone and under a wrap."""
    for err in (OurPickledError("x"), OurPickledGroup("g", [KeyError("id")])):
        for original in (err, wrap(err, "m")):
            twin = pickle.loads(pickle.dumps(original))
            assert isinstance(twin, type(err))
            assert str(twin) == str(original)


def test_attributes_set_on_the_wrapped_error_survive():
    """They are its own."""
    wrapped = wrap(KeyError("id"), "m")
    wrapped.retry = 3
    wrapped.add_note("note")
    twin = pickle.loads(pickle.dumps(wrapped))
    assert twin.retry == 3
    assert chain(twin)[0].notes == ("note",)
    assert not hasattr(unwrap(twin), "retry")


def work(key):
    with wrapping("read object %s", key, key=key):
        raise FileNotFoundError(2, "No such file", key)


def check_arrival(err):
    assert isinstance(err, FileNotFoundError)
    assert err.filename == "runs/42"
    assert [link.message for link in chain(err)][:1] == ["read object runs/42"]
    assert fields(err) == {"key": "runs/42"}
    assert compact(err).startswith("read object runs/42: [Errno 2] No such file: 'runs/42' [")
    assert compact(err).endswith("test_pickling.py:" + str(work.__code__.co_firstlineno + 2) + "]")


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_from_a_process_pool(method):
    """Its places too, in one line and without the pool's traceback text."""
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        err = pool.submit(work, "runs/42").exception()
    check_arrival(err)


def test_from_a_multiprocessing_pool():
    """The other kind of pool hangs its traceback on errors in another way."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        try:
            pool.apply_async(work, ("runs/42",)).get(60)  # a pool waits for ever for a worker that could not begin
        except FileNotFoundError as err:
            check_arrival(err)
        pool.close()
        pool.join()


def make_error(text):
    try:
        raise KeyError("id")
    except KeyError as e:
        raise stackerr.Error(text, key=1) from e


def test_an_error_of_ours_from_a_process_pool_keeps_its_cause():
    """The pool overwrites the cause; the origin knows the real one."""
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        err = pool.submit(make_error, "bad").exception()
    assert [str(node) for node in walk(err)] == ["bad", "'id'"]


def test_from_threads_and_tasks():
    """The same object arrives, whole."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        check_arrival(pool.submit(work, "runs/42").exception())

    async def main():
        with pytest.raises(FileNotFoundError) as caught:
            await asyncio.to_thread(work, "runs/42")
        check_arrival(caught.value)
        with pytest.raises(ExceptionGroup) as group, wrapping("run tasks"):
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(asyncio.to_thread(work, "runs/42"))
        check_arrival(group.value.exceptions[0])
        assert compact(group.value).startswith(
            "run tasks: unhandled errors in a TaskGroup: 1 error: (read object runs/42: "
        )

    asyncio.run(main())
