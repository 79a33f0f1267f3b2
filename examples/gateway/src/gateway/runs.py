"""Runs as a caller sees them: somebody else's run is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apierrors import ErrConflict, ErrForbidden, ErrNotExist
from clients.configstore import Parent, ParentType
from clients.runservice import RunCreateRequest, RunPhase
from stackerr import wrapping

from . import groups
from .answers import Run
from .caller import Places
from .environment import resolve
from .errors import missing, passing_on
from .groups import RunGroup, read_group
from .translate import translate

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from clients.configstore import ConfigstoreClient, Project
    from clients.runservice import RunResponse, RunserviceClient

    from .caller import Caller
    from .config import RunConfig


class Runs:
    """What a caller can do with runs.

    Args:
        runservice: where they are.
        configstore: where the projects are.
        caller: who asks.
    """

    def __init__(self, runservice: RunserviceClient, configstore: ConfigstoreClient, caller: Caller) -> None:
        self._runservice = runservice
        self._configstore = configstore
        self._caller = caller
        self._places = Places(configstore, caller)

    async def start(self, ref: str, written: RunConfig, *, branch: str, tag: str) -> Run:
        """Start a run of a project.

        Raises:
            ErrBadRequest: the config does not fit together.
            ErrNotExist: there is no such project.
        """
        with wrapping("start a run of %s", ref, project=ref):
            project = await self._places.project(ref)
            environment, faults = await self._environment(project, branch, tag)
            request = RunCreateRequest(
                run_config_tasks=translate(written),
                name=written.name,
                group=str(RunGroup(project.owner_id, project.id, branch, tag)),
                setup_errors=faults[:100],
                environment=environment,
                cache_group=project.id,
                annotations={name: text for name, text in (("branch", branch), ("tag", tag)) if text},
            )
            with passing_on():
                answer = await self._runservice.create_run(request)
            return Run.of(answer.run, answer.run_config)

    async def newest(self, ref: str | None, *, start: str | None, limit: int) -> list[Run]:
        """The runs of a project, or all that the caller may see; the newest first."""
        with wrapping("list runs of %s", ref or "all projects", project=ref):
            if ref is not None:
                project = await self._places.project(ref)
                group = groups.of_project(project.owner_id, project.id)
            else:
                group = groups.EVERYONE if self._caller.is_admin else groups.of_user(self._user_id)
            with passing_on():
                answer = await self._runservice.list_runs(groups=[group], start=start, limit=limit)
            return [Run.of(run) for run in answer.runs]

    @property
    def _user_id(self) -> str:
        if self._caller.user is None:
            raise ErrForbidden("the admin's token is no user")
        return self._caller.user.id

    async def get(self, run_id: str) -> Run:
        """A run with its tasks.

        Raises:
            ErrNotExist: there is none for this caller.
        """
        with wrapping("show run %s", run_id, run_id=run_id):
            answer = await self._find(run_id)
            return Run.of(answer.run, answer.run_config)

    async def _find(self, run_id: str) -> RunResponse:
        with passing_on({ErrNotExist: f"there is no run {run_id}"}):
            answer = await self._runservice.get_run(run_id)
        if not self._caller.may_see(read_group(answer.run.group).owner_id):
            raise missing("run", run_id)
        return answer

    async def stop(self, run_id: str) -> None:
        """Stop a run, or take it out of the queue.

        Raises:
            ErrConflict: it has ended.
        """
        with wrapping("stop run %s", run_id, run_id=run_id):
            run = (await self._find(run_id)).run
            if run.phase.is_finished:
                raise ErrConflict("it has ended", public="the run has ended already")
            with passing_on({ErrConflict: "the run has just changed; look at it and try again"}):
                if run.phase is RunPhase.QUEUED:
                    await self._runservice.cancel_run(run_id)
                else:
                    await self._runservice.stop_run(run_id)

    async def restart(self, run_id: str, *, from_start: bool) -> Run:
        """Make a run again, with the variables as they are now.

        Raises:
            ErrConflict: it cannot be made again, or not like that.
        """
        with wrapping("restart run %s", run_id, run_id=run_id):
            run = (await self._find(run_id)).run
            if not (run.can_restart_from_start if from_start else run.can_restart_from_failed):
                what = "from the start" if from_start else "from what failed"
                raise ErrConflict(f"it is {run.phase}", public=f"the run cannot be restarted {what} now")
            branch, tag = run.annotations.get("branch", ""), run.annotations.get("tag", "")
            project = await self._places.project(read_group(run.group).project_id)
            environment, faults = await self._environment(project, branch, tag)
            if faults:
                raise ErrConflict("; ".join(faults), public="; ".join(faults))
            request = RunCreateRequest(
                run_id=run_id, from_start=from_start, environment=environment, annotations=run.annotations
            )
            with passing_on({ErrConflict: "the run cannot be restarted now"}):
                answer = await self._runservice.create_run(request)
            return Run.of(answer.run, answer.run_config)

    async def approve(self, run_id: str, task_id: str) -> None:
        """Let a task go on that waits for it.

        Raises:
            ErrConflict: it does not wait for that.
            ErrNotExist: there is no such task.
        """
        with wrapping("approve task %s of run %s", task_id, run_id, run_id=run_id, task_id=task_id):
            run = (await self._find(run_id)).run
            if task_id not in run.tasks:
                raise missing("task", task_id)
            with passing_on({ErrConflict: "the task does not wait to be approved"}):
                await self._runservice.approve_task(run_id, task_id)

    async def logs(self, run_id: str, task_id: str, step: int | None, *, follow: bool) -> AsyncGenerator[bytes, None]:
        """The log of a step in pieces; the first is empty and says that there is a log."""
        with wrapping("show a log of run %s", run_id, run_id=run_id, task_id=task_id, step=step):
            if task_id not in (await self._find(run_id)).run.tasks:
                raise missing("task", task_id)
            with passing_on({ErrNotExist: "there is no such log"}):
                async with self._runservice.logs(run_id, task_id, step=step, follow=follow) as chunks:
                    yield b""
                    async for chunk in chunks:
                        yield chunk

    async def _environment(self, project: Project, branch: str, tag: str) -> tuple[dict[str, str], list[str]]:
        with wrapping("gather the variables of project %s", project.id, project=project.id), passing_on():
            place = Parent(type=ParentType.PROJECT, id=project.id)
            variables = await self._configstore.list_variables(place, tree=True, overridden=True)
            if not variables:
                return {}, []
            secrets = await self._configstore.list_secrets(place, tree=True, overridden=True, reveal=True)
            levels = [project.id, *await self._groups_around(project)]
            return resolve(levels, variables, secrets, branch=branch, tag=tag)

    async def _groups_around(self, project: Project) -> list[str]:
        levels, parent = [], project.parent
        while parent.type is not ParentType.USER:
            levels.append(parent.id)
            with wrapping("look what is around"):
                parent = (await self._configstore.get_project_group(parent.id)).parent
        return levels
