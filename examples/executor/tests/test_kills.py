"""The executor is killed again and again, at any moment."""

import os
import random
import time

import runner
from runner import run

ROUNDS = int(os.environ.get("EXECUTOR_KILLS", "4"))


def test_whenever_it_is_killed_nothing_runs_twice_and_nothing_is_left(runservice, tmp_path):
    """Every task comes to an end that is told, and each is run once or not at all."""
    seed = int(os.environ.get("EXECUTOR_SEED", "0")) or random.randrange(1 << 32)
    chance = random.Random(seed)
    data, ran = tmp_path / "data", tmp_path / "ran"
    nap = f"300.{os.getpid()}"  # by which its processes are known
    running = runner.Running(runservice, data)
    for number in range(ROUNDS):
        for place in range(3):
            task_id = f"t{number}-{place}"
            command = f"echo {task_id} >> {ran}; setsid sleep {nap} & env -i setsid /bin/sh -c 'sleep {nap}; :' & env -i sleep {nap} & sleep 0.{place}"
            task = runservice.add(task_id, [run(command), run("true")], running.id)
            if place:
                running.push_if_there_is_room(task)
        time.sleep(chance.random() * 0.6)
        running.kill()
        running = runner.Running(runservice, data)
    for task_id in list(runservice.tasks):
        status = runservice.wait(task_id)
        assert status.phase in {"success", "failed"}, seed
        assert status.phase == "success" or "restart" in status.fail_error or "twice" in status.fail_error, seed
    lines = ran.read_text().split()
    assert sorted(lines) == sorted(set(lines)), seed
    assert running.stop() == 0
    assert _commands_with(nap) == [], seed
    assert "Traceback" not in running.log.read_text()


def _commands_with(word):
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    found.append(file.read().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
    return [command for command in found if word in command and "pytest" not in command]
