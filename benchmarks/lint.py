"""What the check adds to `flake8 -j1`, beside bugbear and tryceratops, all measured in one run of one process.

    python benchmarks/lint.py PATH

PATH is any source tree; the goal (at most 10 %) is stated for Django's. A plugin's time is that of its import, its options and its
checks of all files; what is left of the run is flake8's own. One process, so that a busy machine slows all alike.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import sys
import time
from collections import Counter
from typing import Any

PLUGINS = {
    "stackerr": "stackerr.integrations.flake8:Plugin",
    "flake8-bugbear": "bugbear:BugBearChecker",
    "tryceratops": "tryceratops.flake_plugin:TryceratopsAdapterPlugin",
}
GOAL = 0.10
spent: Counter[str] = Counter()


@contextlib.contextmanager
def counted(plugin: str) -> Any:
    """Add the processor time of a block to a plugin's."""
    begin = time.process_time()
    try:
        yield
    finally:
        spent[plugin] += time.process_time() - begin


def watch(plugin: str, target: str) -> None:
    """Import a plugin and count the time of what flake8 calls of it."""
    module, name = target.split(":")
    with counted(plugin):
        made = getattr(importlib.import_module(module), name)
    for method in ("__init__", "run", "parse_options", "add_options"):
        original = made.__dict__.get(method)
        if original is not None:
            setattr(made, method, watched(plugin, original))


def watched(plugin: str, original: Any) -> Any:
    """A method, or class method, whose time is counted; what a generator yields is collected within it."""
    is_class_method = isinstance(original, (classmethod, staticmethod))
    function = original.__func__ if is_class_method else original

    @functools.wraps(function)
    def method(*args: Any, **named: Any) -> Any:
        with counted(plugin):
            result = function(*args, **named)
            return result if result is None else iter(list(result))

    return type(original)(method) if is_class_method else method


def main(path: str) -> int:
    """Measure all, print the table, and return 1 if the goal is missed."""
    from flake8.main.cli import main as flake8

    begin = time.process_time()
    for plugin, target in PLUGINS.items():
        watch(plugin, target)
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):
        flake8(["--isolated", "-j1", "-q", "-q", path])
    own = time.process_time() - begin - spent.total()
    print(f"{time.strftime('%Y-%m-%d')}  flake8 -j1, {path}")
    for plugin in PLUGINS:
        print(f"{'+ ' + plugin:<18}{spent[plugin] / own:+7.1%}")
    return int(spent["stackerr"] / own > GOAL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
