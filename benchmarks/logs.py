"""What one log record of an error costs: time, bytes and lines, for each formatter, in one process.

python benchmarks/logs.py            print the table
python benchmarks/logs.py --publish  and write docs/explanation/log-speed.md with its plot

Bare times are of one machine, so every number is a ratio: to the standard library's own record of the same error, or to
the same logger's record that has no error in it.
"""

from __future__ import annotations

import argparse
import sys
import time
import timeit
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ways import JSON_FLOOR, SHOWN, STDLIB, STRUCTLOG_FLOOR, Way, fail, ways

if TYPE_CHECKING:
    import io
    from collections.abc import Callable

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "log-speed.md"
DEPTHS, CHAINS = (5, 20, 60), (1, 3, 5)
SECONDS, ROUNDS = 0.01, 20


class Cost(NamedTuple):
    """What one record cost."""

    seconds: float
    floor: float
    size: int
    lines: int


def measure(way: Way, err: BaseException) -> Cost:
    way.log(err)
    text = way.out.getvalue()
    seconds = best(lambda: way.log(err), way.out)
    floor = best(way.log_bare, way.out)
    return Cost(seconds, floor, len(text.encode()), text.count("\n"))


def best(function: Callable[[], object], out: io.StringIO) -> float:
    """The least processor time of one call, of several short rounds: others may be at work on the machine."""
    number = max(1, int(SECONDS / max(timeit.timeit(function, number=1), 1e-7)))
    times = []
    for _ in range(ROUNDS):
        out.seek(0)
        out.truncate()
        times.append(timeit.timeit(function, number=number, timer=time.process_time) / number)
    return min(times)


def fraction(ratio: float) -> str:
    """A ratio as people read it: `1/43`, or times how much."""
    return f"1/{1 / ratio:.0f}" if ratio < 0.67 else f"{ratio:.1f} ×"


def table(costs: dict[str, Cost]) -> str:
    base = costs[STDLIB]
    rows = [
        "| formatter | time, to stdlib's | bytes, to stdlib's | lines | time, to its own without an error |",
        "|---|---|---|---|---|",
    ]
    for name, cost in costs.items():
        took, size = fraction(cost.seconds / base.seconds), fraction(cost.size / base.size)
        rows.append(f"| {name} | {took} | {size} | {cost.lines} | {fraction(cost.seconds / cost.floor)} |")
    return "\n".join(rows)


def goals(costs: dict[str, Cost]) -> list[tuple[str, float, float, float]]:
    """What was to be reached: the goal's words, the ratio that was measured, the most it may be, and the floor."""
    base, ours = costs[STDLIB], costs["**stackerr Formatter**"]
    json, log = costs["**stackerr JsonFormatter**"], costs["**stackerr ErrorProcessor, JSON**"]
    made, told = costs[JSON_FLOOR], costs[STRUCTLOG_FLOOR]
    bare = base.floor / base.seconds
    return [
        (
            "one compact record to one of `logging.Formatter` with `exc_info`, time",
            ours.seconds / base.seconds,
            1 / 40,
            bare,
        ),
        ("the same, bytes", ours.size / base.size, 1 / 10, 0),
        (
            "`JsonFormatter` to its own record without an error, time",
            json.seconds / json.floor,
            1.5,
            made.seconds / made.floor,
        ),
        (
            "`ErrorProcessor` with JSON to its own record without an error, time",
            log.seconds / log.floor,
            1.5,
            told.seconds / told.floor,
        ),
    ]


