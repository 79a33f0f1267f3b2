"""The base class for errors of your own."""

import dataclasses
import pickle

import stackerr
from stackerr import Error, chain, fields, frames


class PickyError(Error):
    def __init__(self, code, *, reason):
        super().__init__(f"{code}: {reason}", code=code)
        self.reason = reason


@dataclasses.dataclass
class PathError(Error):
    path: str


class NewError(Error):
    def __new__(cls, *args):
        return super().__new__(cls, *args)


class FieldsError(Error):
    def __init__(self):
        self.fields = "mine"


class KeyedError(Error, KeyError):
    pass


def new_that_raises(value):
    class Positive(int):
        def __new__(cls, number):
            raise Error("not positive")

    return Positive(value)


def test_it_saves_place_and_stack_where_it_is_made():
    """Not where it is raised."""
    err = Error("m")
    assert frames(err)[0].function == "test_it_saves_place_and_stack_where_it_is_made"
    assert chain(err)[0].callers


def test_fields_are_carried():
    """As attribute and by `fields`; without any there is an empty mapping."""
    err = Error("m", key=1)
    assert err.fields == {"key": 1}
    assert fields(err) == {"key": 1}
    assert Error().fields == {}


def test_any_init_will_do_and_is_not_needed_for_pickle():
    """One with other arguments, and one that never calls ours."""
    for err in (PickyError(3, reason="r"), PathError("p")):
        twin = pickle.loads(pickle.dumps(err))
        assert (type(twin), twin.args, vars(twin).keys()) == (type(err), err.args, vars(err).keys())
        assert frames(twin) == frames(err)
    assert fields(pickle.loads(pickle.dumps(PickyError(3, reason="r")))) == {"code": 3}


def test_a_new_of_a_subclass_is_not_the_place():
    """The caller is; but an error raised in some other class's `__new__` is made there."""
    assert frames(NewError("m"))[0].function == "test_a_new_of_a_subclass_is_not_the_place"
    try:
        new_that_raises(3)
    except Error as err:
        assert frames(err)[0].function.endswith("__new__")


def test_an_attribute_named_fields_of_another_kind():
    """It is the user's own business; the error has no fields then."""
    assert fields(FieldsError()) == {}


def test_together_with_a_builtin_class():
    """Both catch it."""
    err = KeyedError("id", key=1)
    assert isinstance(err, LookupError)
    assert str(err) == "'id'"
    assert fields(err) == {"key": 1}


def test_public_names_say_where_they_come_from():
    """Tracebacks show `stackerr.Error`."""
    assert Error.__module__ == "stackerr"
    assert stackerr.detailed(Error("m")).startswith("m (stackerr.Error)")
