"""The table of speed: what wrapping costs beside its floor and beside the nearest peers, in one process.

python benchmarks/core.py     print the table

Bare times say more about the machine than about the code, so each row is a ratio. Its two sides run in turns, and the
least time of many rounds counts, which noise can only make larger.
"""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import timeit
import tracemalloc

import peers

import stackerr

ROUNDS, TIMES, DEPTH = 15, 2000, 20


class Wrapper(Exception):
    """What people write by hand."""


def at_depth(depth, function):
    return function() if depth == 0 else deeper(depth - 1, function)


def deeper(depth, function):
    """Take turns with the other: tracebacks leave out lines that repeat, which real programs do not."""
    return function() if depth == 0 else at_depth(depth - 1, function)


def failing():
    raise ValueError("boom")


def raise_from():
    try:
        try:
            failing()
        except ValueError as e:
            raise Wrapper("message") from e
    except Wrapper:
        pass


def raise_wrapped():
    try:
        try:
            failing()
        except ValueError as e:
            raise stackerr.wrap(e, "message") from e
    except ValueError:
        pass


def add_note():
    try:
        try:
            failing()
        except ValueError as e:
            e.add_note("message")
            raise
    except ValueError:
        pass


def bare_call():
    abs(3)


def call_in_wrapping():
    with stackerr.wrapping("call %s", 3):
        abs(3)


def fail_in_wrapping():
    try:
        with stackerr.wrapping("message"):
            failing()
    except ValueError:
        pass


class ByHand:
    """The least that a context manager written in Python can do."""

    def __init__(self, text, *args):
        self.text, self.args = text, args

    def __enter__(self):
        pass

    def __exit__(self, kind, err, traceback):
        pass


def call_by_hand():
    with ByHand("call %s", 3):
        abs(3)


def an_error():
    """An error with three links, raised at the depth."""
    try:
        with stackerr.wrapping("outer"), stackerr.wrapping("inner"):
            at_depth(DEPTH, failing)
    except ValueError as err:
        return err


class CompactFormatter(logging.Formatter):
    def format(self, record):
        return f"{record.getMessage()}: {stackerr.compact(record.exc_info[1])}"


def logger_with(formatter):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.Logger(formatter.__class__.__name__)
    logger.addHandler(handler)
    return logger, stream


def least(function, times=TIMES):
    return min(timeit.repeat(function, number=times, repeat=1))


def ratio(left, right, times=TIMES):
    """How many times as long the left takes, the two in turns."""
    sides = [[], []]
    for _ in range(ROUNDS):
        sides[0].append(at_depth(DEPTH, lambda: least(left, times)))
        sides[1].append(at_depth(DEPTH, lambda: least(right, times)))
    return min(sides[0]) / min(sides[1])


def log_ratios():
    """Time and bytes of one record, in parts of what logging writes with `exc_info`."""
    err = an_error()
    plain, plain_stream = logger_with(logging.Formatter("%(message)s"))
    ours, our_stream = logger_with(CompactFormatter())

    def log(logger):
        return lambda: (setattr(err, "__traceback__", err.__traceback__), logger.error("failed", exc_info=err))

    time = ratio(log(plain), log(ours), 50)
    for stream in (plain_stream, our_stream):
        stream.seek(0)
        stream.truncate()
    log(plain)()
    log(ours)()
    return time, len(plain_stream.getvalue()) / len(our_stream.getvalue())


def chain_of(links):
    err = ValueError("boom")
    for _ in range(links):
        err = stackerr.wrap(err, "message")
    return err


def memory_ratio():
    """Bytes of five thousand links in one chain, in those of a hundred chains of fifty."""

    def size(chains, links):
        tracemalloc.start()
        kept = [chain_of(links) for _ in range(chains)]
        used = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return used if kept else 0

    size(100, 50)
    return size(1, 5000) / size(100, 50)


def import_ratio():
    """The time of `import stackerr` in that of `import logging`, each in new interpreters with compiled files."""

    def once(module):
        command = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()
        return int(lines[-1].split("|")[1])

    return min(once("stackerr") for _ in range(ROUNDS)) / min(once("logging") for _ in range(ROUNDS))


def rows():
    yield "`raise wrap(e, m)`, place only", "`raise X(m) from e`", placed(raise_wrapped, raise_from), "≤ 3"
    yield "the same with the stack saved", "`raise X(m) from e`", ratio(raise_wrapped, raise_from), "≤ 10"
    yield "`e.add_note(m)` and `raise`", "`raise X(m) from e`", ratio(add_note, raise_from), ""
    yield "rich-error", "`raise X(m) from e`", ratio(lambda: peers.raise_rich(failing), raise_from), ""
    yield "mo-logs", "`raise X(m) from e`", ratio(lambda: peers.raise_mo_logs(failing), raise_from, 100), ""
    yield "clued, a block that fails", "`raise X(m) from e`", ratio(lambda: peers.call_in_clue(failing), raise_from), ""
    yield "`with wrapping(…)`, a block that fails", "`raise X(m) from e`", ratio(fail_in_wrapping, raise_from), ""
    yield "`with wrapping(…)`, nothing raised", "a context manager by hand", ratio(call_in_wrapping, call_by_hand), ""
    time, size = log_ratios()
    yield "`logging` with `exc_info`, chain of 3: time", "one compact record", time, "≥ 40"
    yield "the same: bytes", "one compact record", size, "≥ 10"
    yield "`import stackerr`", "`import logging`", import_ratio(), ""
    yield (
        "5,000 links: time of each",
        "each of 50",
        ratio(lambda: chain_of(5000), lambda: [chain_of(50) for _ in range(100)], 3),
        "≤ 1.2",
    )
    yield "5,000 links: memory of each", "each of 50", memory_ratio(), "≤ 1.2"


def placed(left, right):
    stackerr.configure(stack_depth=0)
    try:
        return ratio(left, right)
    finally:
        stackerr.configure(stack_depth=32)


def main():
    print("| what | in | times | goal |\n|---|---|---|---|")
    for what, floor, value, goal in rows():
        print(f"| {what} | {floor} | {value:.2f} | {goal} |", flush=True)


if __name__ == "__main__":
    main()
