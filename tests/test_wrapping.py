"""`wrapping`: whatever leaves a block or a function is wrapped, and nothing else is touched."""

import asyncio
import concurrent.futures
import contextlib
import inspect

import pytest

import stackerr
from stackerr import chain, compact, fields, frames, wrapping


def fail(error=FileNotFoundError(2, "No")):
    raise error


class TestBlock:
    """As a context manager."""

    def test_what_leaves_is_wrapped(self):
        """Message, fields and type are there."""
        with (
            pytest.raises(FileNotFoundError, match=r"^load run 42: \[Errno 2\] No$") as caught,
            wrapping("load run %s", 42, run_id=42),
        ):
            fail()
        assert fields(caught.value) == {"run_id": 42}

    def test_the_place_is_the_line_that_failed(self):
        """Not that of the `with`, which the message names already."""
        try:
            with wrapping("m"):
                number = inspect.currentframe().f_lineno + 1
                fail()
        except OSError as err:
            assert frames(err)[0].line == number
            assert frames(err)[0].function.endswith("test_the_place_is_the_line_that_failed")

    def test_the_text_is_built_only_on_failure(self):
        """An argument's `str` costs nothing when nothing fails."""

        class Dear:
            def __str__(self):
                raise AssertionError("built")

        with wrapping("load %s", Dear()):
            pass

    def test_it_gives_none_and_swallows_nothing(self):
        """There is nothing to do with it but to enter it."""
        with wrapping("m") as given:
            assert given is None

    def test_it_can_be_entered_again_and_inside_of_itself(self):
        """It has no state."""
        boundary = wrapping("m")
        with pytest.raises(KeyError, match="m: m: 'id'"), boundary, boundary:
            fail(KeyError("id"))
        with boundary:
            pass

    def test_an_exit_stack_takes_it(self):
        """The place is still that of the caller's own line."""
        with pytest.raises(KeyError) as caught, contextlib.ExitStack() as stack:
            stack.enter_context(wrapping("m"))
            fail(KeyError("id"))
        assert compact(caught.value).startswith("m: 'id' (KeyError) [")
        assert frames(caught.value)[0].file == __file__

    def test_called_by_hand_without_a_traceback(self):
        """The place is where it was called."""
        with pytest.raises(KeyError) as caught:
            wrapping("m").__exit__(KeyError, KeyError("id"), None)
        assert frames(caught.value)[0].function == "TestBlock.test_called_by_hand_without_a_traceback"

    def test_one_layer_over_each_other_have_fields_of_their_own(self):
        """A shared boundary does not share a dictionary."""
        boundary = wrapping("m", key=1)
        errors = []
        for _ in range(2):
            try:
                with boundary:
                    fail(KeyError("id"))
            except KeyError as err:
                errors.append(err)
        assert chain(errors[0])[0].fields is not chain(errors[1])[0].fields

    def test_an_error_that_cannot_be_copied_passes_with_its_layer(self):
        """The same object goes on; no frame of ours is added to its traceback."""
        from test_law import SealedError

        err = SealedError("x")
        with pytest.raises(SealedError) as caught, wrapping("m"):
            raise err
        assert caught.value is err
        assert [link.message for link in chain(err)] == ["m", "x"]


CONTROL_FLOW = [
    KeyboardInterrupt(),
    SystemExit(3),
    GeneratorExit(),
    StopIteration(),
    StopAsyncIteration(),
    asyncio.CancelledError(),
    concurrent.futures.CancelledError(),
]


@pytest.mark.parametrize("err", CONTROL_FLOW, ids=lambda err: f"{type(err).__module__}.{type(err).__name__}")
def test_control_flow_passes_as_it_is(err):
    """The same object leaves block and function, without a layer."""

    @wrapping("m")
    def function():
        raise err

    for call in (function, lambda: fail(err)):
        with pytest.raises(type(err)) as caught, wrapping("m"):
            call()
        assert caught.value is err
    assert len(chain(err)) == 1


