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


@pytest.fixture
def output(tmp_path):
    """The file that programs write to."""
    with (tmp_path / "output").open("wb") as file:
        yield file.fileno()


def test_processes_that_cannot_be_killed_are_told_of(records, tmp_path, output, monkeypatch):
    """They hang in the kernel; the step has failed, whatever its program said."""
    monkeypatch.setattr(driver, "send", lambda number, targets: None)
    monkeypatch.setattr(driver, "_KILL_PATIENCE", 0.1)

    async def main():
        await Driver(records, grace=0.1).run(
            ["/bin/sh", "-c", "sleep 1 & exit 0"], directory=tmp_path, environment={}, output=output
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


def test_a_program_that_is_cancelled_while_it_starts_is_ended(records, tmp_path, output):
    """At any moment of its start."""

    async def main():
        ours = Driver(records, grace=0.2)
        for delay in (0, 0, 0.0005, 0.001, 0.002, 0.004):
            program = ours.run(["/bin/sleep", "300"], directory=tmp_path, environment={}, output=output)
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


ESCAPE = "(env -i setsid /bin/sleep 300.77 > /dev/null 2>&1 &);"


def test_who_has_got_rid_of_everything_is_ended_by_the_next_one(records, tmp_path):
    """But not at once while other programs run: it could be one that is just beginning."""

    async def main():
        ours = Driver(records, grace=0.2)

        async def run(command, name):
            with (tmp_path / name).open("wb") as output:
                argv = ["/bin/sh", "-c", command]
                return await ours.run(argv, directory=tmp_path, environment={}, output=output.fileno())

        long = asyncio.create_task(run(f"{ESCAPE} sleep 300", "long"))
        await asyncio.sleep(0.5)
        assert _strangers()
        await run("exit 0", "short")
        assert _strangers()
        await asyncio.sleep(1.1)
        await run("exit 0", "short")
        assert not _strangers()
        assert not long.done()
        long.cancel()
        await asyncio.wait([long])
        await run(f"{ESCAPE} exit 0", "alone")
        assert not _strangers()

    asyncio.run(main())


def test_a_program_that_is_just_beginning_is_not_taken_for_a_stranger(records, tmp_path, monkeypatch):
    """Before it is known by its id, and while it has no environment yet."""
    monkeypatch.setattr(driver, "environment_of", lambda pid: frozenset())
    monkeypatch.setattr(driver, "_STRANGE_AFTER", 0)

    async def main():
        ours = Driver(records, grace=0.2)
        with (tmp_path / "begins").open("wb") as one, (tmp_path / "ends").open("wb") as other:
            argv = ["/bin/sleep", "300"]
            begins = asyncio.create_task(ours.run(argv, directory=tmp_path, environment={}, output=one.fileno()))
            await asyncio.sleep(0.1)
            ours._running[0].leader, leader = None, ours._running[0].leader
            await ours.run(["/bin/true"], directory=tmp_path, environment={}, output=other.fileno())
            await asyncio.sleep(0.1)
            assert not begins.done()
            ours._running[0].leader = leader
            begins.cancel()
            await asyncio.wait([begins])

    asyncio.run(main())


def _strangers():
    listed = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True)
    return [line for line in listed.stdout.splitlines() if line.startswith("/bin/sleep 300.77")]
