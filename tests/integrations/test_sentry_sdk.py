"""Sentry gets each wrap as a context; equal failures are one issue, and different ones are not."""

import json

import pytest
import sentry_sdk
from sentry_sdk.transport import Transport

import stackerr
from stackerr import Sentinel, mark, new, wrap, wrapping
from stackerr.integrations.sentry_sdk import before_send, fingerprint

SECRET = "s3cr3t-7f1e"


class ErrNotExist(Sentinel, message="no such object", code="not_exist"):
    """The object is not there."""


class MemoryTransport(Transport):
    """Keeps what would be sent, as the JSON that would be sent."""

    def __init__(self):
        super().__init__()
        self.events = []

    def capture_envelope(self, envelope):
        data = json.loads(envelope.serialize().splitlines()[-1])
        self.events.append(data)


@pytest.fixture
def sent():
    """The events that reach the transport of a real client."""
    transport = MemoryTransport()
    client = sentry_sdk.Client(
        dsn="https://key@sentry.example/1",
        transport=transport,
        before_send=before_send,
        include_local_variables=False,
        default_integrations=False,
        auto_enabling_integrations=False,
    )
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(client)
        yield transport.events
    client.close()


def load(key, planted=SECRET):
    with wrapping("load run %s", key, key=key):
        read(key)


def read(key):
    try:
        raise FileNotFoundError(2, "No such file", f"runs/{key}")
    except FileNotFoundError as e:
        raise wrap(e, f"read object runs/{key}", token=SECRET, size=3) from e


def caught(function, *args):
    try:
        function(*args)
    except Exception as err:
        return err


def test_each_link_is_a_context(sent):
    """Outermost first: what was being done, where, and with what."""
    sentry_sdk.capture_exception(caught(load, 42))
    (event,) = sent
    contexts = {name: c for name, c in event["contexts"].items() if name.split()[0] in ("wrap", "error")}
    places = [c.pop("place") for c in contexts.values()]
    assert contexts == {
        "wrap 1": {"message": "load run 42", "error": "FileNotFoundError", "fields": {"key": 42}},
        "wrap 2": {
            "message": "read object runs/42",
            "error": "FileNotFoundError",
            "fields": {"token": "[Filtered]", "size": 3},
        },
        "error 3": {"message": "[Errno 2] No such file: 'runs/42'", "error": "FileNotFoundError"},
    }
    assert [place.rpartition(" in ")[2] for place in places] == ["load", "read", "read"]


def test_no_secret_is_sent(sent):
    """Neither a local variable nor a field with a name that Sentry takes for a secret."""
    sentry_sdk.capture_exception(caught(load, 42))
    assert SECRET not in json.dumps(sent)


def test_equal_failures_are_one_issue(sent):
    """The values in messages differ from run to run; the failure is the same."""
    for key in (1, 2, "a-b-c"):
        sentry_sdk.capture_exception(caught(load, key))
    first, *others = [event["fingerprint"] for event in sent]
    assert others == [first, first]


def test_a_secret_deep_in_a_field_is_filtered():
    """Lists and mappings are searched, whatever the case of the name."""
    err = wrap(KeyError("x"), "load", users=[{"name": "bob", "Password": SECRET}])
    fields = before_send({}, {"exc_info": (KeyError, err, None)})["contexts"]["wrap 1"]["fields"]
    assert fields == {"users": [{"name": "bob", "Password": "[Filtered]"}]}


def path_one():
    raise KeyError("id")


def path_two():
    raise KeyError("id")


def through(function):
    with wrapping("one step"):
        function()


def through_another(function):
    with wrapping("another step"):
        function()


def two_in_one(which):
    if which:
        raise KeyError("one")
    raise KeyError("two")


def choose(err):
    raise err


DIFFERENT = {
    "place": (lambda: caught(path_one), lambda: caught(path_two)),
    "line": (lambda: caught(two_in_one, 0), lambda: caught(two_in_one, 1)),
    "type": (lambda: caught(choose, KeyError("x")), lambda: caught(choose, ValueError("x"))),
    "code": (lambda: caught(choose, new("x", code="a")), lambda: caught(choose, new("x", code="b"))),
    "mark": (lambda: mark(KeyError("x"), ErrNotExist), lambda: mark(KeyError("x"), Sentinel)),
    "wraps": (lambda: caught(through, path_one), lambda: caught(through_another, path_one)),
    "depth": (lambda: caught(path_one), lambda: caught(through, path_one)),
    "message without a place": (
        lambda: stackerr.with_message(KeyError("x"), "load"),
        lambda: stackerr.with_message(KeyError("x"), "save"),
    ),
    "group": (
        lambda: ExceptionGroup("g", [caught(path_one)]),
        lambda: ExceptionGroup("g", [caught(path_one), caught(path_two)]),
    ),
}


@pytest.mark.parametrize("kind", DIFFERENT)
def test_different_failures_are_different_issues(kind):
    """One difference is enough: in the place, the type, the code, the wraps, or the members of a group."""
    one, other = DIFFERENT[kind]
    assert fingerprint(one()) == fingerprint(one())
    assert fingerprint(one()) != fingerprint(other())


