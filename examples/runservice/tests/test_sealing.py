"""Run configs at rest: sealed, opened under their own id, and what happens when the key is another one."""

import asyncio
import logging
from dataclasses import replace

import pytest
from conftest import EXECUTOR, KEY, connect, request_of, run_when, until
from hypothesis import given
from test_maintenance import change_over, chunks_of, export, second_installation

from apierrors import RemoteError
from clients.runservice import RestoreCacheStep, RunConfig, RunConfigTask, RunCreateRequest, RunResult, RunStep
from runservice._sealing import SealedConfig, open_config, seal_config, without_environments
from stackerr import compact, from_dict, hints
from stackerr.integrations.logging import Formatter
from strategies import graphs
from vault import ErrSealed, Vault, is_err_sealed, new_key

pytestmark = pytest.mark.anyio

VAULT = Vault([KEY], "RUNSERVICE_KEY")
OTHER = Vault([new_key()], "RUNSERVICE_KEY")
SECRETS = {"PASSWORD": "hunter2"}
STEPS = [RunStep(command="make", environment={"S": "1"}), RestoreCacheStep(type="restore_cache", keys=["k"])]
CONFIG = RunConfig(
    id="r1", name="nightly", group="/project/web", environment=SECRETS, static_environment={"REGION": "eu"},
    tasks={
        "a": RunConfigTask(id="a", name="a", environment={"T": "2"}, steps=STEPS, timeout=1.5),
        "b": RunConfigTask(id="b", name="b"),
    },
)  # fmt: skip


def test_a_sealed_config_is_opened_as_it_was():
    """With all environments, also after it was stored; without them nothing else is missing."""
    stored = SealedConfig.model_validate_json(seal_config(VAULT, CONFIG).model_dump_json())
    assert open_config(VAULT, stored) == CONFIG
    assert stored.config == without_environments(CONFIG)
    assert {task.name: [step.type for step in task.steps] for task in stored.config.tasks.values()} == {
        "a": ["run", "restore_cache"], "b": [],
    }  # fmt: skip


@given(graphs())
def test_any_graph_is_opened_as_it_was(tasks):
    """Whatever its tasks are."""
    config = CONFIG.model_copy(update={"tasks": tasks})
    assert open_config(VAULT, seal_config(VAULT, config)) == config


def test_what_was_moved_or_mixed_up_does_not_open():
    """Somebody who can write to the storage cannot give a run the secrets of another one, nor other tasks."""
    stored = seal_config(VAULT, CONFIG)
    moved = stored.model_copy(update={"config": stored.config.model_copy(update={"id": "r2"})})
    with pytest.raises(ErrSealed, match="open the environment of run r2: open r2: it was sealed under another id"):
        open_config(VAULT, moved)
    task = CONFIG.tasks["a"].model_copy(update={"steps": STEPS[:1]})
    mixed = stored.model_copy(update={"config": stored.config.model_copy(update={"tasks": {"a": task}})})
    with pytest.raises(ErrSealed, match="what is sealed does not fit the rest") as caught:
        open_config(VAULT, mixed)
    assert "hunter2" not in compact(caught.value)


def with_vault(service, vault):
    """Let an instance have other keys, as if it had been started anew with them."""
    service.core.settings = replace(service.core.settings, vault=vault)


async def test_a_task_that_cannot_be_opened_fails_and_says_why(client, executor, service, caplog):
    """One line with a hint for each; the run ends and is archived, what needs no key goes on, and the scheduler too."""
    caplog.set_level(logging.INFO, "runservice")
    go_on = executor.script["a"] = asyncio.Event()
    run_id = (await client.create_run(request_of("a", "b<a", environment=SECRETS))).run.id
    await run_when(client, run_id, lambda run: run.task("a").status.value == "running")
    with_vault(service, OTHER)
    await asyncio.sleep(0.5)  # the executor asks for its tasks meanwhile
    go_on.set()
    run = await run_when(client, run_id, lambda run: run.archived)
    assert (run.result, run.task("a").status.value, run.task("b").status.value) == (
        RunResult.FAILED,
        "success",
        "failed",
    )
    told = run.task("b")
    assert told.fail_error.startswith(f"open the environment of run {run_id}: open {run_id}: none of the keys fits [")
    assert "(hint: add the key that it was sealed with to RUNSERVICE_KEY" in told.fail_error
    assert hints(from_dict(told.fail_report))[0].startswith("add the key")
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    line = Formatter("%(message)s").format(record)
    assert line.startswith(
        f"task {told.id} of run {run_id} fails (hint: add the key that it was sealed with to RUNSERVICE_KEY"
    )
    assert f": open the environment of run {run_id}: open {run_id}: none of the keys fits [" in line
    assert executor.started == ["a"]
    again = await client.create_run(request_of("c"))
    assert (await run_when(client, again.run.id, lambda run: run.archived)).result is RunResult.SUCCESS