class TestDecorator:
    """As a decorator on every kind of function."""

    def test_a_function_and_the_arguments_of_the_call_by_name(self):
        """Positional, keyword and default arguments, and those in `**keywords`, are read."""

        @wrapping("load %(run_id)s from %(source)s with %(extra)s", kind="run")
        def load(run_id, source="etcd", **more):
            """Load a run."""
            raise KeyError("id")

        with pytest.raises(
            KeyError, match="^\"load 42 from etcd with 1: 'id'\"$|^load 42 from etcd with 1: 'id'$"
        ) as caught:
            load(42, extra=1)
        assert fields(caught.value) == {"kind": "run"}
        assert frames(caught.value)[0].function.endswith("load")
        assert (load.__name__, load.__doc__) == ("load", "Load a run.")

    def test_without_a_name_in_it_the_text_is_literal(self):
        """A percent sign needs no escape."""

        @wrapping("100% sure")
        def function():
            raise KeyError("id")

        with pytest.raises(KeyError, match="100% sure: 'id'"):
            function()

    def test_placeholders_can_be_filled_beforehand(self):
        """Arguments of the decorator go before those of the call."""

        @wrapping("load %s", "runs")
        def function(run_id):
            raise KeyError("id")

        with pytest.raises(KeyError, match="load runs: 'id'"):
            function(1)

    def test_a_call_with_wrong_arguments(self):
        """The TypeError says so, and the text what could not be filled in."""

        @wrapping("load %(run_id)s")
        def function(run_id):
            return run_id

        with pytest.raises(TypeError, match=r"^load %\(run_id\)s <bad format: .*missing 1 required"):
            function()
        assert function(3) == 3

    def test_methods_of_every_kind(self):
        """Static and class methods too, on either side of the other decorator."""

        class Store:
            @wrapping("get %(key)s")
            def get(self, key):
                raise KeyError(key)

            @wrapping("open %(path)s")
            @classmethod
            def open(cls, path):
                raise OSError(path)

            @staticmethod
            @wrapping("check %(x)s")
            def check(x):
                raise ValueError(x)

            @wrapping("check %(x)s")
            @staticmethod
            def check_too(x):
                raise ValueError(x)

        for call, text in [
            (lambda: Store().get("k"), "get k: 'k'"),
            (lambda: Store.open("p"), "open p: p"),
            (lambda: Store.check(1), "check 1: 1"),
            (lambda: Store.check_too(1), "check 1: 1"),
        ]:
            with pytest.raises(Exception) as caught:
                call()
            assert str(caught.value) == text

    def test_a_coroutine_function(self):
        """It stays one, and its answer comes through."""

        @wrapping("fetch %(key)s")
        async def fetch(key):
            await asyncio.sleep(0)
            if key == "bad":
                raise ConnectionError("refused")
            return key

        assert inspect.iscoroutinefunction(fetch)
        assert asyncio.run(fetch("good")) == "good"
        with pytest.raises(ConnectionError, match="fetch bad: refused") as caught:
            asyncio.run(fetch("bad"))
        assert frames(caught.value)[0].function.endswith("fetch")

    def test_a_generator(self):
        """Values, `send`, `throw`, `close` and the return value go through."""
        closed = []

        @wrapping("page %(n)s")
        def pages(n):
            try:
                got = yield 1
                try:
                    yield got
                except LookupError as err:
                    yield err
                if n:
                    raise OSError("disk")
                return "done"
            finally:
                closed.append(n)

        assert inspect.isgeneratorfunction(pages)
        generator = pages(0)
        assert next(generator) == 1
        assert generator.send("x") == "x"
        assert isinstance(generator.throw(KeyError("k")), KeyError)
        with pytest.raises(StopIteration) as stop:
            next(generator)
        assert stop.value.value == "done"
        with pytest.raises(OSError, match="page 1: disk"):
            list(pages(1))
        generator = pages(2)
        next(generator)
        generator.close()
        assert closed == [0, 1, 2]

    def test_an_async_generator(self):
        """Values, `asend`, `athrow` and `aclose` go through."""
        closed = []

        @wrapping("stream %(n)s")
        async def stream(n):
            try:
                got = yield 1
                try:
                    yield got
                except LookupError as err:
                    yield err
                if n == 1:
                    raise OSError("disk")
            finally:
                closed.append(n)

        async def main():
            generator = stream(0)
            assert await anext(generator) == 1
            assert await generator.asend("x") == "x"
            assert isinstance(await generator.athrow(KeyError("k")), KeyError)
            assert [item async for item in generator] == []
            with pytest.raises(OSError, match="stream 1: disk"):
                async for _ in stream(1):
                    pass
            generator = stream(2)
            await anext(generator)
            await generator.aclose()

        assert inspect.isasyncgenfunction(stream)
        asyncio.run(main())
        assert closed == [0, 1, 2]

    @pytest.mark.parametrize("kind", ["function", "coroutine", "generator", "async generator"])
    def test_callables_without_code_of_their_own(self, kind):
        """A partial is asked what it is."""
        import functools

        def function():
            raise KeyError("id")

        async def coroutine():
            raise KeyError("id")

        def generator():
            yield
            raise KeyError("id")

        async def async_generator():
            yield
            raise KeyError("id")

        async def drain(items):
            return [item async for item in items]

        run = {
            "function": (function, lambda call: call()),
            "coroutine": (coroutine, lambda call: asyncio.run(call())),
            "generator": (generator, lambda call: list(call())),
            "async generator": (async_generator, lambda call: asyncio.run(drain(call()))),
        }
        made, use = run[kind]
        with pytest.raises(KeyError, match="m: 'id'"):
            use(wrapping("m")(functools.partial(made)))

    @pytest.mark.parametrize("thing", [3, "f", ValueError, None])
    def test_what_is_no_function_is_refused(self, thing):
        """Classes too: which of their methods would be meant?"""
        with pytest.raises(TypeError, match="@wrapping decorates functions and methods, not"):
            wrapping("m")(thing)

    def test_no_frame_of_ours_is_a_place(self):
        """Neither in places nor in stacks nor in detail."""

        @wrapping("outer")
        def function():
            with wrapping("inner"):
                raise KeyError("id")

        with pytest.raises(KeyError) as caught:
            function()
        own = stackerr.__file__.rpartition("/")[0]
        for link in chain(caught.value):
            assert not any(frame.file.startswith(own) for frame in (link.frame, *link.callers))
        assert own not in stackerr.detailed(caught.value)
