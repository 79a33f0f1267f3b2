"""What a step prints: all of it, as it comes, and not too much."""

import asyncio
import os
import threading
import time

from runner import run

from executor.logs import Log


def test_a_log_is_followed_to_its_last_byte(shared):
    """Lines come while the step runs, and the last ones are not lost, though it ends right after them."""
    lines = "".join(f"line {number}\n" for number in range(20_000))
    command = "echo begin; sleep 0.4; i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done"
    shared.give("follow", [run(command), run("sleep 0.2; printf end")])
    with shared.http.stream("GET", "/executor/logs", params={"taskid": "follow", "step": 0, "follow": True}) as answer:
        came = [(time.monotonic(), chunk) for chunk in answer.iter_text()]
    assert "".join(chunk for _, chunk in came) == f"begin\n{lines}"
    assert came[0][1] == "begin\n"
    assert came[-1][0] - came[0][0] > 0.3
    with shared.http.stream("GET", "/executor/logs", params={"taskid": "follow", "step": 1, "follow": True}) as answer:
        assert "".join(answer.iter_text()) == "end"


def test_many_logs_are_followed_to_their_ends(shared, shared_runservice):
    """Steps that print their last words and end at once, twenty times."""
    heard = {}

    def follow(task_id):
        parameters = {"taskid": task_id, "step": 0, "follow": True}
        with shared.http.stream("GET", "/executor/logs", params=parameters) as answer:
            heard[task_id] = "".join(answer.iter_text())

    threads = []
    for number in range(20):
        shared.give(f"tail-{number}", [run(f"sleep 0.0{number}; echo last words")])
        threads.append(threading.Thread(target=follow, args=[f"tail-{number}"]))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert heard == {f"tail-{number}": "last words\n" for number in range(20)}


def test_a_step_that_has_not_begun_can_be_followed(shared):
    """The answer waits for it."""
    shared.give("wait", [run("sleep 0.3"), run("echo second")])
    answer = shared.http.get("/executor/logs", params={"taskid": "wait", "step": 1, "follow": True})
    assert answer.text == "second\n"


def test_a_step_that_never_begins_does_not_keep_its_followers(shared):
    """Its task has ended without it."""
    shared.give("never", [run("sleep 0.3; false"), run("echo second")])
    assert shared.http.get("/executor/logs", params={"taskid": "never", "step": 1, "follow": True}).text == ""


def test_what_is_too_much_is_cut_off(shared):
    """The log ends with a line that says so, the disk does not fill up, and the step goes on."""
    status = shared.run("floods", [run("head -c 40000000 /dev/zero | tr '\\0' x; echo; echo end")])
    assert status.phase == "success"
    text = shared.read_log("floods")
    assert text.endswith("x\n[executor] the output is longer than 16777216 bytes: the rest is left out\n")
    assert len(text) == (16 << 20) + len(Log("").last_words)
    assert (shared.data / "tasks/floods/logs/0.log").stat().st_size == len(text)


def read(log, *, has_ended=True):
    async def gather():
        return b"".join([chunk async for chunk in log.read(lambda: has_ended, follow=False)])

    return asyncio.run(gather())


def test_a_follower_never_reads_what_will_be_cut(tmp_path):
    """Before the cut he gets no more than will be left after it."""
    log = Log(tmp_path / "log", limit=10)
    log.path.write_bytes(b"0123456789abcdef")
    assert read(log, has_ended=False) == b"0123456789"
    log.cut()
    assert read(log) == b"0123456789" + log.last_words
    with log.opened() as file:
        os.write(file, b"more")
    assert read(log) == b"0123456789" + log.last_words
    log.cut()
    assert log.path.read_bytes() == b"0123456789" + log.last_words


def test_a_log_of_just_the_limit_is_whole(tmp_path):
    """Nothing is left out."""
    log = Log(tmp_path / "log", limit=10)
    log.path.write_bytes(b"0123456789")
    log.cut()
    assert read(log) == b"0123456789"
