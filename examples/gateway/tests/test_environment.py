"""Variables into environments, as a pure function."""

from clients.configstore import Match, Parent, ParentType, Secret, Variable, VariableValue, When
from gateway.environment import resolve

LEVELS = ["project", "group", "root"]


def secret(level, name="s", **data):
    kind = ParentType.PROJECT if level == "project" else ParentType.PROJECT_GROUP
    return Secret(id=f"{level}-{name}", name=name, parent=Parent(type=kind, id=level), data=data)


def variable(level, name="V", *values):
    kind = ParentType.PROJECT if level == "project" else ParentType.PROJECT_GROUP
    values = list(values) or [VariableValue(secret_name="s", secret_var="A")]
    return Variable(id=f"{level}-{name}", name=name, parent=Parent(type=kind, id=level), values=values)


def test_the_nearest_variable_counts():
    """Whatever order they come in."""
    secrets = [secret("root", A="root"), secret("project", A="project")]
    for variables in ([variable("root"), variable("project")], [variable("project"), variable("root")]):
        assert resolve(LEVELS, variables, secrets) == ({"V": "project"}, [])


def test_a_variable_takes_a_secret_of_its_own_level_or_farther_out():
    """A project cannot change what the variables of its group mean."""
    secrets = [secret("project", A="project"), secret("root", A="root")]
    assert resolve(LEVELS, [variable("group")], secrets) == ({"V": "root"}, [])


def test_the_first_value_that_is_meant_for_the_run_counts():
    """And a variable without one is left out."""
    main = VariableValue(secret_name="s", secret_var="MAIN", when=When(branch=Match(include=["main"])))
    tag = VariableValue(secret_name="s", secret_var="TAG", when=When(tag=Match(include=["v*"], exclude=["*-rc"])))
    chosen = [variable("project", "V", main, tag)]
    secrets = [secret("project", MAIN="m", TAG="t")]
    assert resolve(LEVELS, chosen, secrets, branch="main") == ({"V": "m"}, [])
    assert resolve(LEVELS, chosen, secrets, tag="v1") == ({"V": "t"}, [])
    for other in ({"branch": "feature"}, {"tag": "v1-rc"}, {}):
        assert resolve(LEVELS, chosen, secrets, **other) == ({}, [])


def test_what_is_missing_is_told():
    """The secret, or the entry of it; the nearest secret of the name decides."""
    fault = "variable V: there is no A in a secret s"
    assert resolve(LEVELS, [variable("project")], []) == ({}, [fault])
    hidden = [secret("project", B="1"), secret("root", A="2")]
    assert resolve(LEVELS, [variable("project")], hidden) == ({}, [fault])


def test_what_is_moving_just_now_is_left_out():
    """Rather than guessed."""
    assert resolve(LEVELS, [variable("elsewhere")], [secret("elsewhere", A="1")]) == ({}, [])
