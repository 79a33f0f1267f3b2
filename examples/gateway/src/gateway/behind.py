"""What is behind the gateway: the two services, and who may see what of them."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clients.configstore import ConfigstoreClient
from clients.runservice import RunserviceClient
from stackerr import wrapping

from .caller import Doorkeeper, Places
from .runs import Runs

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    import httpx2

    from .caller import Caller


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service is, and what it is shown.

    Attributes:
        url: its URL.
        token: what the gateway shows.
        transport: what carries the requests; tests put an application there.
    """

    url: str
    token: str
    transport: httpx2.AsyncBaseTransport | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """The services behind the gateway.

    Attributes:
        configstore: users, projects, secrets, variables.
        runservice: runs.
        doorkeeper: finds out who asks.
    """

    configstore: ConfigstoreClient
    runservice: RunserviceClient
    doorkeeper: Doorkeeper

    def places(self, caller: Caller) -> Places:
        """Projects and groups as a caller sees them."""
        return Places(self.configstore, caller)

    def runs(self, caller: Caller) -> Runs:
        """Runs as a caller sees them."""
        return Runs(self.runservice, self.configstore, caller)


@asynccontextmanager
async def open_behind(
    configstore: Service, runservice: Service, admin_tokens: Sequence[str]
) -> AsyncGenerator[Behind, None]:
    """Connections to the services, for as long as a block runs."""
    async with AsyncExitStack() as stack:
        with wrapping("prepare to call the services"):
            store = ConfigstoreClient(configstore.url, configstore.token, transport=configstore.transport)
            runs = RunserviceClient(runservice.url, runservice.token, transport=runservice.transport)
            await stack.enter_async_context(store)
            await stack.enter_async_context(runs)
        yield Behind(store, runs, Doorkeeper(store, admin_tokens))
