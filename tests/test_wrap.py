"""The verbs: each adds what it says, at the caller's place, and tells bad use from bad luck."""

import sys
import threading

import pytest

import stackerr
from stackerr import (
    Error,
    compact,
    configure,
    errorf,
    fields,
    frames,
    join,
    mark,
    new,
    opaque,
    with_message,
    with_stack,
    wrap,
    wrapf,
    wrapping,
)
from strategies import ErrSample


def line():
    """The caller's line."""
    return sys._getframe(1).f_lineno


def wrapped_in_block():
    try:
        with wrapping("m"):
            raise KeyError("id")
    except KeyError as err:
        return err


CONSTRUCTORS = {
    "new": lambda: (new("m"), line()),
    "errorf": lambda: (errorf("m %s", 1), line()),
    "Error": lambda: (Error("m"), line()),
    "Sentinel": lambda: (ErrSample("m"), line()),
    "wrap": lambda: (wrap(KeyError(), "m"), line()),
    "wrapf": lambda: (wrapf(KeyError(), "m %s", 1), line()),
    "with_stack": lambda: (with_stack(KeyError()), line()),
    "mark": lambda: (mark(KeyError(), ErrSample), line()),
    "opaque": lambda: (opaque(KeyError(), "m"), line()),
    "join": lambda: (join(KeyError()), line()),
    "ErrorGroup": lambda: (stackerr.ErrorGroup("m", [KeyError()]), line()),
}


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_every_constructor_points_at_its_caller(name):
    """The place is the caller's file, line and function, never one of the library's own."""
    err, number = CONSTRUCTORS[name]()
    frame = frames(err)[0]
    assert (frame.file, frame.line, frame.function) == (__file__, number, "<lambda>")


STACKLEVELS = {
    "new": lambda level: new("m", stacklevel=level),
    "errorf": lambda level: errorf("m", stacklevel=level),
    "wrap": lambda level: wrap(KeyError(), "m", stacklevel=level),
    "wrapf": lambda level: wrapf(KeyError(), "m", stacklevel=level),
    "with_stack": lambda level: with_stack(KeyError(), stacklevel=level),
    "mark": lambda level: mark(KeyError(), ErrSample, stacklevel=level),
    "opaque": lambda level: opaque(KeyError(), "m", stacklevel=level),
}


@pytest.mark.parametrize("name", STACKLEVELS)
def test_stacklevel_points_further_up(name):
    """2 is the caller's caller; more than there are frames is the outermost; less than 1 is 1."""

    def helper(level):
        return STACKLEVELS[name](level)

    assert frames(helper(2))[0].function.endswith("helper")
    assert frames(helper(3))[0].function == "test_stacklevel_points_further_up"
    assert frames(helper(10_000))[0].function in ("<module>", "_run_module_as_main")
    assert frames(helper(0))[0].function == "<lambda>"


@pytest.mark.parametrize("verb", [wrap, wrapf, with_message, opaque])
def test_none_in_none_out(verb):
    """There is nothing to wrap in None."""
    assert verb(None, "m") is None


def test_none_in_none_out_for_the_others():
    """The same for the verbs with other arguments."""
    assert with_stack(None) is None
    assert mark(None, ErrSample) is None