async def test_a_task_that_is_asked_for_and_cannot_be_opened_fails(app, client, executor, service, caplog):
    """The instance that an executor asks need not be the one that gave the task out."""
    caplog.set_level(logging.INFO, "runservice")
    executor.take = lambda task: None  # the push is lost, and so is what it asks for at first
    run_id = (await client.create_run(request_of("a", environment=SECRETS))).run.id
    await until(service.core.tasks.list)
    with_vault(service, OTHER)
    run = await run_when(client, run_id, lambda run: run.archived)
    assert (run.result, "none of the keys fits" in run.task("a").fail_error) == (RunResult.FAILED, True)
    async with connect(app, EXECUTOR) as runs:
        assert await runs.list_executor_tasks(executor.name) == []


async def test_a_run_that_cannot_be_opened_is_stopped_all_the_same(client, executor, service):
    """To stop a task takes no environment."""
    executor.script = {"a": "hang"}
    run_id = (await client.create_run(request_of("a", environment=SECRETS))).run.id
    await run_when(client, run_id, lambda run: run.task("a").status.value == "running")
    with_vault(service, OTHER)
    await client.stop_run(run_id)
    run = await run_when(client, run_id, lambda run: run.archived)
    assert (run.result, run.task("a").status.value) == (RunResult.STOPPED, "stopped")


async def test_a_task_that_has_begun_is_sent_without_its_environment(app, client, executor):
    """It has it already: what need not be on the wire is not."""
    executor.script = {"a": "hang"}
    run_id = (await client.create_run(request_of("a", environment=SECRETS))).run.id
    run = await run_when(client, run_id, lambda run: run.task("a").status.value == "running")
    async with connect(app, EXECUTOR) as runs:
        [task] = await runs.list_executor_tasks(executor.name)
    assert (task.id, task.spec_data.environment) == (run.task("a").id, {})
    await client.stop_run(run_id)


async def exported_run(client):
    """A run that has failed, exported."""
    request = request_of("a", environment=SECRETS, static_environment={"REGION": "eu"})
    run_id = (await client.create_run(request)).run.id
    await run_when(client, run_id, lambda run: run.archived)
    return run_id, await export(client)


async def bring(client, data):
    await change_over(client, enable=True)
    await client.import_from(chunks_of(data))
    await change_over(client, enable=False)


async def test_an_imported_run_is_made_again_with_the_key(client, executor, settings, tmp_path):
    """Behind the installation's own: what is new is sealed with that."""
    run_id, data = await exported_run(client)
    own = new_key()
    settings = replace(settings, vault=Vault([own, KEY], "RUNSERVICE_KEY"))
    async with second_installation(tmp_path, settings) as (app, fresh):
        await bring(fresh, data)
        again = await fresh.create_run(RunCreateRequest(run_id=run_id, from_start=True, environment=SECRETS))
        core = app.state.service.core
        core.settings = replace(settings, vault=Vault([own], "RUNSERVICE_KEY"))
        opened = await core.open_config(again.run.id)
        assert (opened.environment, opened.static_environment) == (SECRETS, {"REGION": "eu"})


async def test_an_imported_run_without_the_key_can_be_looked_at_alone(client, executor, settings, tmp_path, caplog):
    """To make it again is one clean answer, and one line with the way out for an operator."""
    run_id, data = await exported_run(client)
    async with second_installation(tmp_path, replace(settings, vault=OTHER)) as (_, fresh):
        await bring(fresh, data)
        assert (await fresh.get_run(run_id)).run_config.tasks
        with pytest.raises(RemoteError) as caught:
            await fresh.create_run(RunCreateRequest(run_id=run_id, from_start=True, environment=SECRETS))
        assert (caught.value.status, caught.value.code) == (500, "sealed")
        assert caught.value.message.startswith("the environment of the run was sealed with a key that")
        [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
        err = record.exc_info[1]
        assert is_err_sealed(err)
        assert str(err).endswith(f"open the environment of run {run_id}: open {run_id}: none of the keys fits")
        assert "for what was imported that is the key of the installation that exported it" in hints(err)[0]
        assert len((await fresh.list_runs()).runs) == 1
