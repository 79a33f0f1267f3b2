"""What the log and the caller get to read, word for word. `UPDATE_GOLDENS=1` writes the goldens anew."""

import os
import re
from pathlib import Path

import pytest

import stackerr
from apierrors import ErrConflict, ErrInternal, ErrNotExist, ErrUnauthorized, RemoteError, answer, relay
from stackerr import mark, wrapping

GOLDEN = Path(__file__).parent / "golden"


def missing():
    with wrapping("load run %s", 42, run_id=42):
        raise ErrNotExist("no row 42 in runs.db", public="there is no run 42", code="run_not_exist")


def marked():
    try:
        {}["42"]
    except KeyError as e:
        raise mark(e, ErrConflict, "lock run 42", public="somebody else changes it") from e


def nameless():
    with wrapping("open the safe"):
        raise PermissionError(13, "Permission denied", "/etc/shadow")


def remote():
    with wrapping("ask runservice for run %s", 42):
        raise RemoteError.from_answer(404, b'{"detail": "no row 42 in shard 7", "code": "row"}')


def relayed():
    try:
        remote()
    except RemoteError as e:
        raise relay(e, "show run 42") from e


def unparsed():
    with wrapping("ask runservice for run %s", 42):
        raise RemoteError.from_answer(502, b"<html><h1>Bad Gateway</h1></html>")


def unauthenticated():
    raise ErrUnauthorized("token expired an hour ago", hint="log in again")


def in_maintenance():
    class ErrMaintenance(ErrInternal, message="in maintenance", status=503, public="in maintenance; try again later"):
        pass

    raise ErrMaintenance


FAILURES = [missing, marked, nameless, remote, relayed, unparsed, unauthenticated, in_maintenance]


def normal(text):
    """Without the stacks of pytest, folders and line numbers."""
    text = re.sub(r"\n    called from(\n      .*)*", "", text)
    return re.sub(r"\.py:\d+", ".py", re.sub(r"[^\s\"'\[]*/(?=[^/\s]+\.py)", "", text))


@pytest.mark.parametrize("fail", FAILURES, ids=lambda fail: fail.__name__)
def test_what_is_shown(fail):
    """Everything to the log; to the caller, what was meant for him."""
    with pytest.raises(Exception) as caught:  # noqa: B017 - the golden says which
        fail()
    sent = answer(caught.value)
    text = (
        f"# in the log\n{normal(stackerr.compact(caught.value))}\n\n"
        f"# in detail\n{normal(stackerr.detailed(caught.value))}\n\n"
        f"# to the caller\n{sent.status} {dict(sent.headers)}\n{sent.body.decode()}\n"
    )
    path = GOLDEN / f"{fail.__name__}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text)
    assert text == path.read_text()


def test_every_golden_has_its_failure():
    """None is left over."""
    assert {path.stem for path in GOLDEN.iterdir()} == {fail.__name__ for fail in FAILURES}
