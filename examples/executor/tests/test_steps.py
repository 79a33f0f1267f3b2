"""What the steps of a task do, on a real executor that a fake runservice hands the tasks to."""

import pytest
import tars
from runner import run

import stackerr


def phases(status):
    return [step.phase.value for step in status.steps]


def test_a_task_runs_and_its_success_is_reported(shared):
    """With the times and the exit status of each step."""
    status = shared.run("hello", [run("echo hello"), run("echo again >&2")])
    assert status.phase == "success"
    assert [(step.phase, step.exit_status) for step in status.steps] == [("success", 0)] * 2
    assert status.start_time <= status.steps[0].start_time <= status.steps[0].end_time <= status.end_time
    assert shared.read_log("hello") == "hello\n"
    assert shared.read_log("hello", 1) == "again\n"
    assert "2 steps" in shared.http.get("/executor/logs", params={"taskid": "hello", "setup": True}).text


def test_a_task_without_steps_succeeds(shared):
    """There is nothing that could fail."""
    assert shared.run("no-steps", []).phase == "success"


def test_the_first_step_that_fails_is_the_last_one(shared):
    """The ones after it stay as they are, and the error crosses the wire as data."""
    status = shared.run("fails", [run("true"), run("exit 3", name="test"), run("true")])
    assert phases(status) == ["success", "failed", "notstarted"]
    assert status.steps[1].exit_status == 3
    assert status.fail_error.startswith("task fails (fails): run step 1 (test): exit status 3 [executor/")
    assert stackerr.code(stackerr.from_dict(status.fail_report)) == "step_failed"
    assert "exit status 3" in shared.read_log("fails", 1)


def test_a_signal_is_told_as_shells_tell_it(shared):
    """128 and its number."""
    assert shared.run("killed", [run("kill -9 $$")]).steps[0].exit_status == 137


def test_a_step_has_the_environment_of_its_task_and_nothing_else(shared):
    """But for PATH and for the mark that says whose process it is; nothing of the executor's own."""
    more = {"environment": {"COLOUR": "red", "SIZE": "1"}}
    shared.run("env", [run("env -u PWD -u _ -u SHLVL", environment={"SIZE": "2"})], **more)
    lines = shared.read_log("env").split()
    mark = [line for line in lines if line.startswith("EXECUTOR_STEP=")]
    assert sorted(set(lines) - set(mark)) == ["COLOUR=red", "PATH=/usr/local/bin:/usr/bin:/bin", "SIZE=2"]
    assert len(mark) == 1


def test_steps_share_the_directory_of_their_task(shared):
    """The working directory is made; that of a step is below it."""
    steps = [run("mkdir sub; pwd"), run("pwd", working_dir="sub")]
    assert shared.run("dirs", steps, working_dir="src/app").phase == "success"
    assert shared.read_log("dirs") == f"{shared.data}/tasks/dirs/work/src/app\n"
    assert shared.read_log("dirs", 1) == f"{shared.data}/tasks/dirs/work/src/app/sub\n"


def test_the_shell_is_for_the_step_to_choose_or_else_for_the_task(shared):
    """It gets the file with the command as its last argument; the default one stops at the first error."""
    steps = [run("echo of the task"), run("of the step", shell="/bin/cat"), run("false; echo on", shell="/bin/sh")]
    assert shared.run("shells", steps, shell="/bin/sh -x").phase == "success"
    assert "+ echo of the task" in shared.read_log("shells")
    assert shared.read_log("shells", 1) == "of the step"
    assert shared.run("default-shell", [run("false; echo on")]).phase == "failed"


