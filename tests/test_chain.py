"""Down the chain: the walk and the questions that it answers."""

from typing import Protocol, runtime_checkable

import pytest
from hypothesis import given

import stackerr
import strategies
from stackerr import as_err, cause, is_err, join, mark, matching, new, opaque, unwrap, walk, wrap


def linked(upper, lower):
    """`raise upper from lower`, caught."""
    try:
        raise upper from lower
    except type(upper) as err:
        return err


@given(strategies.raised(), strategies.st.lists(strategies.texts, max_size=6))
def test_the_walk_inverts_the_wraps(root, messages):
    """Walking down finds each wrap in the reverse of the order it was made in, and ends at the root."""
    made = [root]
    for message in messages:
        made.append(wrap(made[-1], message))
    assert list(map(id, walk(made[-1]))) == list(map(id, reversed(made)))
    assert cause(made[-1]) is root


@given(strategies.errors)
def test_everything_on_the_walk_is_found(err):
    """`is_err` finds each error of the walk, by identity and by class."""
    nodes = list(walk(err))
    assert len(set(map(id, nodes))) == len(nodes)
    assert all(is_err(err, node) and is_err(err, type(node)) for node in nodes)


def test_causes_come_before_members():
    """Depth first: down the causes, then through the members of a group."""
    group = linked(ExceptionGroup("g", [ValueError(1), KeyError(2)]), OSError(3))
    assert [type(err) for err in walk(group)] == [ExceptionGroup, OSError, ValueError, KeyError]


def test_the_implicit_context_is_never_searched():
    """An error that was raised while another was handled has not got it as a cause."""
    try:
        try:
            raise KeyError("a")
        except KeyError:
            raise ValueError("b")
    except ValueError as err:
        assert not is_err(err, KeyError)
        assert unwrap(err) is None


def test_a_second_cause_is_searched_too():
    """`raise wrap(e, "…") from another` has two errors below it, what it wraps first."""
    inner, other = KeyError("inner"), OSError("other")
    err = linked(wrap(inner, "m"), other)
    assert [node.__class__ for node in walk(err)] == [KeyError, KeyError, OSError]
    assert unwrap(err) is inner
    assert is_err(err, OSError)
    assert "and caused by:" in stackerr.detailed(err)


def test_from_none_keeps_the_link():
    """Even after `from None` matching and printing lose nothing."""
    try:
        raise wrap(KeyError("id"), "load") from None
    except KeyError as err:
        assert is_err(err, unwrap(err))
        assert err.__cause__ is None
        assert stackerr.compact(err).startswith("load: 'id'")


def test_cycles_end():
    """A cycle of causes is walked once."""
    first, second = ValueError(1), KeyError(2)
    first.__cause__, second.__cause__ = second, first
    assert [type(err) for err in walk(first)] == [ValueError, KeyError]
    assert type(cause(first)) is KeyError
    assert not is_err(first, OSError)


class TestIsErr:
    """`is_err` by class, tuple, instance and hook."""

    def test_none_is_nothing(self):
        """There is no error in None."""
        assert not is_err(None, Exception)

    def test_a_tuple_means_any_of_them(self):
        """Classes and instances can be mixed and nested."""
        err = wrap(KeyError("id"), "m")
        assert is_err(err, (OSError, (ValueError, LookupError)))
        assert is_err(err, (OSError, unwrap(err)))
        assert not is_err(err, ())

    def test_an_instance_is_found_by_identity(self):
        """Equality is never asked."""
        err = KeyError("id")
        assert is_err(wrap(err, "m"), err)
        assert not is_err(wrap(err, "m"), KeyError("id"))

    def test_a_hook_can_say_yes_and_cannot_veto(self):
        """`__is_err__` adds matches; a hook that raises counts as none."""

        class HookedError(Exception):
            def __is_err__(self, target):
                if target is ValueError:
                    raise RuntimeError("broken hook")
                return target is LookupError

        assert is_err(wrap(HookedError(), "m"), LookupError)
        assert is_err(HookedError(), HookedError)
        assert not is_err(HookedError(), ValueError)

    def test_a_hostile_class_check_is_survived(self):
        """A metaclass whose `__instancecheck__` raises is asked by inheritance instead."""

        class Meta(type):
            def __instancecheck__(cls, instance):
                raise RuntimeError("no")

        class HostileError(Exception, metaclass=Meta):
            pass

        assert is_err(wrap(HostileError(), "m"), HostileError)
        assert not is_err(ValueError(), HostileError)

    @pytest.mark.parametrize("target", ["KeyError", None, 3, ["KeyError"]])
    def test_a_wrong_target_is_a_clear_type_error(self, target):
        """The text names what was given and what is wanted."""
        with pytest.raises(TypeError, match="wanted an exception class, an instance or a tuple"):
            is_err(ValueError(), target)


