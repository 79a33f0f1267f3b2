"""The law: a wrapped error has a message and a place more, and nothing else that anyone could notice."""

import abc
import builtins
import contextlib
import copy
import dataclasses
import gc
import pickle
import types
import weakref
from typing import Generic, TypeVar

import attrs
import pytest

import stackerr
from stackerr import compact, is_err, unwrap, wrap


def builtin_errors():
    """One instance of each builtin exception class."""
    special = {
        "UnicodeDecodeError": ("utf-8", b"\xff", 0, 1, "bad"),
        "UnicodeEncodeError": ("ascii", "é", 0, 1, "bad"),
        "UnicodeTranslateError": ("é", 0, 1, "bad"),
        "ExceptionGroup": ("g", [ValueError(1)]),
        "BaseExceptionGroup": ("g", [KeyboardInterrupt()]),
        "SyntaxError": ("bad", ("f.py", 3, 4, "x = (", 3, 5)),
        "BlockingIOError": (11, "again", 17),
    }
    for name, cls in sorted(vars(builtins).items()):
        if isinstance(cls, type) and issubclass(cls, BaseException) and name == cls.__name__:
            args = special.get(name, (2, "No such file", "a", None, "b") if issubclass(cls, OSError) else ("text",))
            if cls is OSError:  # it would be made a FileNotFoundError
                args = ("text",)
            yield cls(*args)


class InitError(Exception):
    def __init__(self, code, *, reason):
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class NewError(Exception):
    def __new__(cls, first, second):
        made = super().__new__(cls, first)
        made.second = second
        return made

    def __init__(self, first, second):
        super().__init__(first)


class SlotError(Exception):
    __slots__ = ("a", "b", "never")

    def __init__(self):
        super().__init__("slots")
        self.a, self.b = 1, None


class RegisteringMeta(type):
    made = []

    def __new__(meta, name, bases, namespace):
        RegisteringMeta.made.append(name)
        return super().__new__(meta, name, bases, namespace)

    def __init__(cls, name, bases, namespace):
        RegisteringMeta.made.append(name)
        super().__init__(name, bases, namespace)


class MetaError(Exception, metaclass=RegisteringMeta):
    pass


class RaisingInitSubclassError(Exception):
    def __init_subclass__(cls, **keywords):
        raise TypeError("no subclasses, please")


class RegisteringError(Exception):
    made = []

    def __init_subclass__(cls, *, code, **keywords):
        RegisteringError.made.append(code)


@attrs.frozen(auto_exc=True)
class FrozenAttrsError(Exception):
    path: str
    line: int


@dataclasses.dataclass(frozen=True)
class FrozenDataclassError(Exception):
    path: str


@dataclasses.dataclass
class DataclassError(Exception):
    path: str


class DefaultError(Exception):
    retries = 3

    def __init__(self):
        super().__init__("default")
        self.retries = 7


class PropertyError(Exception):
    @property
    def doubled(self):
        return self.number * 2

    def __init__(self, number):
        super().__init__(number)
        self.number = number


class ArgsError(Exception):
    args = property(lambda self: ("made", "up"))


class FalsyError(Exception):
    def __bool__(self):
        return False

    def __len__(self):
        return 0


class UnhashableError(Exception):
    __hash__ = None

    def __eq__(self, other):
        return True


class RaisingEqError(Exception):
    def __eq__(self, other):
        raise RuntimeError("do not compare")

    __hash__ = Exception.__hash__


class RaisingStrError(Exception):
    def __str__(self):
        raise RuntimeError("do not print")


class RaisingSetattrError(Exception):
    def __setattr__(self, name, value):
        raise RuntimeError("do not touch")


class RaisingGetattributeError(Exception):
    def __getattribute__(self, name):
        if name.startswith("__") and name != "__dict__":
            return super().__getattribute__(name)
        raise RuntimeError("do not look")


class AbstractError(Exception, metaclass=abc.ABCMeta):
    pass


AbstractError.register(DataclassError)
T = TypeVar("T")


class GenericError(Exception, Generic[T]):
    pass


class BothError(KeyError, OSError):
    pass


class CustomGroup(ExceptionGroup):
    def __new__(cls, message, members, extra):
        made = super().__new__(cls, message, members)
        made.extra = extra
        return made

    def derive(self, members):
        return self.__class__(self.message, members, self.extra)


AWKWARD = [
    InitError(1, reason="r"),
    NewError(1, 2),
    SlotError(),
    MetaError("m"),
    RaisingInitSubclassError("r"),
    FrozenAttrsError("p", 3),
    FrozenDataclassError("p"),
    DataclassError("p"),
    DefaultError(),
    PropertyError(4),
    ArgsError("x"),
    FalsyError("f"),
    UnhashableError("u"),
    RaisingEqError("e"),
    RaisingSetattrError("s"),
    AbstractError("a"),
    GenericError[int]("g"),
    BothError(2, "No", "f"),
    CustomGroup("g", [ValueError(1), KeyError(2)], "extra"),
]
EVERYTHING = [*builtin_errors(), *AWKWARD]


