"""What every part of the service works with: the stores, and what is in them."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from clients.executor import ExecutorClient
from clients.runservice import Executor, ExecutorTask, Run
from datamanager import ErrNotExist
from stackerr import mark, wrapping

from ._archived import ArchivedRuns
from ._collection import Collection
from ._sealing import SealedConfig, open_config
from .errors import ErrRunNotExist

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from clients.runservice import RunConfig
    from datamanager import DataManager
    from kvstore import Store
    from objectstorage import ObjectStorage

    from .settings import Settings

TYPES = ("run", "runconfig", "runcounter")
BASE = "rundata"
_CONFIGS = 200


class Core:
    """The stores, and what is in them, for as long as a block runs.

    Args:
        store: the kv store.
        storage: logs, archives and caches.
        data: archived runs, and the configs of all.
        settings: the numbers and the tokens.

    Attributes:
        runs: the live runs.
        tasks: the tasks that executors have, never with their spec data.
        executors: the executors that have been heard of.
        archived: what is known of archived runs.
    """

    def __init__(self, store: Store, storage: ObjectStorage, data: DataManager, settings: Settings) -> None:
        self.store = store
        self.storage = storage
        self.data = data
        self.settings = settings
        self.runs = Collection(store, "scheduler/runs/", Run)
        self.tasks = Collection(store, "scheduler/tasks/", ExecutorTask)
        self.executors = Collection(store, "scheduler/executors/", Executor)
        self.archived = ArchivedRuns(store, self.runs, data)
        self._configs: OrderedDict[str, SealedConfig] = OrderedDict()
        self._clients: dict[str, ExecutorClient] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, err: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def client(self, executor: Executor) -> ExecutorClient:
        """The client of an executor."""
        url = executor.listen_url
        if url not in self._clients:
            token = self.settings.executor_tokens[0]
            with wrapping("make a client of executor %s", executor.id):
                client = self._clients[url] = ExecutorClient(url, token, timeout=self.settings.push_timeout)
            self._stack.push_async_callback(client.close)
        return self._clients[url]

    async def run(self, run_id: str) -> Run:
        """A run, live or archived.

        Raises:
            ErrRunNotExist: there is none of that id.
        """
        kept = await self.runs.find(run_id)
        if kept is not None:
            return kept.value
        with wrapping("read archived run %s", run_id, run_id=run_id):
            try:
                return Run.model_validate_json(await self.data.read("run", run_id))
            except ErrNotExist as err:
                raise mark(err, ErrRunNotExist) from err

    async def config(self, run_id: str) -> RunConfig:
        """What a run was made from, without any environment.

        Raises:
            ErrRunNotExist: nothing was, of that id.
        """
        return (await self._stored(run_id)).config

    async def open_config(self, run_id: str) -> RunConfig:
        """The same with all environments, for who is about to run it, or to make it again.

        Raises:
            ErrRunNotExist: nothing was, of that id.
            vault.ErrSealed: none of our keys opens it.
        """
        return open_config(self.settings.vault, await self._stored(run_id))

    async def _stored(self, run_id: str) -> SealedConfig:
        if run_id not in self._configs:
            self._configs[run_id] = await self._read_config(run_id)
            if len(self._configs) > _CONFIGS:
                self._configs.popitem(last=False)
        return self._configs[run_id]

    async def _read_config(self, run_id: str) -> SealedConfig:
        with wrapping("read the config of run %s", run_id, run_id=run_id):
            try:
                return SealedConfig.model_validate_json(await self.data.read("runconfig", run_id))
            except ErrNotExist as err:
                raise mark(err, ErrRunNotExist) from err
