"""The runs that are archived, in memory: as much of each as it takes to find it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clients.runservice import Run
from kvstore import ErrCompacted, ErrFutureRevision
from stackerr import wrapping

if TYPE_CHECKING:
    from collections.abc import Callable

    from clients.runservice import RunPhase, RunResult
    from datamanager import DataManager
    from kvstore import Batch, Event, Store

    from ._collection import Collection

log = logging.getLogger("runservice")

_PAGE = 500
WATCHED, _RUNS, _TASKS = "scheduler/", "scheduler/runs/", "scheduler/tasks/"


@dataclass(frozen=True, slots=True)
class Summary:
    """What is asked for when runs are listed."""

    id: str
    group: str
    phase: RunPhase
    result: RunResult


def summarize(run: Run) -> Summary:
    """A run, as much of it as is kept in memory."""
    return Summary(run.id, run.group, run.phase, run.result)


class ArchivedRuns:
    """Follows the live runs, and takes up those that are archived.

    A run is marked as archived while it is among the live ones, and leaves them afterwards: between the two it is in
    both places, never in none.

    Args:
        store: where the live runs are.
        runs: the live runs.
        data: where the archived ones are.

    Attributes:
        summaries: the archived runs, by id.
        ready: set when all are known that were archived before.
    """

    def __init__(self, store: Store, runs: Collection[Run], data: DataManager) -> None:
        self.summaries: dict[str, Summary] = {}
        self.ready = asyncio.Event()
        self._listeners: list[asyncio.Event] = []
        self._waiting: list[tuple[Callable[[Run], bool], asyncio.Event]] = []
        self._store = store
        self._runs = runs
        self._data = data

    @property
    def newest(self) -> str:
        """The greatest id; empty when there is none."""
        return max(self.summaries, default="")

    def listen(self) -> asyncio.Event:
        """What is set whenever a run or a task of an executor changes, or a new executor comes."""
        event = asyncio.Event()
        self._listeners.append(event)
        return event

    def listen_for(self, is_wanted: Callable[[Run], bool]) -> asyncio.Event:
        """What is set whenever a run changes and is one of those."""
        event = asyncio.Event()
        self._waiting.append((is_wanted, event))
        return event

    async def follow(self) -> None:
        """Read everything, then take up what comes."""
        while True:
            try:
                await self._follow(await self._load())
            except (ErrCompacted, ErrFutureRevision) as err:
                log.warning("read all runs anew", exc_info=err)

    async def _load(self) -> int:
        """Read what is archived; the revision from which on to watch."""
        live, revision = await self._runs.list_at()
        summaries = {kept.value.id: summarize(kept.value) for kept in live if kept.value.archived}
        after = ""
        with wrapping("read the archived runs"):
            while entries := await self._data.list("run", after=after, limit=_PAGE):
                after = entries[-1].id
                summaries |= {entry.id: summarize(Run.model_validate_json(entry.data)) for entry in entries}
        self.summaries = summaries
        self.ready.set()
        return revision

    async def _follow(self, revision: int) -> None:
        with wrapping("follow the runs after revision %s", revision):
            async with self._store.watch(WATCHED, after=revision) as batches:
                async for batch in batches:
                    self._take(batch)

    def _take(self, batch: Batch) -> None:
        for event in batch.events:
            if event.key.startswith(self._runs.prefix) and event.value is not None:
                self._take_run(event)
        if any(_is_news(event) for event in batch.events):
            for listener in self._listeners:
                listener.set()

    def _take_run(self, event: Event) -> None:
        run = self._runs.parse(event.key, event.value or b"")
        if run.archived:
            self.summaries[run.id] = summarize(run)
        for is_wanted, waiting in self._waiting:
            if is_wanted(run):
                waiting.set()


def _is_news(event: Event) -> bool:
    """Whether a change is more than an executor's sign of life."""
    return event.key.startswith((_RUNS, _TASKS)) or event.created == event.revision
