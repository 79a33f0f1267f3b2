"""The routes of projects and project groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response

from apierrors import ErrConflict
from stackerr import wrapping

from .answers import Project, ProjectGroup
from .errors import passing_on
from .params import PathRef, PlaceRequest, WhoAsks

if TYPE_CHECKING:
    from fastapi import APIRouter

    from .behind import Behind


def add_project_routes(router: APIRouter, behind: Behind) -> None:
    """Projects, and the groups that they are in."""
    store = behind.configstore

    @router.post("/projects", status_code=201)
    async def create_project(caller: WhoAsks, request: PlaceRequest) -> Project:
        """Make a project."""
        with wrapping("create project %s in %s", request.name, request.parent):
            group = await behind.places(caller).group(request.parent)
            with passing_on({ErrConflict: f"there is something named {request.name}, or no room for it"}):
                return Project.of(await store.create_project(request.name, group.id))

    @router.get("/projects/{ref}")
    async def get_project(caller: WhoAsks, ref: PathRef) -> Project:
        """A project."""
        with wrapping("get project %s", ref):
            return Project.of(await behind.places(caller).project(ref))

    @router.delete("/projects/{ref}", status_code=204)
    async def delete_project(caller: WhoAsks, ref: PathRef) -> Response:
        """Delete a project with its secrets and variables; its runs stay."""
        with wrapping("delete project %s", ref):
            project = await behind.places(caller).project(ref)
            with passing_on():
                await store.delete_project(project.id)
        return Response(status_code=204)

    @router.post("/projectgroups", status_code=201)
    async def create_project_group(caller: WhoAsks, request: PlaceRequest) -> ProjectGroup:
        """Make a project group."""
        with wrapping("create project group %s in %s", request.name, request.parent):
            group = await behind.places(caller).group(request.parent)
            with passing_on({ErrConflict: f"there is something named {request.name}, or no room for it"}):
                return ProjectGroup.of(await store.create_project_group(request.name, group.id))

    @router.get("/projectgroups/{ref}")
    async def get_project_group(caller: WhoAsks, ref: PathRef) -> ProjectGroup:
        """A project group."""
        with wrapping("get project group %s", ref):
            return ProjectGroup.of(await behind.places(caller).group(ref))

    @router.delete("/projectgroups/{ref}", status_code=204)
    async def delete_project_group(caller: WhoAsks, ref: PathRef) -> Response:
        """Delete a project group in which nothing is."""
        with wrapping("delete project group %s", ref):
            group = await behind.places(caller).group(ref)
            with passing_on({ErrConflict: "something is in the project group"}):
                await store.delete_project_group(group.id)
        return Response(status_code=204)

    @router.get("/projectgroups/{ref}/subgroups")
    async def list_subgroups(caller: WhoAsks, ref: PathRef) -> list[ProjectGroup]:
        """The groups that are directly in it."""
        with wrapping("list the groups in %s", ref):
            group = await behind.places(caller).group(ref)
            with passing_on():
                return [ProjectGroup.of(one) for one in await store.list_subgroups(group.id)]

    @router.get("/projectgroups/{ref}/projects")
    async def list_projects(caller: WhoAsks, ref: PathRef) -> list[Project]:
        """The projects that are directly in it."""
        with wrapping("list the projects in %s", ref):
            group = await behind.places(caller).group(ref)
            with passing_on():
                return [Project.of(one) for one in await store.list_projects(group.id)]
