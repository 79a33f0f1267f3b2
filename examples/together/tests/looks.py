"""Looks at what an installation has left behind: processes, keys, lines."""

import asyncio
import re
import time
from pathlib import Path

import kvstore

RECORD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (DEBUG|INFO|WARNING|ERROR|CRITICAL) ")
SHORT_LIVED = ("lock", "scheduler/runs/", "scheduler/tasks/")


def processes(marker):
    """The processes that have a word among their arguments."""
    found = []
    for directory in Path("/proc").iterdir():
        if directory.name.isdecimal():
            try:
                arguments = (directory / "cmdline").read_bytes()
            except OSError:
                continue
            if marker.encode() in arguments:
                found.append(int(directory.name))
    return found


def lines_that_are_no_record(text):
    """The lines that do not begin as a record does: a traceback has many of them."""
    return [line for line in text.splitlines() if not RECORD.match(line)]


async def leftovers(installation, patience=30):
    """Keys of runs, tasks and locks that nobody needs any more; given time to go."""
    give_up = time.monotonic() + patience
    while True:
        async with kvstore.open_store(installation.kv) as store:
            keys = [entry.key async for page in store.pages("") for entry in page.entries]
        found = [key for key in keys if any(name in key for name in SHORT_LIVED)]
        if not found or time.monotonic() > give_up:
            return found
        await asyncio.sleep(0.5)
