"""The kinds: caught by `except`, matched by helpers, each with its status."""

import pytest

import apierrors
from apierrors import (
    ErrAPI,
    ErrBadRequest,
    ErrConflict,
    ErrForbidden,
    ErrInternal,
    ErrNotExist,
    ErrUnauthorized,
    kind_of_status,
)
from stackerr import mark, wrap

KINDS = [
    (ErrBadRequest, 400, "is_err_bad_request"),
    (ErrUnauthorized, 401, "is_err_unauthorized"),
    (ErrForbidden, 403, "is_err_forbidden"),
    (ErrNotExist, 404, "is_err_not_exist"),
    (ErrConflict, 409, "is_err_conflict"),
    (ErrInternal, 500, "is_err_internal"),
]


@pytest.mark.parametrize(("kind", "status", "helper"), KINDS)
def test_a_kind_is_found_down_the_chain(kind, status, helper):
    """The helper finds its own kind, wrapped or not, and no other."""
    err = wrap(wrap(kind("why"), "inner"), "outer")
    for other, _, other_helper in KINDS:
        assert getattr(apierrors, other_helper)(err) is (other is kind)
    assert getattr(apierrors, helper)(None) is False
    assert apierrors.is_err_api(err)


@pytest.mark.parametrize(("kind", "status", "helper"), KINDS)
def test_a_kind_and_its_status_belong_together(kind, status, helper):
    """From the kind to the status and back."""
    assert apierrors.problem(kind()).status == status
    assert kind_of_status(status) is kind


@pytest.mark.parametrize("status", [100, 200, 302, 402, 405, 418, 422, 499, 501, 502, 503, 504, 599, 999, 0, -1])
def test_a_status_that_we_never_send_is_internal(status):
    """A caller can do nothing else with it."""
    assert kind_of_status(status) is ErrInternal


def test_an_error_of_another_package_gets_a_kind_by_a_mark():
    """It is then caught as what it was and as the kind."""
    for caught_as in (KeyError, ErrNotExist, ErrAPI):
        with pytest.raises(caught_as):
            raise mark(KeyError("id"), ErrNotExist)


def test_every_public_name_has_words_of_its_own():
    """`__all__` names each once, and each can be imported."""
    assert len(set(apierrors.__all__)) == len(apierrors.__all__)
    assert all(getattr(apierrors, name).__doc__ for name in apierrors.__all__)