def test_a_group_is_known_by_what_its_members_have_in_common():
    """How many members failed the same way, and in which order, makes no other failure."""
    few = ExceptionGroup("g", [caught(path_one), caught(path_two)])
    many = ExceptionGroup("g", [caught(path_two), *[caught(path_one) for _ in range(9)]])
    assert fingerprint(few) == fingerprint(many)


def test_a_failure_in_a_library_is_known_by_the_programs_own_lines():
    """All that fails in `json.loads` would be one issue, were it known by where it was raised."""

    def one():
        json.loads("{")

    def other():
        json.loads("{")

    assert fingerprint(caught(one)) != fingerprint(caught(other))
    assert "raw_decode" not in " ".join(fingerprint(caught(one)))


def test_lines_that_move_do_not_make_a_new_issue(tmp_path, monkeypatch):
    """A release that adds a line above a failure has the same issue as the one before."""
    fingerprints = []
    for number, above in enumerate(("", "# a new line\n\n")):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "app.py"
        path.write_text(f"{above}def fail():\n    raise KeyError('id')\n")
        namespace = {}
        exec(compile(path.read_text(), path, "exec"), namespace)
        fingerprints.append(fingerprint(caught(namespace["fail"])))
    assert fingerprints[0] == fingerprints[1]


def test_without_source_the_line_number_serves():
    """A frozen program has no source lines; its failures are still told apart."""
    namespace = {}
    exec(compile("def one():\n  raise KeyError\ndef other():\n  raise KeyError", "<no source>", "exec"), namespace)
    assert fingerprint(caught(namespace["one"]))[0].startswith("KeyError | <no source> one: 2 | ")
    assert fingerprint(caught(namespace["other"]))[0].startswith("KeyError | <no source> other: 4 | ")


def test_values_in_a_message_without_a_place_make_no_issues():
    """An error that was never raised has only its words."""
    assert fingerprint(ValueError("row 7 of 'users'")) == fingerprint(ValueError("row 8 of 'runs'"))
    assert fingerprint(ValueError("row locked")) != fingerprint(ValueError("row lost"))


def test_a_fingerprint_of_the_program_stays(sent):
    """Who groups by hand knows better."""
    with sentry_sdk.new_scope() as scope:
        scope.fingerprint = ["mine"]
        sentry_sdk.capture_exception(caught(load, 1))
    assert sent[0]["fingerprint"] == ["mine"]


def test_an_event_without_an_error_passes_as_it_is(sent):
    """A message is no error."""
    sentry_sdk.capture_message("hello")
    assert "fingerprint" not in sent[0]
    assert not any(name.startswith("wrap") for name in sent[0]["contexts"])


def test_the_members_of_a_group_are_named(sent):
    """Their messages stand in the group's context."""
    sentry_sdk.capture_exception(wrap(ExceptionGroup("close all", [OSError("disk"), ValueError("state")]), "stop"))
    context = sent[0]["contexts"]["group 2"]
    assert (context["message"], context["members"]) == ("close all", ["disk", "state"])


def test_groups_in_groups_end_somewhere():
    """A hundred levels have a fingerprint, which the topmost levels decide."""
    err = KeyError("root")
    for _ in range(100):
        err = ExceptionGroup("g", [err])
    assert 0 < len(" ".join(fingerprint(err))) < 1000


class Hostile(Exception):
    """An error whose text cannot be read."""

    def __str__(self):
        raise RuntimeError("no text")


def deep():
    err = KeyError("root")
    for number in range(5000):
        err = wrap(err, f"step {number}")
    return err


@pytest.mark.parametrize(
    "err",
    [
        Hostile("x"),
        deep(),
        wrap(ValueError("x" * 10_000_000), "load"),
        wrap(ValueError("a\nb\x00\x1b[31m\udc80"), "load", key={1: {"PASSWORD": object()}}),
        stackerr.join(*(KeyError(n) for n in range(10_000))),
    ],
    ids=["hostile", "deep", "huge", "control", "group"],
)
def test_the_hook_never_fails(err):
    """Sentry drops an event whose hook fails; what is added is bounded, and JSON."""
    event = before_send({}, {"exc_info": (type(err), err, None)})
    assert len(json.dumps(event).encode()) < 200_000
    assert len(event["contexts"]) <= 16


@pytest.mark.parametrize("exc_info", [None, (None, None, None)])
def test_an_empty_exc_info_is_no_error(exc_info):
    """Loggers hand on what `sys.exc_info()` gave them."""
    assert before_send({}, {"exc_info": exc_info}) == {}


def test_a_source_that_cannot_be_read_is_no_failure(monkeypatch):
    """Whatever a loader of source text raises, the event is sent."""
    monkeypatch.setattr("linecache.getline", lambda *_: 1 / 0)
    assert fingerprint(caught(path_one))[0].startswith("KeyError | test_sentry_sdk.py path_one: ")
