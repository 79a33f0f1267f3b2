"""What is known of an error, asked part by part."""

import stackerr
from stackerr import chain, code, fields, frames, hints, new, public_message, wrap


def test_a_link_for_each_layer_and_the_root():
    """With message, type, frame, fields and notes of its own."""
    err = wrap(wrap(KeyError("id"), "inner", a=1), "outer", b=2)
    err.add_note("note")
    outer, inner, root = chain(err)
    assert [(link.message, link.type, link.fields) for link in (outer, inner, root)] == [
        ("outer", "KeyError", {"b": 2}),
        ("inner", "KeyError", {"a": 1}),
        ("'id'", "KeyError", {}),
    ]
    assert (outer.notes, inner.notes) == (("note",), ())
    assert (outer.frame.file, outer.frame.function) == (__file__, "test_a_link_for_each_layer_and_the_root")
    assert root.frame is None
    assert repr(root) == "Link(\"'id'\", type='KeyError', frame=None, fields={})"


def test_none_has_no_links():
    """Nor frames, fields, hints and code; and nothing to say."""
    assert chain(None) == frames(None) == hints(None) == []
    assert fields(None) == {}
    assert code(None) is None
    assert public_message(None) == "internal error"


def test_notes_of_the_inner_error_are_shown_once():
    """A copy carries them along, as any attribute; its link has only what came later."""
    inner = KeyError("id")
    inner.add_note("inner")
    err = wrap(inner, "m")
    err.add_note("outer")
    assert err.__notes__ == ["inner", "outer"]
    assert inner.__notes__ == ["inner"]
    assert [link.notes for link in chain(err)] == [("outer",), ("inner",)]


def test_frames_are_those_that_were_saved():
    """A plain root's place comes from its traceback and is not among them."""
    try:
        raise KeyError("id")
    except KeyError as e:
        err = wrap(wrap(e, "a"), "b")
    assert len(frames(err)) == 2
    assert chain(err)[-1].frame is not None
    assert len(frames(wrap(new("m"), "a"))) == 2


def test_the_outer_field_wins():
    """In the merged view; each layer keeps its own."""
    err = wrap(new("m", a=1, b=2), "outer", a=3)
    assert fields(err) == {"a": 3, "b": 2}


def test_the_public_message_never_falls_back_on_the_text():
    """Only what was said to be public is."""
    assert public_message(wrap(KeyError("secret"), "secret")) == "internal error"
    assert public_message(KeyError("secret"), default="sorry") == "sorry"
    assert public_message(wrap(new("x", public="inner"), "m", public="outer")) == "outer"
    assert public_message(new("x", public=3)) == "3"


def test_hints_are_listed_once_outermost_first():
    """None among them is none."""
    err = wrap(wrap(new("m", hint="b"), "n", hint="a"), "o", hint="b")
    assert hints(err) == ["b", "a"]
    assert hints(new("m", hint=None)) == []


def test_the_kinds():
    """What a link is: layers, errors, groups, barriers."""
    err = wrap(stackerr.with_stack(stackerr.mark(KeyError(), LookupError)), "m")
    assert [link.kind for link in chain(err)] == ["wrap", "stack", "mark", "error"]
    assert chain(stackerr.opaque(KeyError(), "m"))[0].kind == "opaque"
    assert chain(ExceptionGroup("g", [KeyError()]))[0].kind == "group"


def test_no_frame_and_no_local_is_kept_alive():
    """A saved place holds code, not frames: what the function worked on can go."""
    import gc
    import weakref

    class Big:
        pass

    def work():
        big = Big()
        dead.append(weakref.ref(big))
        return wrap(KeyError("id"), "m")

    dead = []
    err = work()
    gc.collect()
    assert dead[0]() is None
    assert chain(err)[0].callers
