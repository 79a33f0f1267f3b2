"""What can be set: the tokens and keys, how often things happen, and how large they may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from datamanager import Options

if TYPE_CHECKING:
    from vault import Vault

_MIB = 1024 * 1024
DAY = 24 * 60 * 60.0


@dataclass(frozen=True, slots=True)
class Settings:
    """The numbers are seconds and bytes.

    Attributes:
        client_tokens: who has one of these is a client.
        executor_tokens: who has one of these is an executor; the first is what the service shows to executors.
        vault: what seals the environments of runs.
        schedule_every: between looks at all runs; what changes is looked at at once.
        fetch_every: between looks for logs and archives to fetch.
        clean_every: between looks for executors' tasks that nobody needs.
        clean_storage_every: between looks for archives and caches that are too old.
        keep_archives: how long the archives of workspaces are kept.
        keep_caches: how long caches are kept.
        keep_logs: how long logs are kept after their step has ended; 0 is as long as the run, for ever.
        push_timeout: how long an executor may take to answer.
        drain: how long requests that are under way may take when the service changes over to maintenance.
        largest_request: of JSON.
        largest_upload: of a cache, of an archive, of an import.
        data: the numbers of the data manager.
    """

    client_tokens: tuple[str, ...]
    executor_tokens: tuple[str, ...]
    vault: Vault
    schedule_every: float = 2.0
    fetch_every: float = 2.0
    clean_every: float = 1.0
    clean_storage_every: float = DAY
    keep_archives: float = 7 * DAY
    keep_caches: float = 7 * DAY
    keep_logs: float = 0.0
    push_timeout: float = 3.0
    drain: float = 5.0
    largest_request: int = 4 * _MIB
    largest_upload: int = 4096 * _MIB
    data: Options = field(default_factory=Options)
