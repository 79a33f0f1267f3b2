"""The demo: `python -m inventory`."""

from __future__ import annotations

import shutil
import sysconfig
import tempfile
import time
from pathlib import Path

import stackerr

from . import catalogue, faults, show, store


@stackerr.wrapping("run the demo")
def main() -> None:
    """Index this environment, then meet eight failures."""
    with tempfile.TemporaryDirectory(prefix="inventory-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # one of the failures is met as another user
        inventory(folder / "index.sqlite3")
        sizes = [meet(number, fault, folder / f"case-{number}") for number, fault in enumerate(faults.FAULTS, 1)]
    summary(sizes)


def inventory(index: Path) -> None:
    """Index every distribution of this environment, with progress."""
    show.title("An inventory of this environment")
    site = Path(sysconfig.get_path("purelib"))
    found = list(catalogue.find(site))
    begin = time.perf_counter()
    for number, info in enumerate(found, 1):
        print(f"\r  {number}/{len(found)} {info.name[:60]:60}", end="", flush=True)
        catalogue.index_one(info, index)
    count, files, size = store.totals(index)
    seconds = time.perf_counter() - begin
    print(f"\r  {count} distributions, {files} files, {size / 1e6:.1f} MB, read in {seconds:.1f} s{'':40}")


def meet(number: int, fault: faults.Fault, folder: Path) -> tuple[str, str]:
    """Break a copy of one distribution, and show how that looks without boundaries and with them."""
    info = copy_of_a_distribution(folder)
    with fault(info):
        bare = faults.meet(info, with_boundaries=False)
        wrapped = faults.meet(info, with_boundaries=True)
    if bare is None or wrapped is None:
        raise stackerr.errorf("the failure %r was not met", fault.__name__)
    return show.fault(number, fault.__doc__ or "", bare, wrapped)


@stackerr.wrapping("copy the metadata of stackerr")
def copy_of_a_distribution(folder: Path) -> Path:
    """The metadata of stackerr itself, in a folder of its own."""
    info = next(Path(sysconfig.get_path("purelib")).glob("stackerr-*.dist-info"))
    return Path(shutil.copytree(info, folder / info.name))


def summary(sizes: list[tuple[str, str]]) -> None:
    """What a log holds in the end."""
    lines = sum(before.count("\n") + 1 for before, _ in sizes)
    bytes_before = sum(len(before.encode()) for before, _ in sizes)
    bytes_after = sum(len(after.encode()) for _, after in sizes)
    show.title("In the log")
    show.say(f"{len(sizes)} failures: {lines} lines and {bytes_before} bytes today,", indent=2)
    show.say(
        f"{len(sizes)} lines and {bytes_after} bytes with stackerr, and each says what was being done.", "green", 2
    )


if __name__ == "__main__":
    main()