@runtime_checkable
class HasErrno(Protocol):
    errno: int


class TestAsErr:
    """`as_err` finds the outermost match."""

    def test_the_outermost_match_is_given(self):
        """A wrapped error is itself an instance, so it is what comes back."""
        err = wrap(FileNotFoundError(2, "No"), "m")
        assert as_err(err, OSError) is err
        assert as_err(linked(RuntimeError(), err), OSError) is err
        assert as_err(err, KeyError) is None
        assert as_err(None, KeyError) is None

    def test_a_protocol_or_a_tuple_will_do(self):
        """Runtime-checkable Protocols match by attribute."""
        err = linked(RuntimeError("x"), PermissionError(13, "No"))
        assert as_err(err, HasErrno).errno == 13
        assert type(as_err(err, (KeyError, OSError))) is PermissionError

    def test_a_hook_can_offer_an_object(self):
        """`__as_err__` may answer with another object of the class asked for; one of another class is ignored."""
        inside = KeyError("inside")

        class CarryingError(Exception):
            def __as_err__(self, target):
                return inside

        assert as_err(wrap(CarryingError(), "m"), KeyError) is inside
        assert as_err(CarryingError(), OSError) is None

    def test_an_instance_is_refused(self):
        """The text says what to use instead."""
        with pytest.raises(TypeError, match=r"is_err\(\) takes"):
            as_err(ValueError(), ValueError("x"))


class TestMatching:
    """`except matching(…)` looks down the whole chain."""

    def test_it_catches_by_what_is_below(self):
        """The error that is being handled arrives itself."""
        raised = linked(RuntimeError("save"), ConnectionResetError())
        try:
            raise raised
        except matching(ConnectionError) as err:
            assert err is raised

    def test_what_does_not_match_passes(self):
        """The next clause gets its turn."""
        try:
            raise RuntimeError("save") from ConnectionResetError()
        except matching(KeyError, ValueError):
            pytest.fail("caught by the wrong clause")
        except matching(KeyError, ConnectionError) as err:
            assert str(err) == "save"

    def test_it_asks_about_the_innermost_error_that_is_handled(self):
        """Inside another handler it is the new error that counts."""
        try:
            raise KeyError("outer")
        except KeyError:
            try:
                raise ValueError("inner")
            except matching(KeyError):
                pytest.fail("the outer error was asked")
            except matching(ValueError) as err:
                assert str(err) == "inner"

    def test_elsewhere_it_says_where_it_belongs(self):
        """Outside of a handler there is nothing to match."""
        with pytest.raises(RuntimeError, match="belongs in an except clause"):
            matching(KeyError)


def test_unwrap_goes_one_step():
    """Wraps, then plain causes; None at the root and for None."""
    root = KeyError("id")
    middle = linked(ValueError("bad"), root)
    err = wrap(middle, "m")
    assert unwrap(err) is middle
    assert unwrap(middle) is root
    assert unwrap(root) is None
    assert unwrap(None) is None
    assert cause(None) is None


def test_what_opaque_hides_is_not_reached():
    """Neither matching nor unwrapping nor `except` see it; detail does."""
    err = wrap(opaque(KeyError("id"), "bad answer"), "call")
    assert not is_err(err, KeyError)
    assert as_err(err, KeyError) is None
    assert str(cause(err)) == "bad answer"
    assert unwrap(cause(err)) is None
    assert "hidden behind it:" in stackerr.detailed(err)
    assert "'id'" not in stackerr.compact(err)


def test_members_of_groups_are_searched():
    """A group matches by its members, however deep."""
    group = join(new("a"), ExceptionGroup("g", [wrap(KeyError("id"), "m")]))
    assert is_err(wrap(group, "all"), KeyError)
    assert as_err(group, KeyError).args == ("id",)


def test_a_mark_makes_both_types_match():
    """Plain `except` of either class catches it."""
    for cls in (FileNotFoundError, strategies.ErrSample):
        try:
            raise mark(FileNotFoundError(2, "No"), strategies.ErrSample)
        except cls as err:
            assert err.errno == 2
            assert is_err(err, OSError)
            assert strategies.ErrSample.is_err(err)
            assert strategies.ErrSample.as_err(err) is err