@pytest.mark.parametrize(
    ("step", "more", "code", "said"),
    [
        (run("", shell="/no/such/shell"), {}, "no_program", "program not found: [Errno 2]"),
        (run("", working_dir="nowhere"), {}, "no_directory", "working directory not found: [Errno 2]"),
        (run("", shell="/etc/passwd"), {}, "cannot_start", "program cannot be started: [Errno 13]"),
        (run("", shell="'"), {}, "bad_task", 'read shell "\'"'),
        (run("", shell=" "), {}, "bad_task", "a shell is a program"),
        (run("", working_dir="../.."), {}, "bad_task", "leads out of the task's directory"),
        (run(""), {"working_dir": "/etc"}, "bad_task", "leads out of the task's directory"),
        (run("", environment={"A=B": "c"}), {}, "cannot_start", "illegal environment variable name"),
        (run("sleep 60", timeout=0.2), {}, "timeout", "step 0 took longer than 0.2 s"),
        (run("sleep 60"), {"timeout": 0.2}, "timeout", "the task took longer than 0.2 s"),
    ],
)
def test_why_a_step_cannot_be_done_is_told_apart(shared, request, step, more, code, said):
    """By a code for programs, and in words."""
    status = shared.run(f"bad-{request.node.callspec.indices['step']}", [step], **more)
    assert status.phase == "failed"
    assert said in status.fail_error
    assert stackerr.code(stackerr.from_dict(status.fail_report)) == code or said.startswith("read shell")


def save(step_type="save_to_workspace", **more):
    return {"type": step_type, "contents": [{"source_dir": ".", "dest_dir": ".", "paths": ["**"]}], **more}


def test_a_workspace_is_kept_and_served(shared):
    """The files that a step chose, under the directory that it named."""
    contents = [
        {"source_dir": "out", "dest_dir": "bin", "paths": ["*.so", "doc"]},
        {"source_dir": ".", "paths": ["out/**/*.txt"]},
    ]
    make = run("mkdir -p out/doc/deep; touch out/a.so out/b.c out/doc/deep/c.md out/doc/d.txt; ln -s a.so out/l.so")
    status = shared.run("keeps", [make, {"type": "save_to_workspace", "contents": contents}])
    assert status.phase == "success", status.fail_error
    archive = shared.http.get("/executor/archives", params={"taskid": "keeps", "step": 1})
    assert archive.headers["content-type"] == "application/x-tar"
    assert tars.names(archive.content) == [
        "bin/a.so", "bin/doc", "bin/doc/d.txt", "bin/doc/deep", "bin/doc/deep/c.md", "bin/l.so", "out/doc/d.txt",
    ]  # fmt: skip
    assert shared.read_log("keeps", 1) == "[executor] kept 7 files\n"


def test_workspaces_are_restored_in_order(shared, shared_runservice):
    """The later archive wins."""
    shared_runservice.archives["early", 0] = tars.tar(("a", b"1"), ("dir", None), ("dir/b", b"1"))
    shared_runservice.archives["later", 3] = tars.tar(("a", b"2"), ("run.sh", b""))
    operations = [{"task_id": "early", "step": 0}, {"task_id": "later", "step": 3}]
    steps = [{"type": "restore_workspace", "dest_dir": "in"}, run("cat in/a in/dir/b")]
    status = shared.run("restores", steps, workspace_operations=operations)
    assert status.phase == "success", status.fail_error
    assert shared.read_log("restores", 1) == "21"
    assert not list((shared.data / "tasks/restores/tmp").iterdir())


def test_what_was_kept_can_be_restored(shared, shared_runservice):
    """Modes and links too."""
    make = run("echo '#!/bin/sh' > run.sh; chmod 755 run.sh; ln -s run.sh link; mkdir empty")
    shared.run("from", [make, save()])
    archive = shared.http.get("/executor/archives", params={"taskid": "from", "step": 1}).content
    shared_runservice.archives["from", 1] = archive
    steps = [{"type": "restore_workspace"}, run("./link; test -d empty")]
    status = shared.run("to", steps, workspace_operations=[{"task_id": "from", "step": 1}])
    assert status.phase == "success", status.fail_error