VERBS = {
    "wrap": wrap,
    "wrapf": wrapf,
    "with_message": with_message,
    "opaque": opaque,
    "with_stack": lambda err, _: with_stack(err),
    "mark": lambda err, _: mark(err, ErrSample),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
class TestBadUse:
    """What is no exception is refused with a text that says what to do."""

    def test_something_else(self, verb):
        """The text shows what was given."""
        with pytest.raises(TypeError, match="only an exception or None can be wrapped, not 'boom'"):
            verb("boom", "m")

    def test_a_class(self, verb):
        """The text shows how to make an instance."""
        with pytest.raises(TypeError, match=r"ValueError is a class.*write ValueError\(…\)"):
            verb(ValueError, "m")


def test_a_mark_that_is_no_exception_class_is_refused():
    """An instance or a name will not do."""
    for target in ("ErrSample", ErrSample(), int):
        with pytest.raises(TypeError, match=r"mark\(\) takes an exception class"):
            mark(KeyError(), target)


class TestFormats:
    """A message that fails must not hide the failure."""

    def test_without_arguments_it_is_literal(self):
        """A percent sign needs no escape."""
        assert str(wrapf(KeyError("id"), "100% of %s")) == "100% of %s: 'id'"
        assert str(errorf("100%")) == "100%"

    def test_a_mapping_is_read_by_name(self):
        """A single dict serves named placeholders, as in logging."""
        assert str(errorf("load %(id)s", {"id": 42})) == "load 42"

    @pytest.mark.parametrize(
        ("format", "args"), [("%s %s", (1,)), ("%d", ("x",)), ("no placeholder", (1,)), ("%(a)s", (1,))]
    )
    def test_what_does_not_fit_is_said_and_the_error_is_wrapped(self, format, args):
        """The text has the format, the reason and the arguments."""
        text = str(wrapf(KeyError("id"), format, *args))
        assert text.startswith(f"{format} <bad format: ")
        assert text.endswith(f"; arguments {args!r}>: 'id'")

    def test_an_argument_whose_str_raises(self):
        """Its class and what it raised stand in the text."""

        class Hostile:
            def __str__(self):
                raise RuntimeError("no")

        assert "bad format: no" in str(wrapf(KeyError("id"), "load %s", Hostile()))

    def test_a_message_that_is_no_text_is_made_one(self):
        """Type checkers refuse it; at run time the error counts more."""
        assert str(wrap(KeyError("id"), 42)) == "42: 'id'"
        assert str(wrapf(KeyError("id"), 42)) == "42: 'id'"
        assert str(new(42)) == "42"


def test_with_message_has_no_place_and_with_stack_no_message():
    """Each adds its half."""
    assert frames(with_message(KeyError("id"), "m")) == []
    assert str(with_message(KeyError("id"), "m", key=1)) == "m: 'id'"
    assert str(with_stack(KeyError("id"))) == "'id'"
    assert len(frames(with_stack(KeyError("id")))) == 1


def test_a_mark_brings_the_fields_of_the_sentinel():
    """Those given at the call win."""
    assert fields(mark(KeyError(), ErrSample)) == {"code": "sample"}
    assert fields(mark(KeyError(), ErrSample, "m", code="mine")) == {"code": "mine"}
    assert str(mark(KeyError("id"), ErrSample, "m")) == "m: 'id'"


def test_a_mark_on_an_error_of_that_kind_and_of_a_base():
    """A class that is there already, or a subclass of the error's own, can be added too."""
    assert str(mark(ErrSample(), ErrSample)) == "sample"
    assert isinstance(mark(new("x"), ErrSample), ErrSample)
    assert isinstance(mark(mark(KeyError(), ErrSample), OSError), (ErrSample, OSError))


def test_a_mark_that_cannot_be_mixed_in_is_still_matched():
    """Two classes with C state of their own have no common subclass; `is_err` finds the mark all the same."""
    err = mark(OSError(2, "No"), SyntaxError, "m")
    assert isinstance(err, OSError)
    assert stackerr.is_err(err, SyntaxError)
    assert str(err) == "m: [Errno 2] No"


def test_an_opaque_error_is_plain_and_shown_by_ordinary_tracebacks():
    """It is an `Error`; Python's own cause is set so that nothing is lost to the reader."""
    inner = KeyError("id")
    err = opaque(inner, "bad", key=1)
    assert type(err) is Error
    assert err.__cause__ is inner
    assert fields(err) == {"key": 1}


class TestStacks:
    """The first layer saves the calls that led there; later ones in the same thread save their place only."""

    def test_the_first_layer_saves_the_stack(self):
        """The next has its place alone."""
        inner = wrap(KeyError("id"), "inner")
        outer = wrap(inner, "outer")
        first, second = stackerr.chain(outer)[1], stackerr.chain(outer)[0]
        assert first.callers
        assert second.callers == ()

    def test_another_thread_saves_its_own(self):
        """What led there is different there."""
        inner, found = wrap(KeyError("id"), "inner"), []
        thread = threading.Thread(target=lambda: found.append(wrap(inner, "outer")))
        thread.start()
        thread.join()
        assert stackerr.chain(found[0])[0].callers

    @pytest.mark.parametrize("depth", [0, 1, 3])
    def test_the_depth_is_settable(self, depth):
        """At 0 only places are saved."""
        configure(stack_depth=depth)
        try:
            link = stackerr.chain(wrap(KeyError("id"), "m"))[0]
            assert link.frame is not None
            assert len(link.callers) == max(0, depth - 1)
            assert len(stackerr.chain(new("m"))[0].callers) == max(0, depth - 1)
        finally:
            configure(stack_depth=32)


def test_one_line_shows_the_way_from_the_boundary_to_the_root():
    """Places are outermost first, and the last is where the root was raised."""
    err = wrapped_in_block()
    text = compact(wrap(err, "outer"))
    assert text.startswith("outer: m: 'id' (KeyError) [")
    assert text.count("test_wrap.py:") == 2
