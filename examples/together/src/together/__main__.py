"""`python -m together`: the demo."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click

from stackerr import wrapping
from stackerr.integrations import cli

from .demo import play
from .stage import say


@click.command()
@click.option("--kv", default="", help="An empty kv store for the first installation, such as etcd://127.0.0.1:2379.")
@click.option("--storage", default="", help="An empty object storage for it, such as s3://bucket/demo?endpoint=….")
@cli.click_option
def command(kv: str, storage: str) -> None:
    """Play a day of the example system, on SQLite and plain files unless told otherwise.

    It happens in a directory of its own, which is removed in the end. The second installation, into which the first
    one is imported, is on SQLite and plain files in any case.
    """
    begin = time.monotonic()
    with wrapping("play the demo"), tempfile.TemporaryDirectory(prefix="together-") as directory:
        play(Path(directory), kv, storage)
    say(f"{time.monotonic() - begin:.0f} s", "green")


main = cli.main(command)

if __name__ == "__main__":
    main()
