"""Errors that come from elsewhere: nothing is run for them, and they still match."""

import pickle

import pytest

import stackerr
import strategies
from stackerr import RemoteError, compact, from_dict, is_err, mark, to_dict, wrap


class LocalError(Exception):
    """A class that is no `Error` and no builtin: from_dict does not know it."""


def there_and_back(err):
    return from_dict(to_dict(err))


def test_an_unknown_class_answers_by_name():
    """The class goes by the original's name; `is_err` finds it and its bases."""
    back = there_and_back(wrap(LocalError("x"), "m"))
    assert isinstance(back, RemoteError)
    assert not isinstance(back, LocalError)
    assert type(stackerr.cause(back)).__name__ == "LocalError"
    assert is_err(back, LocalError)
    assert not is_err(back, KeyError)
    assert str(back) == "m: x"


def test_a_builtin_class_is_caught_by_except():
    """And shows the text of the original, not a `repr` of it."""
    try:
        raise there_and_back(KeyError("id"))
    except KeyError as err:
        assert str(err) == "'id'"
        assert is_err(err, LookupError)


def test_a_sentinel_that_is_loaded_here_is_caught_by_except():
    """Its class arguments are not run again."""
    for err in (strategies.ErrSample(), mark(KeyError("id"), strategies.ErrSample)):
        try:
            raise there_and_back(err)
        except strategies.ErrSample as caught:
            assert strategies.ErrSample.is_err(caught)


def test_a_mark_that_is_unknown_here_is_found_by_name():
    """Its entry keeps its name."""
    back = there_and_back(mark(KeyError("id"), LocalError))
    assert is_err(back, LocalError)
    assert to_dict(back)["chain"][0]["type"] == "LocalError"


@pytest.mark.parametrize("name", ["KeyboardInterrupt", "SystemExit", "GeneratorExit", "print", "ExceptionGroup"])
def test_no_class_is_revived_that_would_end_the_program(name):
    """A remote exit is not one here; a name that is no class is only a name."""
    err = from_dict({"chain": [{"message": "x", "type": name}]})
    assert isinstance(err, RemoteError)
    assert isinstance(err, Exception)


def test_it_is_pickled_like_any_other():
    """Classes that no module has are made anew."""
    back = wrap(there_and_back(stackerr.join(LocalError("x"), mark(KeyError("id"), LocalError))), "again")
    twin = pickle.loads(pickle.dumps(back))
    assert compact(twin) == compact(back)
    assert is_err(twin, LocalError)


def test_the_number_of_classes_is_bounded(monkeypatch):
    """A peer that sends ever new names does not fill the memory."""
    from stackerr import _remote

    monkeypatch.setattr(_remote, "_CACHE_LIMIT", 4)
    for number in range(20):
        from_dict({"chain": [{"message": "x", "type": f"Made{number}"}]})
    assert len(_remote._classes) <= 4


GOOD = {"message": "x", "type": "E"}


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ("text", "data is 'text'; wanted dict"),
        ({}, "data.chain is missing"),
        ({"chain": []}, "data.chain is empty"),
        ({"chain": {}}, "data.chain is {}; wanted list"),
        ({"chain": ["x"]}, r"data.chain\[0\] is 'x'; wanted dict"),
        ({"chain": [{}]}, r"data.chain\[0\].message is missing"),
        ({"chain": [{"message": 3}]}, r"data.chain\[0\].message is 3; wanted str"),
        ({"chain": [{"message": "x"}]}, r"data.chain\[0\].type is missing"),
        ({"version": 2, "chain": [GOOD]}, "data has version 2; this stackerr reads version 1"),
        ({"chain": [{**GOOD, "frame": 3}]}, r"data.chain\[0\].frame is 3; wanted dict"),
        ({"chain": [{**GOOD, "frame": {"file": "f"}}]}, r"data.chain\[0\].frame.line is missing"),
        ({"chain": [{**GOOD, "fields": []}]}, r"data.chain\[0\].fields is \[\]; wanted dict"),
        ({"chain": [{**GOOD, "kind": "group", "errors": []}]}, r"data.chain\[0\].errors is empty"),
        ({"chain": [{**GOOD, "kind": "group", "errors": [3]}]}, r"data.chain\[0\].errors\[0\] is 3"),
        ({"chain": [{**GOOD, "hidden": 3}]}, r"data.chain\[0\].hidden is 3"),
    ],
)
def test_bad_data_is_a_clear_value_error(data, where):
    """The text says where it is and what is wanted."""
    with pytest.raises(ValueError, match=where):
        from_dict(data)


def test_what_was_being_handled_and_a_second_cause_come_along():
    """In detail only; a context stays a context, a cause a cause."""
    try:
        try:
            raise KeyError("session")
        except KeyError:
            raise OSError("disk")
    except OSError as caught:
        context = caught
    try:
        raise wrap(ValueError("x"), "m") from KeyError("other")
    except ValueError as caught:
        second = caught
    for err in (context, second):
        data = to_dict(err, detailed=True)
        assert to_dict(from_dict(data), detailed=True) == data
