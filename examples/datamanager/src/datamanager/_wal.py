"""The write-ahead log: its headers, which are in the store, and the one transaction that is a write.

    walsdata                    the last WAL that was committed
    wals/<sequence>             the header of a WAL
    lastcommittedstoragewalseq  the last WAL whose header is in the object storage too
    checkpointseq               the last checkpoint, and the last WAL in it
    changegroups/<name>         its revision tells when the group was changed
    changegroupsminrev          its revision tells how far back groups are remembered

A header in the store is `committed`; up to `lastcommittedstoragewalseq` it is `committed_storage`, and up to
`checkpointseq` it is `checkpointed`.
"""

from __future__ import annotations

import asyncio
import json
import random
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import stackerr
from kvstore import ErrKeyModified, ErrKeyNotFound, ErrNotSent, ErrUnavailable, Put, absent, unchanged
from stackerr import mark, wrapping

from ._actions import decode_actions
from ._errors import RESTORE, ErrConcurrency, ErrCorrupt
from ._objects import WAL_DATA
from ._sequence import Sequence
from ._token import GROUPS, Token

if TYPE_CHECKING:
    from kvstore import Entry, Store

    from ._actions import Action
    from ._objects import Objects

WALS, LAST, SYNCED, CHECKPOINTED = "wals/", "walsdata", "lastcommittedstoragewalseq", "checkpointseq"
_ATTEMPTS = 200
_SILENT_ATTEMPTS = 3
_RETRY = "read again, decide again"


class NotInitialisedError(Exception):
    """The store has no log: it is new, or it was lost."""


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a WAL without reading its actions.

    Attributes:
        sequence: its number.
        previous: the number of the one before it.
        data_id: what its actions are called in the object storage.
        size: how many bytes they have.
        crc32: their checksum.
    """

    sequence: Sequence
    previous: Sequence
    data_id: str
    size: int
    crc32: int

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        sequences = {"sequence": str(self.sequence), "previous": str(self.previous)}
        return {**sequences, "data_id": self.data_id, "size": self.size, "crc32": self.crc32}

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Read what `to_dict` gave.

        Raises:
            ErrCorrupt: it is something else.
        """
        try:
            sequence, previous = Sequence.parse(document["sequence"]), Sequence.parse(document["previous"])
            return cls(sequence, previous, document["data_id"], document["size"], document["crc32"])
        except (ValueError, LookupError, TypeError) as err:
            raise mark(err, ErrCorrupt, "cannot make sense of the header of a WAL") from err

    @property
    def key(self) -> str:
        """Where it is in the store."""
        return f"{WALS}{self.sequence}"


def read_header(raw: bytes) -> Header:
    """The header that is the value of a key.

    Raises:
        ErrCorrupt: it is none.
    """
    try:
        document = json.loads(raw)
    except ValueError as err:
        raise mark(err, ErrCorrupt, "cannot make sense of the header of a WAL") from err
    return Header.from_dict(document)


def read_actions(objects: Objects, header: Header) -> list[Action]:
    """The actions of a WAL, all of them.

    Raises:
        ErrMissing: they are not there.
        ErrCorrupt: they are not those that were written.
    """
    with wrapping("read WAL %s", header.sequence, wal=str(header.sequence)):
        raw = objects.get(WAL_DATA + header.data_id)
        if len(raw) != header.size:
            raise ErrCorrupt(f"{len(raw)} of {header.size} bytes are there", hint=RESTORE)
        if zlib.crc32(raw) != header.crc32:
            raise ErrCorrupt(
                f"it is damaged: the checksum is {zlib.crc32(raw):08x}, and was {header.crc32:08x}", hint=RESTORE
            )
        return decode_actions(raw)