def attributes(err):
    """Every attribute that is no dunder and no method, by name."""
    found = {}
    for name in dir(err):
        if not name.startswith(("__", "_abc_")):
            with contextlib.suppress(Exception):
                value = getattr(err, name)
                if not isinstance(value, (types.MethodType, types.BuiltinMethodType)):
                    found[name] = value
    return found


@pytest.mark.parametrize("err", EVERYTHING, ids=lambda err: type(err).__name__)
class TestAnyClass:
    """What holds for every class, awkward or not."""

    def test_except_catches_it(self, err):
        """A plain `except` of the class catches the wrapped error, and it is the wrapped error that arrives."""
        wrapped = wrap(wrap(err, "inner"), "outer")
        try:
            raise wrapped
        except type(err) as caught:
            assert caught is wrapped

    def test_it_is_an_instance_by_every_way_of_asking(self, err):
        """`isinstance`, the class's name, module and `__class__` are the original's."""
        wrapped = wrap(err, "m")
        assert isinstance(wrapped, type(err))
        assert wrapped.__class__ is type(err)
        assert (
            type(wrapped).__name__,
            type(wrapped).__qualname__,
            type(wrapped).__module__,
            type(wrapped).__doc__,
        ) == (
            type(err).__name__,
            type(err).__qualname__,
            type(err).__module__,
            type(err).__doc__,
        )

    def test_every_attribute_reads_the_same(self, err):
        """`args`, the instance dictionary, slots and C-level members hold the same objects."""
        wrapped = wrap(wrap(err, "inner"), "outer")
        expected, found = attributes(err), attributes(wrapped)
        assert expected.keys() == found.keys()
        for name, value in expected.items():
            assert found[name] is value or (
                type(value) is tuple and tuple(map(id, found[name])) == tuple(map(id, value))
            )
        assert vars(wrapped).keys() == vars(err).keys()

    def test_its_text_is_the_messages_and_the_original_text(self, err):
        """`str` is `outer: inner: ` and what the original says; `repr` is the original's."""
        wrapped = wrap(wrap(err, "inner"), "outer")
        assert str(wrapped) == f"outer: inner: {err}"
        assert repr(wrapped) == repr(err)

    def test_nothing_that_exists_is_changed(self, err):
        """The original has the same cause, notes, dictionary and text as before, and so has the first wrap."""
        before = (str(err), err.__cause__, err.__context__, err.__traceback__, dict(vars(err)))
        first = wrap(err, "first")
        second = wrap(err, "second")
        first.add_note("mine") if not isinstance(
            err, (FrozenAttrsError, FrozenDataclassError, RaisingSetattrError)
        ) else None
        assert (str(err), err.__cause__, err.__context__, err.__traceback__, dict(vars(err))) == before
        assert str(second) == f"second: {err}"
        assert not getattr(second, "__notes__", None)
        assert unwrap(first) is unwrap(second) is err

    def test_it_is_pickled_and_copied_as_the_original_or_better(self, err):
        """Text, type and attributes come back, whatever arguments the class's `__init__` wants."""
        wrapped = wrap(wrap(err, "inner"), "outer", key=1)
        for twin in (pickle.loads(pickle.dumps(wrapped)), copy.copy(wrapped), copy.deepcopy(wrapped)):
            assert isinstance(twin, type(err))
            assert str(twin) == str(wrapped)
            assert twin.args == wrapped.args or isinstance(err, BaseExceptionGroup)
            assert attributes(twin).keys() == attributes(wrapped).keys()
            assert compact(twin) == compact(wrapped)
            assert stackerr.fields(twin) == {"key": 1}


def test_no_code_of_the_class_runs():
    """Neither the metaclass nor `__init_subclass__` hears of the class that is made."""
    RegisteringMeta.made.clear()
    RegisteringError.made.clear()
    wrap(MetaError("m"), "m")
    wrap(RegisteringError("m"), "m")
    assert RegisteringMeta.made == RegisteringError.made == []


def test_an_error_with_a_raising_str_is_wrapped_and_printed():
    """The text says what was raised in place of the text."""
    wrapped = wrap(RaisingStrError("x"), "m")
    assert str(wrapped) == "m: <RaisingStrError: str() raised RuntimeError>"


