"""What the configstore keeps: users, project groups, projects, secrets, variables."""

from __future__ import annotations

from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from clients.model import Id, Model

PlainName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64)]
VariableName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=128)]
Ref: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,20}$", max_length=1500),
]
"""An id, or a path: `user/ann` is a user and the root of her project groups, `user/ann/tools/web` what is in it."""

SecretData: TypeAlias = Annotated[
    dict[VariableName, Annotated[str, StringConstraints(max_length=65_536)]],
    Field(min_length=1, max_length=100, json_schema_extra={"additionalProperties": False}),
]
Pattern: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class ParentType(StrEnum):
    """What something can be in."""

    USER = "user"
    PROJECT_GROUP = "projectgroup"
    PROJECT = "project"


AnyParentType = Annotated[ParentType, Field(strict=False)]


class Parent(Model):
    """What something is in; in requests the id may be a path."""

    type: AnyParentType
    id: Ref


class ParentGroup(Model):
    """The project group that something is to be in; the id may be a path."""

    type: Literal["projectgroup"] = "projectgroup"
    id: Ref


class User(Model):
    """A user. Of the tokens only the names are told.

    Attributes:
        root_id: the project group that holds all that the user has.
    """

    id: Id
    name: PlainName
    admin: bool = False
    tokens: list[PlainName] = []
    root_id: Id


class ProjectGroup(Model):
    """A group of projects and of other groups.

    Attributes:
        parent: the group it is in; of a root the user.
        owner_id: the user whose it is.
        path: the names from the user on.
    """

    id: Id
    name: Annotated[str, StringConstraints(max_length=64)]
    parent: Parent
    owner_id: Id
    path: str


class Project(Model):
    """A project.

    Attributes:
        parent: the group it is in.
        owner_id: the user whose it is.
        path: the names from the user on.
    """

    id: Id
    name: PlainName
    parent: Parent
    owner_id: Id
    path: str


class Secret(Model):
    """Values by name. They are kept encrypted, and told only to who asks for them in so many words.

    Attributes:
        data: the values; None where they were not asked for.
    """

    id: Id
    name: PlainName
    parent: Parent
    data: SecretData | None = Field(default=None, repr=False)


class Match(Model):
    """Patterns such as `release-*`: one of `include` must fit, when there is any, and none of `exclude`."""

    include: Annotated[list[Pattern], Field(max_length=50)] = []
    exclude: Annotated[list[Pattern], Field(max_length=50)] = []

    def holds(self, text: str) -> bool:
        """Whether a text is meant.

        >>> Match(include=["release-*"], exclude=["*-rc"]).holds("release-2")
        True
        """
        included = not self.include or any(fnmatchcase(text, pattern) for pattern in self.include)
        return included and not any(fnmatchcase(text, pattern) for pattern in self.exclude)


class When(Model):
    """For which runs a value is meant: what is given here must match, and a run without it does not."""

    branch: Match | None = None
    tag: Match | None = None

    def holds(self, *, branch: str = "", tag: str = "") -> bool:
        """Whether a run of that branch or tag is meant.

        >>> When(branch=Match(include=["main"])).holds(branch="main"), When(tag=Match()).holds(branch="main")
        (True, False)
        """
        pairs = ((self.branch, branch), (self.tag, tag))
        return all(match is None or (bool(text) and match.holds(text)) for match, text in pairs)


class VariableValue(Model):
    """One value that a variable may have: an entry of a secret."""

    secret_name: PlainName
    secret_var: VariableName
    when: When | None = None


Values: TypeAlias = Annotated[list[VariableValue], Field(min_length=1, max_length=50)]


class Variable(Model):
    """A variable of the environment of runs: the first of its values that is meant for a run counts."""

    id: Id
    name: VariableName
    parent: Parent
    values: Values
