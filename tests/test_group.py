"""Several errors as one."""

import pytest

import stackerr
from stackerr import BaseErrorGroup, ErrorGroup, frames, join


def test_join_drops_none_and_is_none_when_nothing_is_left():
    """As Go's does."""
    assert join() is None
    assert join(None, None) is None
    assert join(None, ValueError(1)).exceptions[0].args == (1,)


def test_the_text_is_the_members_joined():
    """A member without text shows its type; a message goes before."""
    assert str(join(OSError("disk"), ValueError())) == "disk; ValueError"
    assert str(ErrorGroup("close", [OSError("disk")])) == "close: disk"


def test_it_is_pythons_own_kind_of_group():
    """`except*` and `isinstance` work."""
    group = join(OSError("disk"), ValueError("state"))
    assert isinstance(group, ExceptionGroup)
    try:
        raise group
    except* OSError as part:
        assert str(part) == "disk"
        assert type(part) is ErrorGroup
        assert frames(part) == frames(group)
    except* ValueError:
        pass


def test_a_member_that_is_no_exception_of_the_ordinary_kind():
    """KeyboardInterrupt makes a BaseExceptionGroup."""
    group = join(KeyboardInterrupt(), ValueError())
    assert type(group) is BaseErrorGroup
    assert type(group.subgroup(ValueError)) is ErrorGroup


@pytest.mark.parametrize("thing", ["text", ValueError, 3])
def test_what_is_no_exception_is_refused(thing):
    """The text shows it."""
    with pytest.raises(TypeError, match=r"join\(\) takes exceptions and None, not"):
        join(ValueError(), thing)


def test_places_of_members_and_of_the_group():
    """Each member keeps its own."""
    line = stackerr.compact(stackerr.wrap(join(stackerr.new("a"), stackerr.new("b")), "all"))
    assert line.startswith("all: 2 errors: (a [") and "test_group.py:" in line
    assert line.endswith("]")
