"""The one line: always one, never an exception, and it says everything that fits."""

import time
import tracemalloc

import pytest
from hypothesis import given

import stackerr
import strategies
from stackerr import compact, detailed, is_err, join, new, to_dict, wrap
from stackerr._places import place_text

LINE_BREAKS = set("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


@given(strategies.errors)
def test_any_error_is_one_line(err):
    """Rendering never raises; `compact` has no line break and no control character."""
    line = compact(err)
    assert line
    assert line.isprintable()
    assert not LINE_BREAKS & set(line)
    assert detailed(err)
    assert to_dict(err, detailed=True)


@given(strategies.hostile_texts, strategies.hostile_texts)
def test_any_text_is_shown_escaped(message, root):
    """What is printable is there as it is; the rest cannot forge a line."""
    line = compact(wrap(ValueError(root), message))
    assert line.isprintable()
    if message and message.isprintable() and len(message) < 1000:
        assert line.startswith(f"{message}: ")


@given(strategies.errors)
def test_the_line_says_what_the_links_say(err):
    """The line is made without links: its places and fields are theirs all the same."""
    told, links = stackerr.describe(err), stackerr.chain(err)
    merged = {}
    for link in reversed(links):
        merged.update(link.fields)
    assert told["fields"].keys() == merged.keys()
    assert told["type"] == links[0].type
    places = [place_text(link.frame) for link in links if link.frame is not None]
    assert told["chain"] == [place for place, above in zip(places, [None, *places]) if place != above]
    assert compact(err).startswith(told["message"])


class TestLengths:
    """Chains and groups of any size."""

    def chain_of(self, count):
        err = KeyError("id")
        for number in range(count):
            err = wrap(err, f"layer {number}")
        return err

    def test_five_thousand_links(self):
        """Every question and every outlet answers, and the line is short."""
        import copy
        import pickle

        err = self.chain_of(5000)
        assert str(err).count("layer") == 5000
        assert compact(err).count("layer") == 31
        assert "… 4969 more …" in compact(err)
        assert "more …" in detailed(err)
        assert is_err(err, KeyError)
        assert not is_err(err, OSError)
        assert len(to_dict(err)["chain"]) == 5001
        assert str(stackerr.cause(err)) == "'id'"
        for twin in (copy.copy(err), copy.deepcopy(err), pickle.loads(pickle.dumps(err))):
            assert str(twin) == str(err)
        assert str(stackerr.from_dict(to_dict(err))) == str(err)

    def test_memory_is_linear(self):
        """Five thousand links in one chain take no more than in a hundred chains."""

        def size_of(chains, links):
            tracemalloc.start()
            made = [self.chain_of(links) for _ in range(chains)]
            size, _ = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert len(made) == chains
            return size

        size_of(100, 50)
        assert size_of(1, 5000) < 1.2 * size_of(100, 50)

    def test_a_group_of_ten_thousand(self):
        """Five are shown, the rest is counted."""
        err = join(*[ValueError(number) for number in range(10_000)])
        assert compact(err).startswith("10000 errors: (0; 1; 2; 3; 4; … 9995 more) [")
        assert "… 9980 more" in detailed(err)
        assert to_dict(err)["chain"][0]["more_errors"] == 9900
        assert str(err).endswith("; … 9900 more")

    def test_groups_in_groups(self):
        """However deep, the line ends."""
        err = ValueError("leaf")
        for _ in range(200):
            err = ExceptionGroup("g", [err])
        assert compact(err).count("g: 1 error") == 5
        assert len(detailed(err).splitlines()) < 50
        assert to_dict(err)

    def test_a_message_of_megabytes(self):
        """It is cut, and what was cut is counted; fast."""
        begin = time.perf_counter()
        line = compact(wrap(ValueError("x\n" * 3_000_000), "m"))
        assert "more characters" in line
        assert len(line) < 5000
        assert time.perf_counter() - begin < 5

    def test_cycles(self):
        """A chain that bites its tail is printed once."""
        first, second = ValueError("first"), ValueError("second")
        first.__cause__, second.__cause__ = second, first
        assert compact(first) == "first: second"
        group = ExceptionGroup("g", [first])
        first.__cause__ = group
        assert "ValueError …" in detailed(group) or "ExceptionGroup …" in detailed(group)
        assert compact(group)
        assert to_dict(group)


def test_an_error_without_text_shows_its_type():
    """In the line and in detail."""
    assert compact(ValueError()) == "ValueError"
    assert compact(wrap(ValueError(), "m")).startswith("m: ValueError [")
    assert detailed(ValueError()) == "ValueError"


def test_a_key_error_shows_its_type():
    """A key alone says nothing."""
    assert compact(KeyError("id")) == "'id' (KeyError)"


class Hostile:
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


class HostileError(Exception):
    def __str__(self):
        raise KeyboardInterrupt

    __repr__ = __str__


def test_hostile_texts_are_survived():
    """Messages, arguments, fields, notes and codes that raise."""
    err = wrap(HostileError(), "m", key=Hostile(), hint=Hostile(), public=Hostile(), code="c")
    err.__notes__ = [Hostile(), "note"]
    assert "<HostileError: str() raised KeyboardInterrupt>" in compact(err)
    assert "key=<Hostile: repr() raised RuntimeError>" in detailed(err)
    assert "note: <Hostile: str() raised RuntimeError>" in detailed(err)
    assert to_dict(err)["fields"]["key"] == "<Hostile: repr() raised RuntimeError>"
    assert stackerr.hints(err) == ["<Hostile: str() raised RuntimeError>"]
    assert stackerr.public_message(err) == "<Hostile: str() raised RuntimeError>"


@pytest.mark.parametrize("notes", [3, "text", None, {"a": 1}])
def test_notes_that_are_no_list_are_left_out(notes):
    """Somebody has put something else there."""
    err = ValueError("x")
    err.__notes__ = notes
    assert stackerr.chain(wrap(err, "m"))[1].notes == ()
    assert detailed(wrap(err, "m"))


def test_a_text_that_repeats_its_cause_is_shown_once():
    """`raise X(f"…: {e}") from e` is common; layers of ours are never left out."""
    try:
        raise RuntimeError("load: no such run") from KeyError("no such run")
    except RuntimeError as err:
        assert compact(err).startswith("load: no such run: 'no such run' (KeyError) [")
    try:
        raise RuntimeError("load: disk full") from OSError("disk full")
    except RuntimeError as err:
        assert compact(err).startswith("load: disk full [")
    assert compact(stackerr.with_message(ValueError("x"), "x")) == "x: x"


def test_an_unrelated_context_is_named():
    """What was being handled stands in brackets, without its places."""
    try:
        try:
            raise KeyError("session")
        except KeyError:
            raise OSError("disk")
    except OSError as err:
        assert compact(err).startswith("disk (while handling: 'session' (KeyError)) [")


def test_format_of_errors():
    """`f"{err}"` and `f"{err:+}"`; other specs are those of text."""
    for err in (new("m"), wrap(KeyError("id"), "m"), join(KeyError("id"))):
        assert f"{err}" == str(err)
        assert f"{err:+}" == detailed(err)
        assert f"{err:>40}" == f"{str(err):>40}"


@pytest.mark.parametrize("thing", [None, "text", 3, ValueError])
def test_what_is_no_exception_is_shown_all_the_same(thing):
    """Printing never raises, whatever a logger hands over."""
    assert compact(thing) == detailed(thing) == str(thing)


def test_the_programs_own_line_stands_before_the_librarys():
    """An error raised inside of a library shows where the program called it."""
    import json

    try:
        json.loads("{")
    except ValueError as err:
        line = compact(err)
    own, library = line.rpartition("[")[2].rstrip("]").split(" > ")
    assert own.endswith(
        f"test_text.py:{test_the_programs_own_line_stands_before_the_librarys.__code__.co_firstlineno + 5}"
    )
    assert library.startswith("json/decoder.py:")


def test_an_error_that_stackerr_raises_points_at_its_caller():
    """The library's own frames are no place."""
    with pytest.raises(TypeError) as caught:
        wrap(42, "m")
    (place,) = stackerr.describe(caught.value)["chain"]
    assert "test_text.py:" in place


def test_what_was_being_handled_is_told_one_step_back():
    """A handler that failed while handling a failed handler: the line does not go on for ever."""
    try:
        try:
            try:
                raise KeyError("first")
            except KeyError:
                raise OSError("second")
        except OSError:
            raise ValueError("third")
    except ValueError as err:
        assert compact(err).startswith("third (while handling: second) [")


def test_a_cause_without_a_text_shows_its_type_below_a_text():
    """Nothing is taken for a repetition of the words above."""
    err = RuntimeError("save failed")
    err.__cause__ = OSError()
    assert compact(err) == "save failed: OSError"
