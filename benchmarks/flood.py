"""How much the check reports on code that has not adopted stackerr: reports per thousand lines, by rule.

    python benchmarks/flood.py FOLDER…

Each FOLDER is one application's source, tests left out (`pip download --no-deps NAME`, unpacked). Two settings are
measured: the default, and strict (`wrp-enable=all`, `wrp-call-scope=all`, `wrp-call-policy=external`).
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections import Counter
from pathlib import Path

from stackerr.lint import Options, check, read_options

SETTINGS = {
    "default": {},
    "everywhere": {"wrp-call-scope": "all"},
    "strict": {"wrp-enable": "all", "wrp-call-scope": "all", "wrp-call-policy": "external"},
}
TESTS = {"test", "tests", "testing", "conftest.py"}
GOAL = 2.0


def count(folder: Path, options: Options) -> tuple[Counter[str], int]:
    """The findings of an application by rule, and its lines."""
    codes: Counter[str] = Counter()
    lines = 0
    for path in sorted(folder.rglob("*.py")):
        if TESTS.isdisjoint(path.relative_to(folder).parts):
            source = path.read_text("utf-8", "replace")
            lines += source.count("\n")
            codes.update(finding.code for finding in check(ast.parse(source), str(path), options, source))
    return codes, lines


def main(folders: list[Path]) -> int:
    """Print a table for each setting; return 1 if the default reports more than the goal."""
    warnings.simplefilter("ignore")
    flooded = False
    for name, raw in SETTINGS.items():
        total: Counter[str] = Counter()
        lines = 0
        print(f"\n{name}: {raw or 'flake8 --select=WRP'}")
        for folder in folders:
            codes, size = count(folder, read_options(raw))
            total += codes
            lines += size
            print(f"  {folder.name:<16}{size / 1000:8.1f} kLOC {1000 * codes.total() / size:8.2f} per kLOC")
        for code in sorted(total):
            print(f"  {code}          {total[code]:8} {1000 * total[code] / lines:8.2f} per kLOC")
        print(f"  all             {lines / 1000:8.1f} kLOC {1000 * total.total() / lines:8.2f} per kLOC")
        flooded = flooded or (name == "default" and 1000 * total.total() / lines > GOAL)
    return int(flooded)


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
