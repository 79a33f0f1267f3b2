"""`ci run`: start runs, look at them, follow them, stop them."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, TextIO

import click
import yaml

from stackerr import wrapping

from .connection import Connection
from .output import clean, json_option, show

if TYPE_CHECKING:
    from clients.gateway import GatewayClient, Run, Task

_NOT_SUCCESSFUL = 3
_COLUMNS = ("id", "name", "counter", "branch", "tag", "phase", "result", "enqueue_time")
_PAUSE = 1.0
_WITHOUT_LOG = ("notstarted", "cancelled")


@click.group("run")
def run_commands() -> None:
    """Start runs, follow them, stop them."""


@run_commands.command("start")
@click.argument("project")
@click.option(
    "--file", "source", default="run.yaml", show_default=True, type=click.File(), help="what to run, YAML or JSON"
)
@click.option("--branch", help="what it is a run of; it decides which values variables have")
@click.option("--tag", help="the same, for a tag")
@click.option(
    "--follow", is_flag=True, help="print the logs until the run has ended; exit with 3 if it does not succeed"
)
@json_option
@click.pass_obj
def start(
    connection: Connection,
    project: str,
    source: TextIO,
    branch: str | None,
    tag: str | None,
    follow: bool,
    as_json: bool,
) -> None:
    """Start a run of PROJECT, an id or a path such as user/ann/web.

    \b
    The file names the tasks:
        name: nightly
        tasks:
          - name: build
            steps:
              - run: make
          - name: test
            depends: [build]
            steps:
              - run: make test
    """
    with wrapping("read %s", source.name):
        config = yaml.safe_load(source)
    if not isinstance(config, dict):
        raise click.UsageError(f"{source.name} has no mapping with name and tasks in it")
    run = connection.call(lambda client: client.start_run(project, config, branch=branch, tag=tag))
    show(run, _COLUMNS, as_json=as_json)
    _tell_faults(run)
    if follow:
        _end(connection.call(lambda client: _follow_run(client, run.id)))


def _tell_faults(run: Run) -> None:
    for fault in run.setup_errors:
        click.echo(f"it cannot run: {clean(fault)}", err=True)


@run_commands.command("list")
@click.argument("project", required=False)
@click.option("--start", help="only runs before this one")
@click.option("--limit", default=25, show_default=True, type=click.IntRange(1, 40))
@json_option
@click.pass_obj
def list_runs(connection: Connection, project: str | None, start: str | None, limit: int, as_json: bool) -> None:
    """List the runs of PROJECT, or all that you may see; the newest first."""
    runs = connection.call(lambda client: client.list_runs(project, start=start, limit=limit))
    show(runs, _COLUMNS, as_json=as_json)


@run_commands.command("show")
@click.argument("run_id", metavar="RUN")
@json_option
@click.pass_obj
def show_run(connection: Connection, run_id: str, as_json: bool) -> None:
    """Show a run and its tasks."""
    run = connection.call(lambda client: client.get_run(run_id))
    show(run, _COLUMNS, as_json=as_json)
    if not as_json:
        _tell_faults(run)
        click.echo()
        show(run.tasks, ("id", "name", "level", "status", "waiting_approval"), as_json=False)
        for task in run.tasks:
            if task.fail_error:
                click.echo(f"\ntask {clean(task.name)} failed: {clean(task.fail_error)}")


@run_commands.command("logs")
@click.argument("run_id", metavar="RUN")
@click.argument("task", required=False)
@click.option("--step", type=click.IntRange(0), help="one step, counted from 0; without it all of them")
@click.option("--follow", is_flag=True, help="go on until the run has ended; exit with 3 if it does not succeed")
@click.pass_obj
def logs(connection: Connection, run_id: str, task: str | None, step: int | None, follow: bool) -> None:
    """Print the logs of a run, or of one TASK of it, by name or id."""
    if step is not None and task is None:
        raise click.UsageError("--step is for one task: ci run logs RUN TASK --step N")
    if follow and task is None:
        _end(connection.call(lambda client: _follow_run(client, run_id)))
        return
    connection.call(lambda client: _print_logs(client, run_id, task, step, follow=follow))


@run_commands.command("stop")
@click.argument("run_id", metavar="RUN")
@click.pass_obj
def stop(connection: Connection, run_id: str) -> None:
    """Stop a run, or take it out of the queue."""
    connection.call(lambda client: client.stop_run(run_id))
    click.echo(f"run {run_id} is being stopped", err=True)


@run_commands.command("restart")
@click.argument("run_id", metavar="RUN")
@click.option("--from-failed", is_flag=True, help="keep what succeeded")
@json_option
@click.pass_obj
def restart(connection: Connection, run_id: str, from_failed: bool, as_json: bool) -> None:
    """Make a run again, with the variables as they are now."""
    run = connection.call(lambda client: client.restart_run(run_id, from_start=not from_failed))
    show(run, _COLUMNS, as_json=as_json)


@run_commands.command("approve")
@click.argument("run_id", metavar="RUN")
@click.argument("task")
@click.pass_obj
def approve(connection: Connection, run_id: str, task: str) -> None:
    """Let a TASK go on, by name or id, that waits for approval."""

    async def ask(client: GatewayClient) -> None:
        found = await _find_task(client, run_id, task)
        await client.approve_task(run_id, found.id)

    connection.call(ask)
    click.echo(f"task {clean(task)} of run {run_id} is approved", err=True)


async def _find_task(client: GatewayClient, run_id: str, name: str) -> Task:
    run = await client.get_run(run_id)
    for task in run.tasks:
        if name in (task.id, task.name):
            return task
    raise click.UsageError(f"run {run_id} has no task {name}; it has {', '.join(task.name for task in run.tasks)}")


async def _print_logs(client: GatewayClient, run_id: str, name: str | None, step: int | None, *, follow: bool) -> None:
    run = await client.get_run(run_id)
    for task in [await _find_task(client, run_id, name)] if name else run.tasks:
        numbers = range(len(task.steps)) if step is None else [step]
        for number in numbers:
            if follow or step is not None or task.steps[number].phase not in _WITHOUT_LOG:
                await _print_log(client, run_id, task, number, follow=follow)


async def _print_log(client: GatewayClient, run_id: str, task: Task, number: int, *, follow: bool) -> None:
    name = task.steps[number].name if number < len(task.steps) else ""
    click.echo(f"--- {clean(task.name)}, step {number}: {clean(name)}", err=True)
    async with client.logs(run_id, task.id, step=number, follow=follow) as chunks:
        async for chunk in chunks:
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()


async def _follow_run(client: GatewayClient, run_id: str) -> Run:
    """Print the log of each step as it comes, task after task, until the run has ended."""
    printed: set[tuple[str, int]] = set()
    while True:
        run = await client.get_run(run_id)
        for task in run.tasks:
            for number, step in enumerate(task.steps):
                if (task.id, number) not in printed and step.phase not in _WITHOUT_LOG:
                    printed.add((task.id, number))
                    await _print_log(client, run_id, task, number, follow=True)
        if run.has_ended:
            return run
        await asyncio.sleep(_PAUSE)


def _end(run: Run) -> None:
    """Say how a run ended, with why; and exit accordingly."""
    for task in run.tasks:
        if task.fail_error:
            click.echo(f"task {clean(task.name)} failed: {clean(task.fail_error)}", err=True)
    _tell_faults(run)
    click.echo(f"run {run.id}: {run.phase}, {run.result}", err=True)
    if not run.has_succeeded:
        sys.exit(_NOT_SUCCESSFUL)
