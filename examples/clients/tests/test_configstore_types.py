"""The types that the configstore and its client share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from clients.configstore import Match, Parent, ParentType, ProjectRequest, Secret, SecretRequest, VariableValue, When


@pytest.mark.parametrize("name", ["", ".", "..", "-x", "a/b", "a b", "a\n", "ä", "x" * 65, 7, None])
def test_a_name_is_plain(name):
    """Nothing in it that a path, a shell or a log could take for something else."""
    with pytest.raises(ValidationError):
        SecretRequest(name=name, data={"A": "1"})


@pytest.mark.parametrize("ref", ["", "/", "a//b", "a/", "/a", "a/../b", "user/ann/" + "x/" * 30 + "y"])
def test_a_ref_is_an_id_or_a_path(ref):
    """And nothing that leads elsewhere."""
    with pytest.raises(ValidationError):
        ProjectRequest.model_validate({"name": "web", "parent": {"id": ref}})


@pytest.mark.parametrize("key", ["", "1A", "A-B", "A=B", "Ä", "x" * 129])
def test_a_key_can_be_a_variable_of_an_environment(key):
    """Or it is refused."""
    with pytest.raises(ValidationError):
        SecretRequest(name="s", data={key: "1"})


def test_values_are_not_in_what_is_printed():
    """Logs and tracebacks show the repr."""
    parent = Parent(type=ParentType.PROJECT, id="p")
    for shown in (
        SecretRequest(name="s", data={"A": "hunter2"}),
        Secret(id="s", name="s", parent=parent, data={"A": "hunter2"}),
    ):
        assert "hunter2" not in repr(shown)
        assert "hunter2" not in str(shown)


def test_a_match_includes_and_excludes():
    """With nothing to include everything is, and what is excluded never."""
    assert Match().holds("anything")
    assert Match(exclude=["*-rc"]).holds("v1")
    assert not Match(include=["v*"], exclude=["*-rc"]).holds("v1-rc")
    assert not Match(include=["main"]).holds("mainly")


@given(st.text(), st.text())
def test_a_value_without_a_condition_is_for_every_run(branch, tag):
    """And one with an empty condition too."""
    assert VariableValue(secret_name="s", secret_var="A").when is None
    assert When().holds(branch=branch, tag=tag)


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_condition_on_a_branch_is_never_met_by_a_tag(branch, tag):
    """Each looks at its own."""
    assert not When(branch=Match()).holds(tag=tag)
    assert not When(tag=Match()).holds(branch=branch)
    assert When(branch=Match(), tag=Match()).holds(branch=branch, tag=tag)
