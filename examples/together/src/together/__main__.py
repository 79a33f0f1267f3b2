"""`python -m together`: the demo."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from stackerr import wrapping
from stackerr.integrations import cli

from .demo import play
from .stage import say


@cli.main
def main() -> None:
    """Play the demo in a directory of its own, which is removed in the end."""
    begin = time.monotonic()
    with wrapping("play the demo"), tempfile.TemporaryDirectory(prefix="together-") as directory:
        play(Path(directory))
    say(f"{time.monotonic() - begin:.0f} s", "green")


if __name__ == "__main__":
    sys.exit(main())