class Journal:
    """The log in the store.

    Args:
        store: the store, for the keys of the log alone.
        window: how many revisions a token is good for.
    """

    def __init__(self, store: Store, window: int) -> None:
        self._store = store
        self._window = window
        self._turn = asyncio.Lock()

    async def last(self) -> tuple[Sequence, int]:
        """The last WAL that was committed, and the revision at which it was.

        Raises:
            NotInitialisedError: there is no log.
        """
        entry = await self.find(LAST)
        if entry is None:
            raise NotInitialisedError("the store has no log")
        return Sequence.parse(entry.value.decode()), entry.revision

    async def find(self, key: str) -> Entry | None:
        """The entry of a key, if there is one."""
        try:
            return await self._store.get(key)
        except ErrKeyNotFound:
            return None

    async def headers(self, *, after: Sequence | None = None, limit: int = 0) -> list[Header]:
        """WALs in order: those after one of them, and so many at most; 0 is all."""
        with wrapping("read the log after WAL %s", after or "none"):
            page = await self._store.list(WALS, after=f"{WALS}{after}" if after else "", limit=limit)
        return [read_header(entry.value) for entry in page.entries]

    async def after(self, sequence: Sequence) -> tuple[list[Header], Sequence, int]:
        """The WALs after one of them, the last that was committed, and the revision at which that was so.

        One call reads all: `walsdata` comes behind the keys of the WALs.

        Raises:
            NotInitialisedError: there is no log.
        """
        with wrapping("read the log after WAL %s", sequence):
            page = await self._store.list("wals", after=f"{WALS}{sequence}")
        entries = {entry.key: entry.value for entry in page.entries}
        if LAST not in entries:
            raise NotInitialisedError("the store has no log")
        headers = [read_header(value) for key, value in entries.items() if key.startswith(WALS)]
        return headers, Sequence.parse(entries[LAST].decode()), page.revision

    async def commit(self, data_id: str, data: bytes, token: Token | None) -> tuple[Header, int]:
        """Commit a WAL whose actions are in the object storage; its header, and the revision at which that was.

        Raises:
            ErrConcurrency: a group of the token was changed, or the token is too old. Nothing was written.
            ErrUnavailable: the store gives no answer; whether the WAL was committed is not known.
            NotInitialisedError: there is no log.
        """
        draft = Header(Sequence(0, 0), Sequence(0, 0), data_id, len(data), zlib.crc32(data))
        async with self._turn:
            return await _Write(self, draft, token).commit()


class _Write:
    """One write: it is tried until it is done, or until it is clear that it is not to be done.

    That only `walsdata` moved is no reason to give up. Where the store gave no answer the same transaction is sent
    again: it can be done only once, and a header with our data tells that it was.
    """

    def __init__(self, journal: Journal, draft: Header, token: Token | None) -> None:
        self._journal = journal
        self._store = journal._store
        self._token = token
        self._window = journal._window
        self._header = draft
        self._unknown: ErrUnavailable | None = None
        self._silent = 0

    async def commit(self) -> tuple[Header, int]:
        for _ in range(_ATTEMPTS):
            try:
                done = await self._try()
            except ErrUnavailable as err:
                await self._bear(err)
            else:
                if done:
                    return self._header, done
                await asyncio.sleep(random.uniform(0, 0.005))  # noqa: S311 - only to let others go first
        raise ErrConcurrency(f"others were faster {_ATTEMPTS} times", hint="try again")

    async def _bear(self, err: ErrUnavailable) -> None:
        """Ask again a few times, and then say the worst of what was heard."""
        if isinstance(err, ErrNotSent) and not self._unknown:
            raise err
        self._unknown = self._unknown or err
        self._silent += 1
        if self._silent >= _SILENT_ATTEMPTS:
            raise self._unknown
        await asyncio.sleep(0.05)

    async def _try(self) -> int:
        """The revision at which it was committed; 0 when others were faster."""
        last, at = await self._journal.last()
        if self._unknown and last != self._header.previous and (done := await self._done()):
            return done
        self._check_epoch(last)
        self._header = replace(self._header, sequence=last.next(), previous=last)
        try:
            with wrapping("commit WAL %s", self._header.sequence, wal=str(self._header.sequence)):
                token = self._token or Token(0, 0, {})
                compares = [*token.compares(self._window), unchanged(LAST, at), absent(self._header.key)]
                return await self._store.commit(compares, self._changes(token))
        except ErrKeyModified as err:
            if done := await self._done():
                return done
            if not str(stackerr.fields(err)["key"]).endswith(LAST):
                raise mark(err, ErrConcurrency, "a change group is not as the token says", hint=_RETRY) from err
            return 0

    def _changes(self, token: Token) -> list[Put]:
        groups = [Put(GROUPS + name, b"") for name in token.groups]
        header = json.dumps(self._header.to_dict()).encode()
        return [Put(LAST, str(self._header.sequence).encode()), Put(self._header.key, header), *groups]

    def _check_epoch(self, last: Sequence) -> None:
        if self._token and self._token.groups and self._token.epoch != last.epoch:
            raise ErrConcurrency("all data was replaced since the token was taken", hint=_RETRY)

    async def _done(self) -> int:
        """The revision at which an attempt was committed after all."""
        entry = await self._journal.find(self._header.key)
        return entry.revision if entry and read_header(entry.value).data_id == self._header.data_id else 0
