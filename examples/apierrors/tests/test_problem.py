"""What a caller gets to read: public words of the right layers, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stackerr
from apierrors import (
    MEDIA_TYPE,
    ErrBadRequest,
    ErrConflict,
    ErrForbidden,
    ErrInternal,
    ErrNotExist,
    ErrUnauthorized,
    Problem,
    RemoteError,
    answer,
    problem,
)
from stackerr import join, mark, opaque, wrap

SECRET = "hunter2"
KINDS = [ErrBadRequest, ErrUnauthorized, ErrForbidden, ErrNotExist, ErrConflict, ErrInternal]


def document(err):
    return json.loads(answer(err).body)


def test_an_answer_is_a_problem_document():
    """Status, media type and the members of RFC 9457."""
    err = ErrConflict("row 7 is locked", public="somebody else was faster", code="locked")
    sent = answer(err)
    assert (sent.status, sent.headers) == (409, {"content-type": MEDIA_TYPE})
    assert json.loads(sent.body) == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "somebody else was faster",
        "code": "locked",
    }


def test_an_answer_401_says_how_to_authenticate():
    """RFC 9110 wants the header, and the others do not have it."""
    assert answer(ErrUnauthorized()).headers["www-authenticate"] == "Bearer"
    assert "www-authenticate" not in answer(ErrForbidden()).headers


@pytest.mark.parametrize("kind", KINDS)
def test_without_public_words_there_are_none(kind):
    """The text is for the log: neither the kind's nor a layer's is ever sent."""
    err = wrap(wrap(kind(SECRET, hint=SECRET, note=SECRET), SECRET), SECRET, user=SECRET)
    assert set(document(err)) == {"type", "title", "status"}
    assert SECRET.encode() not in answer(err).body


@pytest.mark.parametrize("err", [KeyError(SECRET), OSError(13, SECRET), ValueError(SECRET), stackerr.new(SECRET)])
def test_an_error_without_a_kind_is_a_500_without_words(err):
    """Whatever it is."""
    assert document(wrap(err, SECRET)) == {"type": "about:blank", "title": "Internal Server Error", "status": 500}


def test_the_outermost_public_words_count():
    """A layer further up knows better what its caller asked for."""
    err = ErrNotExist("x", public="there is no row", code="no_row")
    assert problem(wrap(err, "load run", public="there is no run")) == Problem(404, "there is no run", "no_row")


def test_the_outermost_kind_counts():
    """What is not there for us may be a bad request of our caller's."""
    err = mark(wrap(ErrNotExist("x", public="there is no group"), "find group"), ErrBadRequest, "create run")
    assert problem(err) == Problem(400)


def test_an_error_that_cannot_be_copied_gets_a_kind_too():
    """Those of pydantic cannot; a mark on them decides all the same."""
    meta = type("Meta", (type,), {"mro": type.mro})
    stiff = meta("Stiff", (Exception,), {})
    err = wrap(mark(stiff(SECRET), ErrBadRequest, "read the request", public="no name"), "create run")
    assert problem(err) == Problem(400, "no name")


def test_words_below_the_kind_were_said_to_somebody_else():
    """Public words and codes of the layers that a kind was put on are not sent."""
    below = stackerr.new("row", public=SECRET, code=SECRET)
    assert problem(wrap(mark(below, ErrConflict, "save", public="try again"), "serve")) == Problem(409, "try again")


def test_a_cause_that_was_converted_does_not_leak():
    """`raise ErrNotExist(…) from err` says only what it says itself."""
    err = ErrNotExist("run 42")
    err.__cause__ = stackerr.new("object", public=SECRET, code=SECRET)
    assert problem(err) == Problem(404)


def test_a_barrier_has_no_kind():
    """What is opaque decides nothing."""
    assert problem(opaque(ErrNotExist("x", public=SECRET), "load")) == Problem(500)


def test_no_member_speaks_for_a_group():
    """Several errors are a 500, until somebody says what they are together."""
    group = join(ErrNotExist("a", public=SECRET), ErrConflict("b"))
    assert problem(group) == Problem(500)
    assert problem(mark(group, ErrBadRequest, public="two things are wrong")) == Problem(400, "two things are wrong")


def test_an_error_of_another_service_never_answers_by_itself():
    """It is a 500, and what was said over there stays in the log; our own public words are sent."""
    err = RemoteError(404, code=SECRET, message=SECRET)
    assert document(wrap(err, SECRET)) == {"type": "about:blank", "title": "Internal Server Error", "status": 500}
    assert problem(wrap(err, "ask", public="the runs cannot be read")) == Problem(500, "the runs cannot be read")


def test_an_error_from_another_process_keeps_its_words_to_itself():
    """What stackerr has rebuilt from plain data says nothing below a kind of ours."""
    rebuilt = stackerr.from_dict(stackerr.to_dict(stackerr.new("x", public=SECRET)))
    assert problem(mark(rebuilt, ErrConflict)) == Problem(409)


@pytest.mark.parametrize("wrong", [b"bytes", 7, None, ["list"], object()])
def test_public_words_are_text(wrong):
    """What is no text cannot have been meant for a person."""
    assert problem(ErrNotExist("x", public=wrong, code=wrong)) == Problem(404)


@pytest.mark.parametrize("status", [200, 301, 99, 600, "404", None])
def test_a_kind_with_a_status_of_success_is_a_500(status):
    """An error must never look like a success."""
    assert problem(ErrNotExist("x", status=status)).status == 500


@given(st.sampled_from(KINDS), st.none() | st.text(), st.none() | st.text())
def test_a_problem_survives_the_wire(kind, public, code):
    """What one side says, the other side reads, whatever the characters."""
    err = kind("x", **{"public": public} if public is not None else {}, **{"code": code} if code is not None else {})
    sent = answer(err)
    assert sent.body.isascii()
    assert Problem.parse(sent.status, sent.body) == problem(err) == Problem(sent.status, public, code)


@given(
    st.binary() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(lambda x: json.dumps(x).encode())
)
def test_garbage_is_no_problem_document(body):
    """Bytes and JSON of another shape are told apart from an answer, without an error."""
    assert Problem.parse(500, body) is None or isinstance(json.loads(body), dict)


@pytest.mark.parametrize("body", [b"[" * 100_000, b"1" * 100_000, b"\xff\xfe", b"{", b"", b'"text"', b"NaN"])
def test_hostile_json_is_no_problem_document(body):
    """Deep nesting and endless numbers raise nothing."""
    assert Problem.parse(500, body) is None


def test_members_of_a_wrong_type_are_passed_over():
    """As RFC 9457 wants it, and the status is that of the answer."""
    body = b'{"status": 200, "detail": {"a": 1}, "code": 7, "title": null, "more": [1]}'
    assert Problem.parse(404, body) == Problem(404)


def test_a_status_that_nobody_knows_has_a_title_too():
    """Both ways."""
    assert Problem(499).to_dict() == {"type": "about:blank", "title": "Unknown", "status": 499}