@pytest.mark.parametrize(
    ("make", "contents", "said"),
    [
        ("ln -s /etc/passwd out", {}, "unsafe archive: 'out' is a link to an absolute path"),
        ("ln -s ../../x out", {}, "unsafe archive"),
        ("mkfifo pipe", {}, "unsafe archive: 'pipe' is a special file"),
        ("true", {"source_dir": ".."}, "leads out of the task's directory"),
        ("ln -s / root", {"source_dir": "root"}, "leads out of the task's directory"),
        ("true", {"dest_dir": "../x"}, "leads out of the archive"),
        ("true", {"source_dir": "nowhere"}, "there is no such directory"),
    ],
)
def test_what_could_not_be_restored_is_not_kept(shared, request, make, contents, said):
    """Whoever saves it hears it, and not whoever restores it."""
    task_id = f"unkept-{request.node.callspec.indices['make']}"
    step = {"type": "save_to_workspace", "contents": [contents]}
    status = shared.run(task_id, [run(make), step])
    assert said in status.fail_error
    assert shared.http.get("/executor/archives", params={"taskid": task_id, "step": 1}).status_code == 404


@pytest.mark.parametrize("name", [*tars.HOSTILE, *tars.GARBAGE])
def test_hostile_archives_are_refused(shared, shared_runservice, name):
    """Nothing is written outside of the working directory, and the error says what is wrong."""
    task_id = name.replace(" ", "-")
    shared_runservice.archives[task_id, 0] = {**tars.HOSTILE, **tars.GARBAGE}[name]
    steps = [{"type": "restore_workspace", "dest_dir": "in"}]
    status = shared.run(f"r-{task_id}", steps, workspace_operations=[{"task_id": task_id, "step": 0}])
    assert status.phase == "failed"
    assert ("unsafe archive" in status.fail_error) is (name in tars.HOSTILE) or "the name leads" in status.fail_error
    code = stackerr.code(stackerr.from_dict(status.fail_report))
    assert code == ("unsafe_archive" if name in tars.HOSTILE else "bad_archive")
    assert [path.name for path in (shared.data / "tasks" / f"r-{task_id}").rglob("escaped")] == []
    assert {path.name for path in (shared.data / "tasks" / f"r-{task_id}" / "work").iterdir()} <= {"in"}


def test_a_missing_workspace_is_the_failure_of_its_step(shared):
    """The runservice's words cross with it, and its kind is seen."""
    operations = [{"task_id": "gone", "step": 0}]
    status = shared.run("misses", [{"type": "restore_workspace"}], workspace_operations=operations)
    assert "the service answered 404 Not Found: there is no archive" in status.fail_error


def test_a_cache_is_saved_once_and_restored_by_prefix(shared, shared_runservice):
    """A key that is there is left alone; a restore takes the first key that anything begins with."""
    files = run("echo lock > lock; mkdir deps; echo 1 > deps/a")
    key = 'deps-{{ arch }}-{{ checksum "lock" }}'
    keep = {"type": "save_cache", "key": key, "contents": [{"source_dir": "deps"}]}
    status = shared.run("saves", [files, keep, keep], cache_prefix="/web")
    assert status.phase == "success", status.fail_error
    [name] = [name for name in shared_runservice.caches if name.startswith("web-deps-")]
    assert "is there already" in shared.read_log("saves", 2)
    restore = {"type": "restore_cache", "keys": ["other", "deps-{{ arch }}-"], "dest_dir": "d"}
    status = shared.run("uses", [restore, run("cat d/a")], cache_prefix="/web")
    assert shared.read_log("uses") == "[executor] restored 1 files from cache web-deps-amd64-\n".replace(
        "amd64", name.split("-")[2]
    )
    assert shared.read_log("uses", 1) == "1\n"


def test_a_cache_that_is_not_there_is_no_failure(shared):
    """The log says what was looked for."""
    status = shared.run("miss", [{"type": "restore_cache", "keys": ["a", "b"]}])
    assert status.phase == "success", status.fail_error
    assert shared.read_log("miss") == "[executor] no cache begins with a or b\n"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("{{ env SECRET }}", "{{ env SECRET }} is none of"),
        ("a/b", "a key has letters"),
        ('{{ checksum "nowhere" }}', "No such file"),
        ('{{ checksum "../../id" }}', "leads out of"),
        ("x" * 201, "at most 200"),
    ],
)
def test_keys_that_cannot_be(shared, request, key, said):
    """They fail the step."""
    step = {"type": "restore_cache", "keys": [key]}
    assert said in shared.run(f"key-{request.node.callspec.indices['key']}", [step]).fail_error
