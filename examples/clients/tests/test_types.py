"""The types: strict, frozen, tolerant of what is newer, the same after the wire; and the wall around the package."""

import ast
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import clients
from clients import now
from clients.runservice import (
    Depend,
    DependCondition,
    Executor,
    ExecutorTaskPhase,
    ExecutorTaskStatus,
    ExecutorTaskStep,
    FetchPhase,
    Instance,
    InstanceMode,
    MaintenanceResponse,
    RestoreCacheStep,
    RestoreWorkspaceStep,
    Run,
    RunConfigTask,
    RunCreateRequest,
    RunPhase,
    RunResult,
    RunStep,
    RunTask,
    RunTaskStatus,
    SaveCacheStep,
    SaveContent,
    SaveToWorkspaceStep,
)

STEPS = [
    RunStep(name="r", command="make", environment={"A": "b"}, timeout=1.5),
    SaveToWorkspaceStep(type="save_to_workspace", contents=[SaveContent(paths=["a", "b/**"])]),
    RestoreWorkspaceStep(type="restore_workspace", dest_dir="x"),
    SaveCacheStep(type="save_cache", key="k", contents=[SaveContent()]),
    RestoreCacheStep(type="restore_cache", keys=["k", "l"]),
]
TASK = RunConfigTask(
    id="t", name="t", steps=STEPS, depends={"a": Depend(conditions=[DependCondition.ON_FAILURE])}, timeout=60
)
REQUEST = RunCreateRequest(name="n", group="/g/h", run_config_tasks={"t": TASK})
STATUS = ExecutorTaskStatus(
    phase=ExecutorTaskPhase.FAILED, steps=[ExecutorTaskStep(exit_status=-9, start_time=now())], fail_report={"a": None}
)
RUN = Run(id="r", name="n", group="/g", tasks={"t": RunTask(id="t", status=RunTaskStatus.FAILED)}, start_time=now())


@pytest.mark.parametrize("value", [REQUEST, STATUS, RUN, TASK])
def test_a_value_survives_the_wire(value):
    """As JSON for a client, and as what a web framework makes of JSON; new fields are passed over."""
    text = value.model_dump_json()
    assert type(value).model_validate_json(text) == value
    assert type(value).model_validate(json.loads(text)) == value
    assert type(value).model_validate({**json.loads(text), "newer": 1}) == value


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (Executor, {"id": "e", "listen_url": "file:///etc"}),
        (Executor, {"id": "e/f", "listen_url": "http://h"}),
        (Executor, {"id": "e", "listen_url": "http://h", "active_tasks": "1"}),
        (Executor, {"id": "e", "listen_url": "http://h", "active_tasks": -1}),
        (Executor, {"id": "e", "listen_url": "http://h", "dynamic": 1}),
        (Executor, {"id": "e", "listen_url": "http://h", "last_status_time": 0}),
        (Executor, {"id": "e", "listen_url": "http://h", "last_status_time": "2026-01-01T00:00:00"}),
        (ExecutorTaskStatus, {"phase": "nosuch"}),
        (ExecutorTaskStatus, {"phase": 1}),
        (RunConfigTask, {"id": "t", "name": "t", "steps": [{"type": "run"}]}),
        (RunConfigTask, {"id": "t", "name": "t", "steps": [{"command": "x"}]}),
        (RunConfigTask, {"id": "t", "name": "t", "timeout": 0}),
        (RunConfigTask, {"id": "t", "name": "t", "timeout": float("inf")}),
        (RunConfigTask, {"id": "..", "name": "t"}),
        (RunCreateRequest, {"group": "/g/../h"}),
        (RunCreateRequest, {"group": "g"}),
        (RunCreateRequest, {"environment": {"A": 1}}),
    ],
)
def test_what_is_refused(model, data):
    """Numbers are no texts, names lead nowhere, times have a zone."""
    with pytest.raises(ValidationError):
        model.model_validate(data)


def test_values_are_frozen_and_defaults_are_not_shared():
    """A change makes a new one."""
    with pytest.raises(ValidationError):
        RUN.phase = RunPhase.RUNNING
    assert RUN.model_copy(update={"phase": RunPhase.RUNNING}) != RUN
    assert Run(id="a", name="n", group="/g").tasks is not Run(id="b", name="n", group="/g").tasks


def test_a_task_is_found_by_its_name():
    """Its id is made by the service."""
    run = RUN.model_copy(update={"tasks": {"x": RunTask(id="x", name="build")}})
    assert run.task("build").id == "x"
    with pytest.raises(LookupError, match="run r has no task called test"):
        run.task("test")


@pytest.mark.parametrize(
    ("phase", "result", "from_start", "from_failed"),
    [
        ("finished", "failed", True, True), ("finished", "stopped", True, True), ("finished", "success", True, False),
        ("cancelled", "unknown", True, False), ("setuperror", "unknown", False, False),
        ("queued", "unknown", False, False), ("running", "failed", False, False),
    ],
)  # fmt: skip
def test_what_can_be_made_again(phase, result, from_start, from_failed):
    """From the start what has ended; from what failed, when anything did, and what succeeded is kept safe."""
    run = RUN.model_copy(update={"phase": RunPhase(phase), "result": RunResult(result)})
    assert (run.can_restart_from_start, run.can_restart_from_failed) == (from_start, from_failed)
    unfetched = RunTask(id="u", status=RunTaskStatus.SUCCESS)
    assert not run.model_copy(update={"tasks": {"u": unfetched}}).can_restart_from_failed


@given(st.sampled_from(list(RunTaskStatus)), st.lists(st.sampled_from(list(FetchPhase)), max_size=3))
def test_what_counts_as_fetched(status, phases):
    """All archives and the logs of a task that has ended; of one that never ran there are none."""
    task = RunTask(id="t", status=status, archive_steps=list(range(len(phases))), archive_phases=phases)
    done = task.model_copy(update={"setup_step": task.setup_step.model_copy(update={"log_phase": FetchPhase.FINISHED})})
    never_ran = status in {RunTaskStatus.SKIPPED, RunTaskStatus.CANCELLED}
    assert task.is_fetched is never_ran
    assert done.is_fetched is (never_ran or (status.is_finished and FetchPhase.NOT_STARTED not in phases))


def test_maintenance_is_settled_when_every_instance_agrees():
    """And not when there is none."""
    instances = [Instance(id=f"i{n}", mode=mode, since=now()) for n, mode in enumerate(InstanceMode)]
    assert not MaintenanceResponse(is_enabled=True, instances=instances).is_settled
    assert MaintenanceResponse(is_enabled=True, instances=instances[1:]).is_settled
    assert MaintenanceResponse(is_enabled=False, instances=instances[:1]).is_settled
    assert not MaintenanceResponse(is_enabled=True).is_settled


def test_the_package_imports_no_service():
    """Exported packages do not import internal ones."""
    allowed = {"__future__", "apierrors", "clients", "collections", "contextlib", "dataclasses", "datetime", "enum", "fnmatch", "hmac",
               "httpx2", "os", "pathlib", "pydantic", "stackerr", "types", "typing", "urllib"}  # fmt: skip
    found = set()
    for path in Path(clients.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
    assert found <= allowed
