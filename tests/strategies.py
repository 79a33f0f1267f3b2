"""Hypothesis strategies for errors: many classes, chains, groups, hostile texts, fields and notes."""

from hypothesis import strategies as st

import stackerr


class PlainError(Exception):
    """An ordinary error of a user's own."""


class PickyError(Exception):
    """One whose `__init__` wants other arguments than it hands on."""

    def __init__(self, code, *, reason):
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class SlottedError(Exception):
    """One with slots, one of which is never set."""

    __slots__ = ("position", "unset")

    def __init__(self, position):
        super().__init__("at", position)
        self.position = position


class OursError(stackerr.Error):
    """One made from the library's own base."""


class ErrSample(stackerr.Sentinel, message="sample", code="sample"):
    """A sentinel."""


texts = st.text(max_size=30) | st.sampled_from(
    ["", " ", "a\nb", "\x1b[31mred\x1b[0m", "\x00", "\u2028", "\u202eback", "100%", "%s %d", "{}", "é✓", "x" * 5000]
)
hostile_texts = texts | st.sampled_from(["\udc80", "\ud800\udfff"])
values = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts | st.lists(st.integers(), max_size=3)
)
names = st.sampled_from(["key", "run_id", "size", "bucket"])
field_sets = st.dictionaries(names, values, max_size=3)

roots = st.one_of(
    st.builds(ValueError, texts),
    st.builds(KeyError, texts),
    st.builds(OSError, st.integers(1, 30), texts, texts),
    st.builds(PlainError, texts, st.integers()),
    st.builds(PickyError, st.integers(), reason=texts),
    st.builds(SlottedError, st.integers()),
    st.builds(UnicodeDecodeError, st.just("utf-8"), st.binary(min_size=1, max_size=5), st.just(0), st.just(1), texts),
    st.builds(OursError, texts),
    st.just(ErrSample).map(lambda cls: cls()),
    st.builds(ImportError, texts, name=texts),
    st.builds(SystemExit, st.integers()),
)


@st.composite
def raised(draw, errors=roots):
    """An error that has been raised, and so has a traceback, and maybe notes."""
    err = draw(errors)
    try:
        raise err
    except BaseException:
        pass
    for note in draw(st.lists(texts, max_size=2)):
        err.add_note(note)
    return err


@st.composite
def layered(draw, errors, most=4):
    """An error with some layers over it."""
    err = draw(errors)
    for _ in range(draw(st.integers(0, most))):
        err = draw(layer_over(err))
    return err


def layer_over(err):
    """One more layer of any kind."""
    plain = st.builds(lambda text, fields: stackerr.wrap(err, text, **fields), texts, field_sets)
    return st.one_of(
        plain,
        st.builds(lambda text: stackerr.with_message(err, text), texts),
        st.builds(lambda: stackerr.with_stack(err)),
        st.builds(lambda: stackerr.mark(err, ErrSample)),
    )


def groups(errors):
    """Groups of Python's and of ours."""
    some = st.lists(errors, min_size=1, max_size=3)
    return st.builds(BaseExceptionGroup, texts, some) | st.builds(lambda members: stackerr.join(*members), some)


errors = st.recursive(layered(raised()), lambda inner: layered(groups(inner)), max_leaves=6)
