"""What each kind of step does."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apierrors import ErrNotExist, is_remote
from clients.runservice import (
    RestoreCacheStep,
    RestoreWorkspaceStep,
    RunStep,
    SaveCacheStep,
    SaveToWorkspaceStep,
)
from stackerr import wrapping

from .archive import SIZE_LIMIT, inside, pack, unpack
from .disk import telling_full
from .errors import ErrBadTask, ErrStepFailed, ErrTooLarge
from .keys import fill_key
from .patience import in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from clients.runservice import ExecutorTaskSpecData, RunserviceClient, SaveContent, Step

    from .driver import Driver
    from .folder import Folder

_SHELL = "/bin/sh -e"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one task.

    Attributes:
        spec: what is to be done; it holds secrets, and is not shown.
        folder: the task's directory.
        driver: runs programs.
        client: where archives and caches come from and go to.
    """

    spec: ExecutorTaskSpecData
    folder: Folder
    driver: Driver
    client: RunserviceClient

    async def set_up(self) -> None:
        """Make the task's directories."""
        self.folder.make()
        log = self.folder.log(None)
        log.say(f"run task {self.spec.task_name!r}: {len(self.spec.steps)} steps")
        directory = self._directory()
        with wrapping("make working directory %s", directory), telling_full():
            directory.mkdir(parents=True, exist_ok=True)

    async def run(self, number: int) -> None:
        """Do a step.

        Raises:
            ErrStepFailed: its program ended with another status than 0.
            ErrExecutor: it could not be done, and why not.
        """
        step = self.spec.steps[number]
        with wrapping("%s step %d%s", step.type, number, f" ({step.name})" if step.name else "", step=number):
            if isinstance(step, RunStep):
                await self._run_command(number, step)
            else:
                said = await self._move_files(number, step)
                self.folder.log(number).say(said)

    async def _move_files(self, number: int, step: Step) -> str:
        if isinstance(step, SaveToWorkspaceStep):
            return await self._save_to_workspace(number, step.contents)
        if isinstance(step, RestoreWorkspaceStep):
            return await self._restore_workspace(step)
        if isinstance(step, SaveCacheStep):
            return await self._save_cache(step)
        if isinstance(step, RestoreCacheStep):
            return await self._restore_cache(step)
        raise ErrBadTask(f"there is no step of type {step.type}")

    async def _run_command(self, number: int, step: RunStep) -> None:
        directory = inside(self._directory(), step.working_dir)
        command = self.folder.command(number)
        with wrapping("write command to %s", command), telling_full():
            command.write_text(step.command, encoding="utf-8")
        async with self.folder.log(number).kept_short() as output:
            status = await self.driver.run(
                [*_split(step.shell or self.spec.shell or _SHELL), str(command)],
                directory=directory,
                environment={**self.spec.environment, **step.environment},
                output=output,
            )
        if status:
            raise ErrStepFailed(f"exit status {status}", exit_status=status)

    async def _save_to_workspace(self, number: int, contents: list[SaveContent]) -> str:
        count = await in_thread(pack, self._directory(), contents, self.folder.archive(number))
        return f"kept {count} files"

    async def _restore_workspace(self, step: RestoreWorkspaceStep) -> str:
        target, count = inside(self._directory(), step.dest_dir), 0
        for operation in self.spec.workspace_operations:
            async with self._fetched(self.client.archive(operation.task_id, operation.step)) as archive:
                with wrapping("archive %d of task %s", operation.step, operation.task_id):
                    count += await in_thread(unpack, archive, target)
        return f"restored {count} files"

    async def _save_cache(self, step: SaveCacheStep) -> str:
        key = await self._key(step.key)
        if await self.client.has_cache(key):
            return f"cache {key} is there already"
        archive = self.folder.download("cache")
        try:
            count = await in_thread(pack, self._directory(), step.contents, archive)
            await self.client.write_cache(key, _chunks_of(archive))
        finally:
            _remove(archive)
        return f"saved {count} files as cache {key}"

    async def _restore_cache(self, step: RestoreCacheStep) -> str:
        target = inside(self._directory(), step.dest_dir)
        keys = [await self._key(key) for key in step.keys]
        for key in keys:
            try:
                async with self._fetched(self.client.read_cache(key, prefix=True)) as archive:
                    count = await in_thread(unpack, archive, target)
                    return f"restored {count} files from cache {key}"
            except Exception as err:
                if not is_remote(err, ErrNotExist):
                    raise
        return f"no cache begins with {' or '.join(keys)}"

    async def _key(self, template: str) -> str:
        return await asyncio.to_thread(fill_key, self.spec.cache_prefix, template, self._directory())

    @contextlib.asynccontextmanager
    async def _fetched(self, download: AbstractAsyncContextManager[AsyncIterator[bytes]]) -> AsyncGenerator[Path, None]:
        """A file that is fetched, used and removed."""
        path = self.folder.download("fetched")
        try:
            async with download as chunks:
                await _write(path, chunks)
            yield path
        finally:
            _remove(path)

    def _directory(self) -> Path:
        return inside(self.folder.work, self.spec.working_dir)


def _remove(path: Path) -> None:
    with wrapping("remove %s", path):
        path.unlink(missing_ok=True)


async def _write(path: Path, chunks: AsyncIterator[bytes]) -> None:
    size = 0
    with wrapping("write %s", path), telling_full(), path.open("wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > SIZE_LIMIT:
                raise ErrTooLarge(f"the archive is larger than {SIZE_LIMIT} bytes")
            file.write(chunk)


async def _chunks_of(path: Path) -> AsyncIterator[bytes]:
    with wrapping("read %s", path), path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk


def _split(shell: str) -> list[str]:
    with wrapping("read shell %r", shell):
        words = shlex.split(shell)
        if not words:
            raise ErrBadTask("a shell is a program and its arguments")
        return words
