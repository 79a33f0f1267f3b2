"""Everything that it takes to run runs, on one machine: which services there are, and what they know of each other."""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from typing import TYPE_CHECKING

from clients.configstore import ConfigstoreClient
from clients.runservice import RunserviceClient
from stackerr import wrapping
from vault import new_key

from .process import Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType
    from typing import Self


class Installation:
    """The services of one installation, started while a block runs.

    Args:
        directory: for logs, for what executors keep and, unless said otherwise, for the stores.
        kv: the URL of the kv store; by default a file.
        storage: the URL of the object storage, to which a part for each service is added; by default a directory.
        runservices: how many of them share the work; so with configstores.
        executors: how many; each calls another runservice, in turn.
        limit: how many tasks an executor runs at once.
        options: more words for the command line of every service, such as `--detailed-errors`.
        environment: variables for every service.
        through: gives the URL by which executors reach that of a runservice; tests put a proxy between.

    Attributes:
        services: by their names.
        admin_token: what an administrator shows to the gateway.
    """

    def __init__(
        self,
        directory: Path,
        *,
        kv: str = "",
        storage: str = "",
        configstores: int = 1,
        runservices: int = 1,
        executors: int = 1,
        limit: int = 4,
        options: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
        through: Callable[[str], str] = str,
    ) -> None:
        self.directory = directory
        self.kv = kv or f"sqlite://{directory}/kv.db"
        self.storage = storage or f"file://{directory}/objects"
        self.limit = limit
        self.options = options
        self.through = through
        self.admin_token = secrets.token_hex(16)
        self.services: dict[str, Service] = {}
        self._counts = {"configstore": configstores, "runservice": runservices, "executor": executors, "gateway": 1}
        self._environment = {
            "CONFIGSTORE_KEY": new_key(),
            "RUNSERVICE_KEY": new_key(),
            "CONFIGSTORE_TOKEN": secrets.token_hex(16),
            "RUNSERVICE_TOKEN": secrets.token_hex(16),
            "RUNSERVICE_EXECUTOR_TOKEN": secrets.token_hex(16),
            "GATEWAY_ADMIN_TOKEN": self.admin_token,
            **(environment or {}),
        }
        self._environment["EXECUTOR_TOKEN"] = self._environment["RUNSERVICE_EXECUTOR_TOKEN"]
        self._stack = ExitStack()

    def runservice(self, number: int = 1) -> RunserviceClient:
        """A client of a runservice, with what a gateway may do."""
        return RunserviceClient(self.url("runservice", number), self._environment["RUNSERVICE_TOKEN"], timeout=30)

    def configstore(self, number: int = 1) -> ConfigstoreClient:
        """A client of a configstore, with what a gateway may do."""
        return ConfigstoreClient(self.url("configstore", number), self._environment["CONFIGSTORE_TOKEN"], timeout=30)

    def url(self, kind: str, number: int = 1) -> str:
        """Where a service listens."""
        return self.services[f"{kind}-{number}"].url

    @property
    def environment(self) -> dict[str, str]:
        """The variables that every service gets, tokens among them."""
        return dict(self._environment)

    def __enter__(self) -> Self:
        with wrapping("start the services", directory=str(self.directory)), ExitStack() as stack:
            self.directory.mkdir(parents=True, exist_ok=True)
            for kinds in (("configstore", "runservice"), ("executor", "gateway")):
                self._start(stack, [(kind, number) for kind in kinds for number in range(1, self._counts[kind] + 1)])
            self._stack = stack.pop_all()
        return self

    def _start(self, stack: ExitStack, wanted: list[tuple[str, int]]) -> None:
        """Start some at the same time, and wait for all of them."""
        for kind, number in wanted:
            name = f"{kind}-{number}"
            arguments = [*self._arguments(kind, number), *self.options]
            self.services[name] = Service(name, arguments, self._environment, self.directory)
            stack.callback(self.services[name].stop)
            self.services[name].launch()
        for kind, number in wanted:
            self.services[f"{kind}-{number}"].wait()

    def _arguments(self, kind: str, number: int) -> list[str]:
        if kind == "executor":
            served_by = (number - 1) % self._counts["runservice"] + 1
            data = str(self.directory / f"executor-{number}")
            where = ["--runservice", self.through(self.url("runservice", served_by)), "--data-dir", data]
            return [kind, "serve", *where, "--limit", str(self.limit)]
        if kind == "gateway":
            return [
                kind, "serve", "--configstore", self.url("configstore"), "--runservice", self.url("runservice"),
            ]  # fmt: skip
        return [kind, "serve", "--kv", self.kv, "--storage", self._storage_of(kind)]

    def _storage_of(self, kind: str) -> str:
        """Each service has its own objects."""
        place, question, query = self.storage.partition("?")
        return f"{place.rstrip('/')}/{kind}{question}{query}"

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with wrapping("stop the services"):
            self._stack.close()
