"""Problem documents tell a client what it may know, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stackerr import Error, Sentinel, from_dict, join, mark, new, opaque, to_dict, wrap
from stackerr.integrations.problem import answer, to_problem


class ErrNotExist(Sentinel, message="no such object", status=404, code="not_exist"):
    """The object is not there."""


class ErrTeapot(Sentinel, status=499):
    """A status that no registry knows."""


class Hostile(Exception):
    """An error whose text cannot be read."""

    def __str__(self):
        raise RuntimeError("secret")


def test_a_sentinel_brings_its_status_and_code():
    """What the class says is found below any number of wraps."""
    err = wrap(wrap(ErrNotExist("runs/42"), "read object"), "load run")
    assert to_problem(err) == {"type": "about:blank", "title": "Not Found", "status": 404, "code": "not_exist"}


def test_a_mark_brings_the_sentinels_status():
    """An error marked with a sentinel is answered as the sentinel."""
    assert to_problem(mark(FileNotFoundError("x"), ErrNotExist))["status"] == 404


def test_a_mark_on_an_error_that_cannot_be_copied_brings_the_status():
    """Where the layer is kept on the error itself, the document is the same."""

    class Meta(type):
        def mro(cls):
            return super().mro()

    class Closed(Exception, metaclass=Meta):
        pass

    assert to_problem(mark(Closed("x"), ErrNotExist))["status"] == 404


def test_the_outermost_sentinel_decides():
    """Whoever marks an error again changes the answer."""

    class ErrGone(Sentinel, status=410):
        pass

    assert to_problem(mark(wrap(ErrNotExist(), "load"), ErrGone))["status"] == 410


def test_one_error_may_have_another_status_than_its_class():
    """A field of the instance goes before that of the class."""
    assert to_problem(ErrNotExist("x", status=410))["status"] == 410


def test_a_status_that_crossed_a_process_counts():
    """What comes back from plain data is answered as the original."""
    assert to_problem(from_dict(to_dict(wrap(ErrNotExist("x"), "load"))))["status"] == 404


class ApiError(Error):
    """What a client library raises: the status is that of somebody else's answer."""


@pytest.mark.parametrize(
    "err",
    [
        wrap(OSError("x"), "call billing", status=404),
        ApiError("billing said no", status=404),
        opaque(ErrNotExist("x"), "billing failed"),
        join(ErrNotExist("x"), OSError("y")),
        KeyError("x"),
        KeyboardInterrupt(),
    ],
    ids=["wrap", "error", "opaque", "group", "foreign", "interrupt"],
)
def test_every_other_error_is_a_500(err):
    """A field `status` that no sentinel brings is data; what `opaque` hides and what a group holds do not answer."""
    assert to_problem(err)["status"] == 500


@pytest.mark.parametrize("status", [200, 302, 399, 600, -1, "404", None, 404.0, True])
def test_a_status_that_is_no_error_is_a_500(status):
    """A failure is never answered with a success, whatever a class says."""
    assert to_problem(ErrNotExist("x", status=status))["status"] == 500


def test_an_unknown_status_has_a_title_all_the_same():
    """A document without a title would be harder to read than one with a plain title."""
    assert to_problem(ErrTeapot())["title"] == "Client Error"
    assert to_problem(ErrTeapot(status=599))["title"] == "Server Error"


def test_the_public_message_is_the_detail():
    """The outermost public message is what the client reads."""
    err = wrap(new("row locked", public="inner"), "save", public="try again in a minute")
    assert to_problem(err)["detail"] == "try again in a minute"


def test_without_a_public_message_there_is_no_detail():
    """Silence rather than the text of the error."""
    assert "detail" not in to_problem(wrap(new("row 7 locked"), "save user"))


def test_the_type_is_the_base_and_the_code():
    """A code names a kind of problem; behind a base it is the URI of the page that explains it."""
    document = to_problem(ErrNotExist(code="not exist/ever"), type_base="https://errors.example/")
    assert document["type"] == "https://errors.example/not%20exist%2Fever"


def test_without_a_code_the_type_is_blank():
    """A base alone names no kind of problem."""
    assert to_problem(KeyError("x"), type_base="https://errors.example/")["type"] == "about:blank"


@pytest.mark.parametrize(
    ("code", "shown"), [("E17", "E17"), (17, 17), (["a"], None), (None, None), ("\udc80", "\\udc80")]
)
def test_a_code_is_a_text_or_a_number(code, shown):
    """Any other object might print what nobody may read."""
    assert to_problem(new("x", code=code)).get("code") == shown


SECRET = "s3cr3t-7f1e"


@pytest.mark.parametrize(
    "err",
    [
        KeyError(SECRET),
        wrap(
            KeyError(SECRET),
            SECRET,
            user=SECRET,
            hint=SECRET,
            title=SECRET,
            type=SECRET,
            detail=SECRET,
            instance=SECRET,
        ),
        ErrNotExist(SECRET, user=SECRET),
        mark(OSError(2, SECRET, SECRET), ErrNotExist, SECRET),
        opaque(new(SECRET, public=SECRET, code=SECRET), SECRET),
        join(new(SECRET, public=SECRET), KeyError(SECRET)),
        Hostile(SECRET),
    ],
    ids=["foreign", "wrap", "sentinel", "mark", "opaque", "group", "hostile"],
)
def test_nothing_but_public_text_is_told(err):
    """No message, field, note or hint finds its way into the answer."""
    err.add_note(SECRET)
    answered = answer(err, "GET")
    assert SECRET not in json.dumps([to_problem(err), answered.headers, answered.body.decode()])


@given(st.text(), st.text())
def test_only_the_public_text_depends_on_the_error(text, public):
    """Two errors with the same public message get the same document, whatever else they say."""
    assert to_problem(new(text, public=public)) == to_problem(new("other", public=public))


def test_a_lone_surrogate_can_be_sent():
    """The document is UTF-8 whatever the public message holds."""
    assert json.loads(answer(new("x", public="a\udc80b"), "GET").body)["detail"] == "a\\udc80b"


def test_the_answer_to_head_has_no_body():
    """The headers are those of the answer to GET."""
    answered = answer(KeyError("x"), "HEAD")
    assert answered.body == b""
    assert int(dict(answered.headers)["content-length"]) > 0


def test_each_answer_has_an_id_of_its_own():
    """Whoever quotes it means one failure."""
    err = KeyError("x")
    first, second = answer(err, "GET"), answer(err, "GET")
    assert first.instance == json.loads(first.body)["instance"] != second.instance
