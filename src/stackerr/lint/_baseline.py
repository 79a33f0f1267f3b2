"""Known findings that are not reported again: each by file, rule and the text of its line, so that edits elsewhere do not matter."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from stackerr.lint._options import BadOption

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stackerr.lint._check import Finding

HEADER = "# Findings that stackerr's check knew when this file was written. Write it anew: python -m stackerr.lint --write-baseline"


def unknown_to(baseline: str, path: str, lines: Sequence[str], findings: Sequence[Finding]) -> list[Finding]:
    """The findings in a file that its project's baseline does not hold."""
    if not baseline:
        return list(findings)
    file = _relative(baseline, path)
    left = Counter({entry: count for entry, count in read_baseline(baseline).items() if entry[0] == file})
    unknown = []
    for finding in findings:
        entry = (file, finding.code, fingerprint(lines, finding.line))
        if left[entry] > 0:
            left[entry] -= 1
        else:
            unknown.append(finding)
    return unknown


def fingerprint(lines: Sequence[str], line: int) -> str:
    """A short mark of a line's text, whatever its indentation."""
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def write_baseline(baseline: str, findings: Mapping[str, tuple[Sequence[str], Iterable[Finding]]]) -> int:
    """Write the findings of all files, each with its lines, as the known ones; return how many there are."""
    entries: Counter[tuple[str, str, str]] = Counter()
    for path, (lines, found) in findings.items():
        entries.update((_relative(baseline, path), finding.code, fingerprint(lines, finding.line)) for finding in found)
    text = "".join(f"{file}\t{code}\t{mark}\t{count}\n" for (file, code, mark), count in sorted(entries.items()))
    with open(baseline, "w", encoding="utf-8") as out:
        out.write(f"{HEADER}\n{text}")
    read_baseline.cache_clear()
    return sum(entries.values())


@lru_cache(maxsize=4)
def read_baseline(baseline: str) -> dict[tuple[str, str, str], int]:
    """Read the known findings; raise `BadOption` for a file that is not there or is no baseline."""
    try:
        with open(baseline, encoding="utf-8") as source:
            rows = [line.rstrip("\n").split("\t") for line in source if line.strip() and not line.startswith("#")]
        return {(file, code, mark): int(count) for file, code, mark, count in rows}
    except (OSError, ValueError) as err:
        raise BadOption(f"wrp-baseline: {baseline!r} cannot be read as a baseline: {err}") from err


def _relative(baseline: str, path: str) -> str:
    folder = os.path.dirname(os.path.abspath(baseline))
    return os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")
