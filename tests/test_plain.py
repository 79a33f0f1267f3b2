"""An error as plain data: complete, versioned, and safe for JSON."""

import json

import pytest
from hypothesis import assume, given

import stackerr
import strategies
from stackerr import from_dict, join, mark, new, opaque, to_dict, wrap


@given(strategies.errors, strategies.st.booleans())
def test_there_and_back_through_json(err, detailed):
    """`from_dict` inverts `to_dict`, JSON in between."""
    data = to_dict(err, detailed=detailed)
    text = json.dumps(data, allow_nan=False)
    assume("more characters" not in text)  # what was cut once may be cut elsewhere the next time
    text.encode("utf-8")
    back = from_dict(json.loads(text))
    assert to_dict(back, detailed=detailed) == data


def test_the_shape():
    """What the design promises is there, for each layer and the root."""
    data = to_dict(wrap(FileNotFoundError(2, "No"), "load", run_id=42))
    assert (data["version"], data["message"], data["type"]) == (1, "load: [Errno 2] No", "FileNotFoundError")
    assert data["fields"] == {"run_id": 42}
    layer, root = data["chain"]
    assert {"message", "type", "frame", "fields", "notes"} <= layer.keys()
    assert layer["frame"].keys() == {"file", "line", "function"}
    assert root["frame"] is None
    assert (root["kind"], root["bases"]) == ("error", ["OSError"])


def test_detail_has_the_stack_the_hidden_and_the_aside():
    """And only detail: what is hidden does not leave by accident."""
    try:
        try:
            raise KeyError("session")
        except KeyError:
            raise OSError("disk")
    except OSError as caught:
        err = opaque(caught, "bad")
    assert "disk" not in json.dumps(to_dict(err))
    detailed = to_dict(err, detailed=True)["chain"][0]
    assert detailed["hidden"]["chain"][0]["aside"]["message"] == "'session'"
    assert detailed["callers"]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (1.5, 1.5),
        (True, True),
        (None, None),
        (b"x", "b'x'"),
        ((1, [2]), [1, [2]]),
        ({1: {2}}, {"1": "{2}"}),
        ("\udc80", "\\udc80"),
        (10**30, 10**30),
    ],
)
def test_a_field_that_json_does_not_know_stands_as_its_text(value, plain):
    """Nothing in the fields can break the encoder."""
    assert to_dict(new("m", key=value))["fields"] == {"key": plain}


def test_fields_that_contain_themselves_end():
    """A cycle is cut by depth."""
    loop = []
    loop.append(loop)
    json.dumps(to_dict(new("m", key=loop)))


def test_groups_and_marks_have_their_entries():
    """Members are errors in full."""
    data = to_dict(wrap(join(mark(KeyError("id"), strategies.ErrSample)), "all"))
    (member,) = data["chain"][1]["errors"]
    assert [entry["kind"] for entry in member["chain"]] == ["mark", "error"]
    assert member["chain"][0]["type"] == "ErrSample"


def test_describe_says_all_that_a_log_line_needs():
    """One pass for an outlet that prints structured lines."""
    described = stackerr.describe(wrap(KeyError("id"), "load", key=1))
    assert described["message"] == "load: 'id' (KeyError)" or described["message"].startswith("load: 'id'")
    assert described["fields"] == {"key": 1}
