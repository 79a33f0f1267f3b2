"""Errors to match by."""

import copy
import pickle

import pytest

from stackerr import Sentinel, code, fields, sentinel, wrap

ErrTooLarge = sentinel("ErrTooLarge", "object is too large", status=413)


class ErrNotExist(Sentinel, message="object does not exist", code="not_exist", status=404):
    """The object is not there."""


class ErrNoBucket(ErrNotExist, status=410):
    """Nor the bucket."""


def test_a_class_can_be_raised_as_it_is():
    """The instance is made where it is raised, and says the default."""
    try:
        raise ErrNotExist
    except ErrNotExist as err:
        assert str(err) == "object does not exist"
        assert err.__traceback__.tb_next is None


def test_a_message_of_its_own_and_fields():
    """Those of the instance win."""
    err = ErrNotExist("no run 42", status=400)
    assert str(err) == "no run 42"
    assert fields(err) == {"code": "not_exist", "status": 400}


def test_subclasses_inherit_message_and_fields():
    """What they say themselves wins."""
    assert str(ErrNoBucket()) == "object does not exist"
    assert fields(ErrNoBucket()) == {"code": "not_exist", "status": 410}
    assert ErrNotExist.is_err(ErrNoBucket())
    assert not ErrNoBucket.is_err(ErrNotExist())


def test_the_typed_helpers():
    """They look down the chain, and None is nothing."""
    err = wrap(ErrNotExist(), "read")
    assert ErrNotExist.is_err(err)
    assert ErrNotExist.as_err(err) is err
    assert not ErrNotExist.is_err(None)
    assert ErrNotExist.as_err(KeyError()) is None
    assert code(err) == "not_exist"


def test_the_short_form_makes_a_class_of_the_calling_module():
    """It can be caught, derived from, pickled and copied."""
    assert (ErrTooLarge.__name__, ErrTooLarge.__module__) == ("ErrTooLarge", __name__)
    assert ErrTooLarge.__doc__ == "object is too large"
    for twin in (pickle.loads(pickle.dumps(ErrTooLarge())), copy.deepcopy(ErrTooLarge())):
        assert type(twin) is ErrTooLarge
        assert fields(twin) == {"status": 413}
    ErrHuge = sentinel("ErrHuge", base=ErrTooLarge)
    assert str(ErrHuge()) == "object is too large"
    assert ErrTooLarge.is_err(ErrHuge())
    assert str(sentinel("ErrBare")()) == ""


@pytest.mark.parametrize(
    ("name", "base", "kind", "text"),
    [
        (3, Sentinel, TypeError, "takes the name of the class first, not 3"),
        ("not a name", Sentinel, ValueError, "is an identifier, such as ErrNotExist"),
        ("ErrX", ValueError, TypeError, "the base is Sentinel or a subclass"),
        ("ErrX", ErrNotExist("x"), TypeError, "the base is Sentinel or a subclass"),
    ],
)
def test_bad_use_is_told(name, base, kind, text):
    """What was given, and what is wanted."""
    with pytest.raises(kind, match=text):
        sentinel(name, base=base)
