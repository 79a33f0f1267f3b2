"""The routes of projects and project groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response

from clients.configstore import Project, ProjectGroup, ProjectGroupRequest, ProjectRequest

from .params import AnyRef
from .projects import Projects
from .tree import GROUP, PROJECT

if TYPE_CHECKING:
    from fastapi import APIRouter

    from .service import Service


def add_project_routes(router: APIRouter, service: Service) -> None:
    """Projects."""

    @router.post("/projects", status_code=201)
    async def create_project(request: ProjectRequest) -> Project:
        """Make a project."""
        async with service.records() as records:
            projects = Projects(records)
            return await projects.show_project(await projects.create(PROJECT, request.name, request.parent))

    @router.get("/projects/{ref}")
    async def get_project(ref: AnyRef) -> Project:
        """A project."""
        async with service.records() as records:
            projects = Projects(records)
            return await projects.show_project(await projects.get(PROJECT, ref))

    @router.put("/projects/{ref}")
    async def update_project(ref: AnyRef, request: ProjectRequest) -> Project:
        """Rename or move a project."""
        async with service.records() as records:
            projects = Projects(records)
            return await projects.show_project(await projects.update(PROJECT, ref, request.name, request.parent))

    @router.delete("/projects/{ref}", status_code=204)
    async def delete_project(ref: AnyRef) -> Response:
        """Delete a project with its secrets and variables."""
        async with service.records() as records:
            await Projects(records).delete(PROJECT, ref)
        return Response(status_code=204)


def add_group_routes(router: APIRouter, service: Service) -> None:
    """Project groups."""

    @router.post("/projectgroups", status_code=201)
    async def create_project_group(request: ProjectGroupRequest) -> ProjectGroup:
        """Make a project group."""
        async with service.records() as records:
            projects = Projects(records)
            return await projects.show_group(await projects.create(GROUP, request.name, request.parent))

    @router.get("/projectgroups/{ref}")
    async def get_project_group(ref: AnyRef) -> ProjectGroup:
        """A project group."""
        async with service.records() as records:
            projects = Projects(records)
            return await projects.show_group(await projects.get(GROUP, ref))

    @router.put("/projectgroups/{ref}")
    async def update_project_group(ref: AnyRef, request: ProjectGroupRequest) -> ProjectGroup:
        """Rename or move a project group."""
        async with service.records() as records:
            projects = Projects(records)
            return await projects.show_group(await projects.update(GROUP, ref, request.name, request.parent))

    @router.delete("/projectgroups/{ref}", status_code=204)
    async def delete_project_group(ref: AnyRef) -> Response:
        """Delete a project group in which nothing is."""
        async with service.records() as records:
            await Projects(records).delete(GROUP, ref)
        return Response(status_code=204)

    @router.get("/projectgroups/{ref}/subgroups")
    async def list_subgroups(ref: AnyRef) -> list[ProjectGroup]:
        """The groups that are directly in it."""
        async with service.records() as records:
            projects = Projects(records)
            return [await projects.show_group(node) for node in await projects.children(GROUP, ref)]

    @router.get("/projectgroups/{ref}/projects")
    async def list_projects(ref: AnyRef) -> list[Project]:
        """The projects that are directly in it."""
        async with service.records() as records:
            projects = Projects(records)
            return [await projects.show_project(node) for node in await projects.children(PROJECT, ref)]
