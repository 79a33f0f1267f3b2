"""Errors that another service answered with: told in the log, passed on only by their kind."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stackerr
from apierrors import (
    ErrAPI,
    ErrConflict,
    ErrInternal,
    ErrNotExist,
    Problem,
    RemoteError,
    answer,
    is_err_not_exist,
    is_remote,
    problem,
    relay,
)
from stackerr import wrap


def test_an_answer_becomes_an_error():
    """Kind, code and message are there to look at."""
    sent = answer(ErrNotExist("internal words", public="there is no run 42", code="run_not_exist"))
    err = RemoteError.from_answer(sent.status, sent.body)
    assert (err.kind, err.status, err.code, err.message) == (ErrNotExist, 404, "run_not_exist", "there is no run 42")
    assert stackerr.fields(err) == {"remote_status": 404, "remote_code": "run_not_exist"}


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (404, b"", "the service answered 404 Not Found, and nothing else"),
        (502, b"<html>", "the service answered 502 Bad Gateway, and no problem document but '<html>'"),
        (
            500,
            b"\xff\x00",
            "the service answered 500 Internal Server Error, and no problem document but '\\\\xff\\x00'",
        ),
        (499, b"[]", "the service answered 499 Unknown, and no problem document but '[]'"),
        (409, b"{}", "the service answered 409 Conflict"),
        (409, b'{"code": "x"}', "the service answered 409 Conflict (x)"),
        (409, b'{"detail": "y"}', "the service answered 409 Conflict: y"),
    ],
)
def test_an_answer_that_cannot_be_parsed_becomes_an_error_too(status, body, text):
    """The log shows what came instead."""
    assert str(RemoteError.from_answer(status, body)) == text


def test_a_long_answer_is_cut():
    """A page of HTML does not fill the log."""
    assert len(str(RemoteError.from_answer(500, b"x" * 1_000_000))) < 300


def test_a_hostile_answer_stays_on_one_line():
    """What the other service says cannot forge a line of our log."""
    err = RemoteError.from_answer(400, b'{"detail": "x\\n2026-01-01 ERROR forged \\u001b[31m"}')
    assert "\n" not in stackerr.compact(err)
    assert "\x1b" not in stackerr.compact(err)


def test_it_is_no_kind_of_this_service():
    """What is missing over there is not missing here: no `except ErrNotExist` catches it."""
    err = wrap(RemoteError(404), "get run")
    assert not is_err_not_exist(err)
    assert not isinstance(err, ErrAPI)
    assert is_remote(err, ErrNotExist)
    assert is_remote(err, ErrAPI)
    assert not is_remote(err, ErrConflict)
    assert not is_remote(KeyError(), ErrAPI)
    assert not is_remote(None, ErrAPI)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500])
def test_relay_passes_the_kind_on_and_no_words(status):
    """The caller of a gateway learns what happened, and nothing of who said it."""
    err = relay(wrap(RemoteError(status, code="secret", message="secret"), "ask"), "get run 42")
    assert problem(err) == Problem(status)
    assert problem(wrap(err, "serve", public="no such run")) == Problem(status, "no such run")
    assert "secret" in str(err)
    assert isinstance(err, RemoteError)


@pytest.mark.parametrize("err", [ConnectionRefusedError(111, "refused"), RemoteError(418), RemoteError(503)])
def test_relay_of_anything_else_is_internal(err):
    """No answer, and an answer that we never give, are faults of ours to our caller."""
    relayed = relay(err, "get run 42")
    assert isinstance(relayed, (type(err), ErrInternal))
    assert problem(relayed) == Problem(500)


def test_relay_points_at_its_caller():
    """The place in the log is the gateway's, not this package's."""
    [frame, *_] = stackerr.frames(relay(RemoteError(404), "get run"))
    assert frame.function == "test_relay_points_at_its_caller"


def test_it_can_be_copied_and_pickled():
    """A pool of processes hands it on whole."""
    err = RemoteError(404, code="c", message="m")
    for twin in (copy.copy(err), pickle.loads(pickle.dumps(wrap(err, "get")))):
        assert (twin.status, twin.code, twin.message, twin.kind) == (404, "c", "m", ErrNotExist)


@given(st.integers(-1000, 1000), st.binary(max_size=300))
def test_every_answer_makes_an_error(status, body):
    """Whatever comes over the wire, and rendering it never fails."""
    err = RemoteError.from_answer(status, body)
    assert issubclass(err.kind, ErrAPI)
    assert "\n" not in stackerr.compact(err)
    assert answer(err).status == 500
