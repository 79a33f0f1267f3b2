"""Places: saved cheaply, resolved on demand."""

import pickle
import sys

from stackerr import Frame, _stack


def test_a_frame_is_a_value():
    """Equal by file, line and function; hashable; pickled."""
    frame = Frame("f.py", 3, "g")
    assert frame == Frame("f.py", 3, "g") != Frame("f.py", 4, "g")
    assert frame != "f.py"
    assert hash(frame) == hash(Frame("f.py", 3, "g"))
    assert pickle.loads(pickle.dumps(frame)) == frame
    assert repr(frame) == "Frame('f.py', 3, 'g')"


def test_a_place_is_resolved_to_its_line():
    """The same frame object the second time."""
    here = sys._getframe()
    place = (here.f_code, here.f_lasti)
    number = here.f_lineno - 1
    assert _stack.resolve(place).line == number
    assert _stack.resolve(place) is _stack.resolve(place)
    assert _stack.resolve(Frame("f", 1, "g")) == Frame("f", 1, "g")


def test_an_offset_outside_of_the_code_is_its_first_line():
    """Whatever is asked, there is an answer."""
    code = test_an_offset_outside_of_the_code_is_its_first_line.__code__
    assert _stack.resolve((code, 10**6)).line == code.co_firstlineno


def test_the_cache_is_bounded(monkeypatch):
    """It is emptied when it is full."""
    monkeypatch.setattr(_stack, "_CACHE_LIMIT", 3)
    code = sys._getframe().f_code
    for offset in range(20):
        _stack.resolve((code, offset))
    assert len(_stack._resolved) <= 3


def test_capture_ends_at_the_depth_or_at_the_bottom():
    """Two entries a frame, the innermost first."""
    assert _stack.capture(sys._getframe(), 2)[0] is sys._getframe().f_code
    assert len(_stack.capture(sys._getframe(), 2)) == 4
    assert _stack.capture(None, 5) == ()


def test_the_first_place_of_a_kind():
    """In a stack of either form."""
    frames = (Frame("a.py", 1, "f"), Frame("b.py", 2, "g"))
    assert _stack.first_where(frames, lambda file: file == "b.py") == frames[1]
    assert _stack.first_where(frames, lambda file: False) is None
    stack = _stack.capture(sys._getframe(), 3)
    assert _stack.first_where(stack, lambda file: file == __file__).file == __file__
    assert _stack.nearest(frames) == frames[0]


def test_a_traceback_ends_where_the_error_was_raised():
    """None has no end."""
    try:
        int("x")
    except ValueError as err:
        assert _stack.end_of(err.__traceback__) == (sys._getframe().f_code, err.__traceback__.tb_lasti)
    assert _stack.end_of(None) is None
