"""Finding runs, live and archived ones alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._archived import Summary, summarize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clients.runservice import Run, RunPhase, RunResult

    from ._core import Core


@dataclass(frozen=True, slots=True)
class Query:
    """Which runs are wanted; see `RunserviceClient.list_runs`."""

    phases: frozenset[RunPhase] = frozenset()
    results: frozenset[RunResult] = frozenset()
    groups: tuple[str, ...] = ()
    last_run: bool = False
    start: str = ""
    limit: int = 25
    asc: bool = False

    def matches(self, run: Summary) -> bool:
        """Whether a run is wanted."""
        return (
            (not self.phases or run.phase in self.phases)
            and (not self.results or run.result in self.results)
            and (not self.groups or any(_is_in(run.group, group) for group in self.groups))
        )

    def select(self, runs: Iterable[Summary]) -> list[Summary]:
        """Those that are wanted, in the order asked for."""
        chosen = sorted(filter(self.matches, self._last(runs)), key=lambda run: run.id, reverse=not self.asc)
        if self.start:
            chosen = [run for run in chosen if (run.id > self.start) is self.asc and run.id != self.start]
        return chosen[: self.limit]

    def _last(self, runs: Iterable[Summary]) -> Iterator[Summary]:
        if not self.last_run:
            yield from runs
            return
        newest: dict[str, Summary] = {}
        for run in runs:
            if run.group not in newest or newest[run.group].id < run.id:
                newest[run.group] = run
        yield from newest.values()


def _is_in(group: str, wanted: str) -> bool:
    """Whether a group is the wanted one or below it.

    >>> _is_in("/project/web", "/project"), _is_in("/project/web", "/pro")
    (True, False)
    """
    return group == wanted or group.startswith(wanted.rstrip("/") + "/")


async def find_runs(core: Core, query: Query) -> list[Run]:
    """The runs that are wanted."""
    await core.archived.ready.wait()
    live = {kept.value.id: kept.value for kept in await core.runs.list()}
    summaries = {**core.archived.summaries, **{run.id: summarize(run) for run in live.values()}}
    return [live.get(found.id) or await core.run(found.id) for found in query.select(summaries.values())]
