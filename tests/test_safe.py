"""Text that never fails and stays on one line."""

from hypothesis import given
from hypothesis import strategies as st

from stackerr import _safe


@given(st.text() | st.text(st.characters(categories=["Cs", "Cc", "Cf", "Zl", "Zp"])))
def test_escaped_text_is_printable_and_what_was_printable_is_unchanged(text):
    """And escaping twice is escaping once."""
    escaped = _safe.escape(text)
    assert escaped.isprintable()
    assert _safe.escape(escaped) == escaped
    assert escaped == text or not text.isprintable()


@given(st.text(), st.integers(1, 10))
def test_shortened_text_says_how_much_is_missing(text, limit):
    """Nothing is cut without a word."""
    short = _safe.shorten(text, limit)
    assert short == text if len(text) <= limit else short == f"{text[:limit]}… {len(text) - limit} more characters"


def test_a_subclass_of_str_is_made_plain():
    """Its own methods could do anything."""

    class Odd(str):
        __slots__ = ()

    assert type(_safe.safe_str(Odd("x"))) is str


def test_names_whatever_the_metaclass_says():
    """The class's real name and module."""

    class Meta(type):
        @property
        def __name__(cls):
            raise RuntimeError("no name")

    class Odd(metaclass=Meta):
        pass

    assert _safe.name_of(Odd) == "Odd"
    assert _safe.qualified_name(Odd).endswith("test_names_whatever_the_metaclass_says.<locals>.Odd")
    Odd.__module__ = 3
    assert _safe.qualified_name(Odd).startswith("test_names")
    assert _safe.qualified_name(KeyError) == "KeyError"
