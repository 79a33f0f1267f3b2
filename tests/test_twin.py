"""Copying an error's state, and knowing when that cannot be done."""

import pytest

from stackerr import _twin
from stackerr._twin import Uncopyable, native_base, refuse_hidden_state


class SlottedError(OSError):
    __slots__ = ("a",)


def test_the_native_base_is_the_builtin_class_that_lays_out_the_instance():
    """Whatever stands before it in the order of bases."""

    class BothError(KeyError, OSError):
        pass

    assert native_base(SlottedError) is OSError
    assert native_base(BothError) is OSError
    assert native_base(ExceptionGroup) in (ExceptionGroup, BaseExceptionGroup)


def test_state_that_cannot_be_reached_is_refused(monkeypatch):
    """Instances that are larger than their slots explain hold something that only C code knows."""
    monkeypatch.setattr(_twin, "_POINTER", -1000)
    with pytest.raises(Uncopyable):
        refuse_hidden_state(SlottedError)


class HiddenError(Exception):
    """One that is taken for a class with hidden state below."""


def test_an_error_of_a_class_with_hidden_state_is_annotated_in_place(monkeypatch):
    """And is pickled in its own way, with its layers."""
    import pickle

    import stackerr

    def refuse(cls):
        if issubclass(cls, HiddenError):
            raise Uncopyable(cls)

    monkeypatch.setattr(_twin, "refuse_hidden_state", refuse)
    monkeypatch.setattr("stackerr._pickling.refuse_hidden_state", refuse)
    err = HiddenError("x")
    assert stackerr.wrap(err, "m") is err
    (twin,) = pickle.loads(pickle.dumps(stackerr.join(err))).exceptions
    assert [link.message for link in stackerr.chain(twin)] == ["m", "x"]


def test_none_in_a_native_member_stays_empty():
    """Else the `str` of a copied OSError would name a file None."""
    import copy

    import stackerr

    class OurOSError(stackerr.Error, OSError):
        pass

    assert str(copy.copy(OurOSError(2, "No"))) == "[Errno 2] No"
