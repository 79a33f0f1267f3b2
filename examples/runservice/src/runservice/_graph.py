"""The tasks of a run as a graph: what is wrong with it, how deep each task is, and what comes before and after it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clients.runservice import RunConfigTask

    Tasks: TypeAlias = Mapping[str, RunConfigTask]


def find_faults(tasks: Tasks) -> list[str]:
    """Why the tasks cannot run; empty when they can.

    >>> from clients.runservice import Depend, RunConfigTask
    >>> find_faults({"a": RunConfigTask(id="a", name="build", depends={"a": Depend()})})
    ['task build depends on itself']
    """
    faults = [*_misnamed(tasks), *_unknown_parents(tasks)]
    return faults or _cycles(tasks) or _redundant_parents(tasks)


def _misnamed(tasks: Tasks) -> Iterable[str]:
    for key, task in tasks.items():
        if key != task.id:
            yield f"task {task.name} has the id {task.id}, and is listed under {key}"
    for name, count in Counter(task.name for task in tasks.values()).items():
        if count > 1:
            yield f"{count} tasks are called {name}"


def _unknown_parents(tasks: Tasks) -> Iterable[str]:
    for task in tasks.values():
        for parent in task.depends:
            if parent not in tasks:
                yield f"task {task.name} depends on {parent}, which does not exist"


def _cycles(tasks: Tasks) -> list[str]:
    levels = find_levels(tasks)
    faults = []
    for task in tasks.values():
        if task.id in task.depends:
            faults.append(f"task {task.name} depends on itself")
        elif task.id not in levels:
            faults.append(f"task {task.name} depends on a circle of tasks")
    return faults


def _redundant_parents(tasks: Tasks) -> list[str]:
    before = find_ancestors(tasks)
    faults = []
    for task in tasks.values():
        further = frozenset().union(*(before[parent] for parent in task.depends))
        for parent in further.intersection(task.depends):
            other = next(other for other in task.depends if parent in before[other])
            way = f"directly and through {tasks[other].name}"
            faults.append(f"task {task.name} depends on {tasks[parent].name} twice, {way}")
    return faults


def find_levels(tasks: Tasks) -> dict[str, int]:
    """How many tasks come before each on the longest way; tasks behind a circle have none."""
    levels: dict[str, int] = {}
    left = dict(tasks)
    while ready := [task for task in left.values() if all(parent in levels for parent in task.depends)]:
        for task in ready:
            del left[task.id]
        levels |= {task.id: max((levels[parent] + 1 for parent in task.depends), default=0) for task in ready}
    return levels


def find_ancestors(tasks: Tasks) -> dict[str, frozenset[str]]:
    """All tasks that come before each; the graph must be without faults."""
    levels = find_levels(tasks)
    before: dict[str, frozenset[str]] = {}
    for task_id in sorted(levels, key=levels.__getitem__):
        parents = tasks[task_id].depends
        before[task_id] = frozenset(parents).union(*(before[parent] for parent in parents))
    return before


def find_descendants(tasks: Tasks, of: Iterable[str]) -> set[str]:
    """These tasks and all that come after them."""
    roots = set(of)
    return roots | {task_id for task_id, before in find_ancestors(tasks).items() if before & roots}
