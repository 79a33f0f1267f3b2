"""Groups of runs: whose a run is, and of which project and branch. One run of a group runs at a time."""

from __future__ import annotations

from dataclasses import dataclass

_LENGTH = 4


@dataclass(frozen=True, slots=True)
class RunGroup:
    """Whose runs they are.

    >>> str(RunGroup("u1", "p1", branch="feature/x"))
    '/user/u1/p1/branch.feature.x'
    """

    owner_id: str
    project_id: str
    branch: str = ""
    tag: str = ""

    def __str__(self) -> str:
        kind, name = ("branch", self.branch) if self.branch else ("tag", self.tag)
        last = f"{kind}.{name.replace('/', '.')}" if name else "any"
        return f"/user/{self.owner_id}/{self.project_id}/{last}"


def of_user(owner_id: str) -> str:
    """All runs of a user."""
    return f"/user/{owner_id}"


def of_project(owner_id: str, project_id: str) -> str:
    """All runs of a project."""
    return f"/user/{owner_id}/{project_id}"


EVERYONE = "/user"


def read_group(group: str) -> RunGroup:
    """Whose a run is; one that came about in another way is nobody's.

    >>> read_group("/user/u1/p1/any").owner_id, read_group("/elsewhere").owner_id
    ('u1', '')
    """
    first, *rest = group.strip("/").split("/")
    return RunGroup(rest[0], rest[1]) if first == "user" and len(rest) == _LENGTH - 1 else RunGroup("", "")