def scaling(all_costs: dict[tuple[int, int], dict[str, Cost]]) -> str:
    """How our one line compares with the standard library's record, at each depth and length of chain."""
    rows = ["| depth \\ links | " + " | ".join(map(str, CHAINS)) + " |", "|---" * (len(CHAINS) + 1) + "|"]
    for depth in DEPTHS:
        cells = []
        for links in CHAINS:
            base, ours = all_costs[depth, links][STDLIB], all_costs[depth, links]["**stackerr Formatter**"]
            cells.append(f"{fraction(ours.seconds / base.seconds)} time, {fraction(ours.size / base.size)} bytes")
        rows.append(f"| {depth} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def publish(all_costs: dict[tuple[int, int], dict[str, Cost]]) -> None:
    costs = all_costs[SHOWN]
    reached = "\n".join(
        f"| {words} | {fraction(limit)} | {fraction(ratio)} | {'yes' if ratio <= limit else 'no'} "
        f"| {fraction(floor) if floor else ''} |"
        for words, ratio, limit, floor in goals(costs)
    )
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(PAGE_TEXT.format(table=table(costs), scaling=scaling(all_costs), goals=reached), encoding="utf-8")
    plot(costs)


def plot(costs: dict[str, Cost]) -> None:
    """Two bars for each way, on a logarithmic scale: time and bytes as a share of the standard library's record."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "stackerr"
    from matplotlib import pyplot as plt

    base = costs[STDLIB]
    names = [name.strip("*") for name in costs][::-1]
    figure, axes = plt.subplots(figsize=(9, 6.5))
    rows = range(len(names))
    times = [cost.seconds / base.seconds for cost in costs.values()][::-1]
    sizes = [cost.size / base.size for cost in costs.values()][::-1]
    ours = ["#c0392b" if name.startswith("stackerr") else "#7f8c8d" for name in names]
    axes.barh([row + 0.2 for row in rows], times, 0.38, color=ours, label="time")
    axes.barh([row - 0.2 for row in rows], sizes, 0.38, color=ours, alpha=0.45, label="bytes")
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_yticks(list(rows), names)
    axes.set_xlabel("one record, to one of logging.Formatter with exc_info (dark: time, light: bytes)")
    axes.set_title("One logged error: chain of three, twenty calls deep (less is better)")
    figure.tight_layout()
    figure.savefig(PAGE.with_suffix(".svg"), metadata={"Date": None})


PAGE_TEXT = """# What a logged error costs

An error that is printed as a traceback is mostly made of frames that nobody reads, and writing them is what takes
the time: for each frame a source file is looked up and a line of it copied. One line of words and places needs none of
that.

Here one record of one error is logged in each way, in one process: an error that was raised twenty calls deep and wrapped
twice on its way up. All numbers are ratios, since bare times say more about a machine than about a library. Measure on
yours: `python benchmarks/logs.py`.

{table}

![Time and bytes of one record as a share of the standard library's](log-speed.svg)

The last column is what an error adds to a record of the same logger. In detail (`detailed=True`) everything is printed,
and source lines are read for it.

## What it was to cost

| what | at most | measured | reached | floor |
|---|---|---|---|---|
{goals}

The floor is what no formatter can go below: for the one line, the same record without any error; for JSON, a record
whose error was turned into keys beforehand, so that they need only be written.

Where a goal is missed, what is left above the floor is reading the chain in Python: the error's own `str`, a walk to the
end of its traceback, and for each link a look at its layer, a check that its message is one line, and a table that knows
the place already. It is done when an error is logged and at no other time, and takes less than two records without an
error. A part of it could be kept for the next time the same error is logged; mostly there is none, so nothing is.

## Deeper, and longer

Time and bytes of the one line, as a share of those of `logging.Formatter` with `exc_info`. A traceback grows with every
call in between; the line grows with every wrap alone.

{scaling}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--publish", action="store_true", help="measure all depths and chains, and write the page")
    publishing = parser.parse_args().publish
    cases = [(depth, links) for depth in DEPTHS for links in CHAINS] if publishing else [SHOWN]
    all_costs: dict[tuple[int, int], dict[str, Cost]] = {}
    for case in cases:
        made = ways() if case == SHOWN else ways()[:2]
        err = fail(*case)
        all_costs[case] = {way.name: measure(way, err) for make in made for way in [make()]}
    print(table(all_costs[SHOWN]))
    for words, ratio, limit, _ in goals(all_costs[SHOWN]):
        print(f"{'reached ' if ratio <= limit else 'MISSED  '} {words}: {ratio:.4f}, at most {limit:.4f}")
    if publishing:
        publish(all_costs)


if __name__ == "__main__":
    sys.exit(main())
