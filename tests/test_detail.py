"""In detail. How it reads as a whole is in test_golden.py."""

from stackerr import detailed, join, new, wrap


def test_each_message_stands_once():
    """No link repeats the text of those below."""
    text = detailed(wrap(wrap(new("root text"), "middle text"), "outer text"))
    assert [text.count(part) for part in ("root text (", "middle text (", "outer text (")] == [1, 1, 1]


def test_places_are_absolute_so_that_an_editor_can_jump_there():
    """`path:line`, and the function."""
    assert f"{__file__}:" in detailed(new("m"))


def test_frames_that_were_shown_are_left_out():
    """The stack of a second error in a group repeats nothing."""
    first, second = new("a"), new("b")
    lines = detailed(join(first, second)).splitlines()
    assert sum("called from" in line for line in lines) == 1


def test_a_source_that_cannot_be_read():
    """Code without a file, and a loader that raises, show the place alone."""

    class Loader:
        def get_source(self, name):
            raise OSError("no source")

    space = {"new": new, "__name__": "made", "__loader__": Loader()}
    exec(compile("def f():\n    return new('m')", "made-up.py", "exec"), space)
    assert "made-up.py:2 in f" in detailed(space["f"]())


def test_linecache_that_raises(monkeypatch):
    """Whatever reading the source raises, the report goes on."""
    import linecache

    def broken(*_):
        raise MemoryError

    monkeypatch.setattr(linecache, "getline", broken)
    assert detailed(new("m")).startswith("m (stackerr.Error)")


def test_a_message_of_several_lines_is_indented():
    """It cannot pass for a link of its own."""
    assert detailed(ValueError("a\nb (KeyError)")).splitlines() == ["a (ValueError)", "    b (KeyError)"]
