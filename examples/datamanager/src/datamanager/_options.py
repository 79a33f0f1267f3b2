"""How often and how much: the numbers that one may want to set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The numbers of a data manager; those of the intervals are seconds.

    Attributes:
        sync_every: between looks for WALs that are not in the object storage yet; one's own go there at once.
        checkpoint_every: between looks whether a checkpoint is due.
        min_wals: how many new WALs make a checkpoint due.
        max_file_bytes: when a data file is full.
        keep_checkpoints: how many checkpoints stay.
        keep_wals: how many WALs that are in a checkpoint stay in the store; 1 at least.
        clean_wals_every: between cleanings of the store.
        clean_storage_every: between cleanings of the object storage.
        clean_groups_every: between looks for change groups to forget.
        group_window: how many revisions a token is good for.
        ping_every: between signs of life, which keep watches of the store young.
        lock_ttl: how long after the death of an instance another one takes up its work.
        cache_bytes: how much of what was read is kept in memory.
    """

    sync_every: float = 5.0
    checkpoint_every: float = 10.0
    min_wals: int = 100
    max_file_bytes: int = 10 << 20
    keep_checkpoints: int = 3
    keep_wals: int = 100
    clean_wals_every: float = 2.0
    clean_storage_every: float = 300.0
    clean_groups_every: float = 10.0
    group_window: int = 1000
    ping_every: float = 30.0
    lock_ttl: float = 5.0
    cache_bytes: int = 16 << 20
