"""Programs, where no step can show it."""

import asyncio
import os
import subprocess

import pytest

from executor import ErrSurvivors, driver, leftovers
from executor.driver import Driver
from executor.leftovers import Records, marking


@pytest.fixture
def records(tmp_path):
    return Records(tmp_path / "processes", tmp_path / "tasks")


def test_processes_that_cannot_be_killed_are_told_of(records, tmp_path, monkeypatch):
    """They hang in the kernel; the step has failed, whatever its program said."""
    monkeypatch.setattr(driver, "send", lambda number, targets: None)
    monkeypatch.setattr(driver, "_KILL_PATIENCE", 0.1)

    async def main():
        await Driver(records, grace=0.1).run(
            ["/bin/sh", "-c", "sleep 1 & exit 0"], directory=tmp_path, environment={}, output=subprocess.DEVNULL
        )

    with pytest.raises(ErrSurvivors, match=r"processes \[\d+\] survive SIGKILL"):
        asyncio.run(main())


def test_leftovers_that_cannot_be_killed_are_told_of(records, monkeypatch):
    """Their record stays, for the next time."""
    records.write("token", None)
    monkeypatch.setattr(leftovers, "send", lambda number, targets: None)
    monkeypatch.setattr(leftovers, "_PATIENCE", 0.1)
    bystander = subprocess.Popen(["sleep", "300"], env=marking("token"))
    try:
        with pytest.raises(ErrSurvivors, match=rf"processes \[{bystander.pid}\] of an earlier executor"):
            records.end_leftovers()
        monkeypatch.undo()
        assert records.end_leftovers() == 1
        assert records.end_leftovers() == 0
    finally:
        bystander.kill()
        bystander.wait()


def test_a_program_that_is_cancelled_while_it_starts_is_ended(records, tmp_path):
    """At any moment of its start."""

    async def main():
        ours = Driver(records, grace=0.2)
        for delay in (0, 0, 0.0005, 0.001, 0.002, 0.004):
            program = ours.run(["/bin/sleep", "300"], directory=tmp_path, environment={}, output=subprocess.DEVNULL)
            work = asyncio.create_task(program)
            await asyncio.sleep(delay)
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work
            assert list((tmp_path / "processes").iterdir()) == []

    asyncio.run(main())
    children = [int(line.split()[0]) for line in _children()]
    assert children == []


def _children():
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True)
    return [line for line in listed.stdout.splitlines() if "sleep 300" in line]
