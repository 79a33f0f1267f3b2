"""Variables into an environment: which value counts for a run, and which secret it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clients.configstore import Secret, Variable, VariableValue


def resolve(
    levels: Sequence[str], variables: Sequence[Variable], secrets: Sequence[Secret], *, branch: str = "", tag: str = ""
) -> tuple[dict[str, str], list[str]]:
    """The environment of a run.

    Args:
        levels: the ids of the project and of the groups around it, the nearest first.
        variables: those of all levels; of one name the nearest counts.
        secrets: those of all levels, with their values. A variable takes the nearest that is at its own level or
            farther out: what a project calls a secret does not change what the variables of its group mean.
        branch: what it is a run of.
        tag: the same.

    Returns:
        The variables that have a value for this run, and what is wrong with the others that should have one.
    """
    place = {id: number for number, id in enumerate(levels)}
    environment: dict[str, str] = {}
    faults: list[str] = []
    seen: set[str] = set()
    inside = [variable for variable in variables if variable.parent.id in place]  # it may be moving just now
    for variable in sorted(inside, key=lambda one: place[one.parent.id]):
        if variable.name in seen:
            continue
        seen.add(variable.name)
        value = _value_for(variable, branch, tag)
        if value is None:
            continue
        text = _look_up(value, place[variable.parent.id], secrets, place)
        if text is None:
            faults.append(f"variable {variable.name}: there is no {value.secret_var} in a secret {value.secret_name}")
        else:
            environment[variable.name] = text
    return environment, faults


def _value_for(variable: Variable, branch: str, tag: str) -> VariableValue | None:
    return next(
        (value for value in variable.values if value.when is None or value.when.holds(branch=branch, tag=tag)), None
    )


def _look_up(value: VariableValue, level: int, secrets: Sequence[Secret], place: dict[str, int]) -> str | None:
    fitting = [one for one in secrets if one.name == value.secret_name and place.get(one.parent.id, -1) >= level]
    nearest = min(fitting, key=lambda one: place[one.parent.id], default=None)
    return (nearest.data or {}).get(value.secret_var) if nearest else None
