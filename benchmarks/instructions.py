"""The gate on speed: machine instructions counted by callgrind, which noise does not reach.

python benchmarks/instructions.py            print the counts
python benchmarks/instructions.py --check    and fail when one is above the baseline by more than the tolerance
python benchmarks/instructions.py --update   write the baseline anew

Each scenario runs in a process of its own, once for N times and once for 2N; the difference divided by N is the count
of one. Another build of Python has other counts, so what is compared is the ratio to the floor, a plain `raise … from`
that is counted in the same run. Needs valgrind.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import scenarios

BASELINE = Path(__file__).with_name("instructions.json")
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
# Between runs of one build the ratios differ by less than 0.1 %, between two sets of string routines of the C library,
# which is what another processor means, by less than 0.5 %. What is left is room for another build of Python.
TOLERANCE = 0.03
ONCE = 500
WARM_UP = 100
FLOOR = scenarios.raise_from.__name__


def run(name: str, times: int) -> None:
    """Do a scenario so many times, in the process that is counted."""
    do = {scenario.__name__: scenario for scenario in scenarios.COUNTED}[name]
    gc.disable()

    def repeat() -> None:
        for _ in range(WARM_UP + times):
            do()

    scenarios.at_depth(scenarios.DEPTH - 2, repeat)


def count(name: str, times: int) -> int:
    """The instructions of a whole process that does a scenario so many times."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable, __file__]
    fixed = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "PYTHONPATH": ""}
    done = subprocess.run([*command, "--run", name, str(times)], env=fixed, capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        raise SystemExit(f"instructions.py: callgrind cannot count {name}; it said:\n{done.stderr}")
    return int(found[1])


def count_one(name: str) -> float:
    """The instructions of doing a scenario once."""
    return (count(name, 2 * ONCE) - count(name, ONCE)) / ONCE


def count_all() -> dict[str, float]:
    """The instructions of each scenario, in floors."""
    names = [scenario.__name__ for scenario in scenarios.COUNTED]
    count(FLOOR, 1)  # compiles what is not compiled yet, which would be counted
    with ThreadPoolExecutor(max_workers=2) as pool:
        counts = dict(zip(names, pool.map(count_one, names), strict=True))
    print(f"the floor, {FLOOR}: {counts[FLOOR]:.0f} instructions")
    return {name: round(counts[name] / counts[FLOOR], 3) for name in names if name != FLOOR}


def compare(ratios: dict[str, float], baseline: dict[str, float]) -> list[str]:
    """Print the table; the scenarios that became slower than is tolerated."""
    slower = []
    print(f"{'scenario':28} {'floors':>8} {'baseline':>8} {'change':>8}")
    for name, ratio in ratios.items():
        before = baseline.get(name)
        change = 0.0 if before is None else ratio / before - 1
        print(f"{name:28} {ratio:8.3f} {'new' if before is None else f'{before:.3f}':>8} {change:+8.1%}")
        if before is None or change > TOLERANCE:
            slower.append(name)
    return slower


def main() -> str | None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fail when a scenario became slower")
    parser.add_argument("--update", action="store_true", help="write the baseline anew")
    parser.add_argument("--run", nargs=2, metavar=("SCENARIO", "TIMES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        return run(options.run[0], int(options.run[1]))
    baselines = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {}
    ratios = count_all()
    slower = compare(ratios, baselines.get(VERSION, {}))
    if options.update:
        baselines[VERSION] = ratios
        BASELINE.write_text(json.dumps(baselines, indent=2) + "\n", encoding="utf-8")
    elif options.check and slower:
        return f"slower than {BASELINE.name} allows, or not in it for Python {VERSION}: {', '.join(slower)}"
    return None


if __name__ == "__main__":
    sys.exit(main())
