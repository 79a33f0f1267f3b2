"""What clients ask of the configstore about projects and the groups that they are in."""

from __future__ import annotations

from clients.client import Client
from clients.query import API, part
from stackerr import wrapping

from .objects import ParentGroup, Project, ProjectGroup
from .requests import ProjectGroupRequest, ProjectRequest


class ProjectCalls(Client):
    """The routes of projects and project groups. A `ref` is an id or a path."""

    async def create_project_group(self, name: str, parent: str) -> ProjectGroup:
        """Make a project group in another one."""
        with wrapping("create project group %s in %s", name, parent, project_group=name):
            body = ProjectGroupRequest(name=name, parent=_group(parent))
            return await self.call("POST", f"{API}/projectgroups", ProjectGroup, body=body)

    async def get_project_group(self, ref: str) -> ProjectGroup:
        """A project group."""
        with wrapping("get project group %s", ref, project_group=ref):
            return await self.call("GET", f"{API}/projectgroups/{part(ref)}", ProjectGroup)

    async def update_project_group(self, ref: str, name: str, parent: str) -> ProjectGroup:
        """Rename a project group, or move it to another one of the same user."""
        with wrapping("update project group %s", ref, project_group=ref):
            body = ProjectGroupRequest(name=name, parent=_group(parent))
            return await self.call("PUT", f"{API}/projectgroups/{part(ref)}", ProjectGroup, body=body)

    async def delete_project_group(self, ref: str) -> None:
        """Delete a project group in which nothing is."""
        with wrapping("delete project group %s", ref, project_group=ref):
            await self.call("DELETE", f"{API}/projectgroups/{part(ref)}")

    async def list_subgroups(self, ref: str) -> list[ProjectGroup]:
        """The groups that are directly in a group."""
        with wrapping("list the groups in project group %s", ref, project_group=ref):
            return await self.call("GET", f"{API}/projectgroups/{part(ref)}/subgroups", list[ProjectGroup])

    async def list_projects(self, ref: str) -> list[Project]:
        """The projects that are directly in a group."""
        with wrapping("list the projects in project group %s", ref, project_group=ref):
            return await self.call("GET", f"{API}/projectgroups/{part(ref)}/projects", list[Project])

    async def create_project(self, name: str, parent: str) -> Project:
        """Make a project in a group."""
        with wrapping("create project %s in %s", name, parent, project=name):
            body = ProjectRequest(name=name, parent=_group(parent))
            return await self.call("POST", f"{API}/projects", Project, body=body)

    async def get_project(self, ref: str) -> Project:
        """A project."""
        with wrapping("get project %s", ref, project=ref):
            return await self.call("GET", f"{API}/projects/{part(ref)}", Project)

    async def update_project(self, ref: str, name: str, parent: str) -> Project:
        """Rename a project, or move it to another group of the same user."""
        with wrapping("update project %s", ref, project=ref):
            body = ProjectRequest(name=name, parent=_group(parent))
            return await self.call("PUT", f"{API}/projects/{part(ref)}", Project, body=body)

    async def delete_project(self, ref: str) -> None:
        """Delete a project with its secrets and variables."""
        with wrapping("delete project %s", ref, project=ref):
            await self.call("DELETE", f"{API}/projects/{part(ref)}")


def _group(ref: str) -> ParentGroup:
    return ParentGroup(id=ref)
