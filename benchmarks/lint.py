"""What the check adds to `flake8 -j1`, beside bugbear and tryceratops, each measured in the same run.

    python benchmarks/lint.py PATH [ROUNDS]

PATH is any source tree; the goal (at most 10 %) is stated for Django's. Each round runs flake8 bare and then with one
plugin at a time, so that a busy machine slows all alike; the least of the rounds counts.
"""

from __future__ import annotations

import subprocess
import sys
import time

PLUGINS = ("stackerr", "flake8-bugbear", "tryceratops")
GOAL = 0.10
RUN = """
import importlib.metadata, sys
hidden, find = set(sys.argv[1].split(",")), importlib.metadata.distributions
importlib.metadata.distributions = lambda: (one for one in find() if (one.metadata["name"] or "").lower() not in hidden)
from flake8.main.cli import main
sys.exit(main(["--isolated", "-j1", "-q", "-q", sys.argv[2]]) and 0)
"""


def measure(path: str, plugin: str | None) -> float:
    """Run flake8 with one plugin, or with none, and return the seconds of processor time it took."""
    hidden = ",".join(name for name in PLUGINS if name != plugin)
    before = children()
    subprocess.run([sys.executable, "-c", RUN, hidden, path], check=True, stdout=subprocess.DEVNULL)
    return children() - before


def children() -> float:
    """Processor seconds used by finished child processes so far."""
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(path: str, rounds: int) -> int:
    """Measure all, print the table, and return 1 if the goal is missed."""
    best: dict[str | None, float] = {}
    for _ in range(rounds):
        for plugin in (None, *PLUGINS):
            best[plugin] = min(measure(path, plugin), best.get(plugin, float("inf")))
    floor = best[None]
    print(f"{time.strftime('%Y-%m-%d')}  flake8 -j1, {path}, best of {rounds}")
    print(f"{'alone':<16}{floor:8.2f} s")
    for plugin in PLUGINS:
        print(f"{'+ ' + plugin:<16}{best[plugin]:8.2f} s  {best[plugin] / floor - 1:+7.1%}")
    return int(best["stackerr"] / floor - 1 > GOAL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2))
