"""Run configs as they come: JSON and YAML, and what is neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apierrors import ErrAPI, ErrBadRequest, problem
from gateway.config import RunConfig
from gateway.translate import translate
from gateway.written import read_config
from serving import ErrTooMuch

YAML = b"""
name: nightly
tasks:
  - name: build
    environment: {LEVEL: "3"}
    steps:
      - run: make
      - name: keep
        save_cache: {key: deps, contents: [{source_dir: deps}]}
      - restore_cache: {keys: [deps, d]}
  - name: test
    depends: [build, {task: build, conditions: [on_success, on_skipped]}]
    timeout: 30
"""


def test_yaml_and_json_say_the_same():
    """Whatever the media type is called."""
    written = read_config(YAML, "application/yaml; charset=utf-8")
    assert written.tasks[0].steps[1].name == "keep"
    assert read_config(written.model_dump_json().encode(), "application/json") == written
    assert translate(written)["test"].timeout == 30


BOMB = b"a: &a [x,x]\nb: &b [*a,*a]\nname: x\ntasks: [*b]"
BAD = {
    "alias": (BOMB, "aliases are not read, line 2"),
    "tag": (b"name: !!python/object/apply:os.system [ls]", "could not determine a constructor"),
    "unclosed": (b"name: [", "it is no YAML: "),
    "two documents": (b"a: 1\n---\nb: 2", "it is no YAML: but found another document"),
    "no text": (b"\xff\xfe\x00", "it is no YAML"),
    "empty": (b"", "the whole: Input should be an object"),
    "date for a name": (b"name: 2020-01-01\ntasks: [{name: a}]", "only text, numbers, lists and mappings are read"),
    "deep": (b"[" * 5000, "it is no YAML"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_config_is_refused_with_the_reason(name):
    """Nothing is run, and nothing grows."""
    body, words = BAD[name]
    with pytest.raises(ErrBadRequest) as caught:
        read_config(body, "application/yaml")
    assert words in problem(caught.value).detail


def test_the_media_type_must_be_known():
    """It is said which are."""
    with pytest.raises(ErrBadRequest) as caught:
        read_config(b"{}", "text/plain")
    assert problem(caught.value).detail == "send the config as application/json or application/yaml"


def test_a_config_has_an_end():
    """A megabyte of tasks is a mistake."""
    with pytest.raises(ErrTooMuch):
        read_config(b" " * (1 << 20) + b"{}", "application/json")


@given(st.binary(max_size=200), st.sampled_from(["application/json", "application/yaml"]))
def test_any_bytes_are_a_config_or_a_bad_request(body, media):
    """Never anything else."""
    try:
        assert isinstance(read_config(body, media), RunConfig)
    except ErrAPI as err:
        assert problem(err).detail
