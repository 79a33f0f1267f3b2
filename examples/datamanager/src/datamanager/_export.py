"""Exports: all objects as lines of JSON, in the order of types and ids, and a last line that shows it to be whole.

{"type":"run","id":"1","data":"b25l"}
{"end":true,"count":1,"sha256":"…"}
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from stackerr import wrapping

from ._actions import dump_line
from ._objects import in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ._checkpoint import Checkpoint
    from ._datafile import DataFile
    from ._objects import Objects


async def export(objects: Objects, checkpoint: Checkpoint) -> AsyncGenerator[bytes, None]:
    """The lines of a checkpoint, a data file at a time.

    Raises:
        ErrMissing: a file is gone: newer checkpoints have made it superfluous, or somebody deleted it.
        ErrCorrupt: a file is not as it was written.
    """
    count, digest = 0, sha256()
    with wrapping("export checkpoint %s", checkpoint.sequence, checkpoint=str(checkpoint.sequence)):
        for _, files in sorted(checkpoint.files.items()):
            for file in files:
                lines = await in_thread(_read_file, objects, file)
                await in_thread(digest.update, lines)
                yield lines
                count += len(file.ids)
    yield dump_line({"end": True, "count": count, "sha256": digest.hexdigest()})


def _read_file(objects: Objects, file: DataFile) -> bytes:
    return b"".join(line for _, line in file.lines(objects))