def test_an_error_with_a_raising_getattribute_is_wrapped():
    """No look-up goes through the error's own code."""
    err = RaisingGetattributeError("x")
    wrapped = wrap(err, "m", key=1)
    assert compact(wrapped).startswith("m: x [")
    assert stackerr.fields(wrapped) == {"key": 1}


def test_isinstance_answers_of_an_abstract_class_stay_right():
    """A class with `ABCMeta` gets caches of its own, so that asking it does not spoil the parent's answers."""
    wrapped = wrap(AbstractError("a"), "m")
    assert not isinstance(DataclassError("x"), type(wrapped))
    assert isinstance(DataclassError("x"), AbstractError)


def test_equality_by_class_and_state_still_holds():
    """A dataclass error equals its wrap, since `__class__` and the state are the same."""
    err = DataclassError("p")
    assert wrap(err, "m") == err


def test_cleaning_up_happens_once():
    """`__del__` of the original runs for the original only."""
    ended = []

    class ClosingError(Exception):
        def __del__(self):
            ended.append(id(self))

    err = ClosingError()
    wrapped = wrap(err, "m")
    number = id(err)
    del wrapped, err
    gc.collect()
    assert ended == [number]


def test_a_split_off_part_of_a_wrapped_group_keeps_the_layers():
    """`except*` takes out a part that has the message and the place, and nothing of the other part."""
    group = CustomGroup("g", [ValueError(1), KeyError("k")], "extra")
    caught = []
    try:
        raise wrap(wrap(group, "inner"), "outer")
    except* ValueError as part:
        caught.append(part)
    except* KeyError as part:
        caught.append(part)
    values, keys = caught
    assert str(values) == "outer: inner: g (1 sub-exception)"
    assert [link.message for link in stackerr.chain(values)] == ["outer", "inner", "g"]
    assert is_err(values, ValueError)
    assert not is_err(values, KeyError)
    assert is_err(keys, KeyError)
    assert isinstance(values, CustomGroup)
    assert values.extra == "extra"


def test_classes_made_at_run_time_do_not_live_for_ever(monkeypatch):
    """The cache of classes is bounded."""
    from stackerr import _transparent

    monkeypatch.setattr(_transparent, "_CACHE_LIMIT", 8)
    made = [type(f"Made{number}Error", (Exception,), {}) for number in range(20)]
    for cls in made:
        wrap(cls("x"), "m")
    assert len(_transparent.kinds) <= 10
    first = weakref.ref(made[0])
    del made, cls
    gc.collect()
    assert first() is None


class Sealed(type):
    def mro(cls):
        if len(cls.__bases__) > 1:
            raise TypeError("sealed")
        return super().mro()


class SealedError(Exception, metaclass=Sealed):
    pass


class SealedFrozenError(SealedError):
    def __setattr__(self, name, value):
        raise AttributeError("frozen")


class TestInPlace:
    """An error whose class cannot be copied."""

    def test_the_same_object_comes_back_with_its_text_unchanged(self):
        """The layers are on the error itself; type, args and text are what they were."""
        err = SealedFrozenError("x")
        wrapped = wrap(wrap(err, "inner", a=1), "outer", a=2)
        assert wrapped is err
        assert (type(err), err.args, str(err)) == (SealedFrozenError, ("x",), "x")
        assert [link.message for link in stackerr.chain(err)] == ["outer", "inner", "x"]
        assert stackerr.fields(err) == {"a": 2}
        assert compact(err).startswith("outer: inner: x [")
        assert len(stackerr.frames(err)) == 2

    def test_ordinary_tracebacks_show_the_layers_as_notes(self):
        """PEP 678 notes hold message and place, and are not shown twice in detail."""
        err = wrap(SealedError("x"), "outer")
        (note,) = err.__notes__
        assert note.startswith("outer [")
        assert note not in stackerr.detailed(err)

    def test_notes_of_others_stay(self):
        """A note that somebody else has added is kept and shown."""
        err = SealedError("x")
        BaseException.__dict__["__dict__"].__get__(err)["__notes__"] = ["theirs"]
        wrap(err, "outer")
        assert err.__notes__[0] == "theirs"
        assert stackerr.chain(err)[-1].notes == ("theirs",)

    def test_a_mark_is_found_by_matching(self):
        """`is_err` finds the mark, though a plain `except` cannot."""
        err = stackerr.mark(SealedError("x"), LookupError, "not there")
        assert is_err(err, LookupError)
        assert is_err(err, SealedError)
        assert not isinstance(err, LookupError)

    def test_it_is_pickled_with_its_layers(self):
        """Layers, places and fields arrive."""
        err = wrap(SealedError("x"), "outer", key=1)
        twin = pickle.loads(pickle.dumps(err))
        assert compact(twin) == compact(err)
        assert stackerr.fields(twin) == {"key": 1}
