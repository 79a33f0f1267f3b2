"""The class made on the fly: what it answers in odd cases. The law itself is in test_law.py."""

import copy

from stackerr import chain, compact, unwrap, wrap
from stackerr._transparent import _make_class


class CloningError(Exception):
    """One whose own code makes more of its kind."""

    def clone(self):
        return type(self)(*self.args)

    def relative(self):
        return self.__class__(*self.args)


def test_the_class_is_made_once():
    """Wrapping again, and wrapping a wrap, takes the class from the cache."""
    first, second = wrap(CloningError("x"), "a"), wrap(CloningError("y"), "b")
    assert type(first) is type(second) is type(wrap(first, "c"))


def test_the_class_survives_a_cleared_cache():
    """A wrap of a wrap whose class has left the cache still is no wrap of a wrap's class."""
    from stackerr import _transparent

    first = wrap(CloningError("x"), "a")
    _transparent.kinds.clear()
    second = wrap(first, "b")
    assert type(second).__mro__.count(_transparent.Transparent) == 1
    assert str(second) == "b: a: x"


def test_one_made_by_the_originals_own_code_has_no_layer():
    """`type(self)(…)` gives an error that prints as the original does, and can be wrapped and copied."""
    clone = wrap(CloningError("x"), "a").clone()
    assert str(clone) == "x"
    assert [link.message for link in chain(clone)] == ["x"]
    assert str(wrap(clone, "b")) == "b: x"
    assert str(copy.copy(clone)) == "x"
    assert compact(clone) == "x"


def test_a_group_made_by_the_originals_own_code_can_be_split():
    """`derive` of such a one is the original's."""
    wrapped = wrap(ExceptionGroup("g", [ValueError(1)]), "a")
    clone = type(wrapped)("h", [ValueError(1), KeyError(2)])
    assert str(clone.subgroup(ValueError)) == "h (1 sub-exception)"


def test_self_class_is_the_original():
    """Code that says `self.__class__(…)` gets the original class."""
    assert type(wrap(CloningError("x"), "a").relative()) is CloningError


def test_the_made_class_takes_the_place_of_its_parents_in_order():
    """A mark that is a subclass of the error's own class goes before it."""
    assert _make_class((Exception, KeyError)).__mro__.index(KeyError) < _make_class(
        (Exception, KeyError)
    ).__mro__.index(Exception)


def test_an_error_whose_state_cannot_be_copied_is_annotated():
    """The class looks harmless, this instance does not: a slot whose value its descriptor refuses to take back."""

    class Picky:
        def __get__(self, instance, owner=None):
            return self if instance is None else "value"

    class OddError(Exception):
        __slots__ = ("slot",)

    err = OddError("x")
    err.slot = 1
    assert wrap(err, "m").slot == 1
    assert unwrap(wrap(err, "m")) is err
