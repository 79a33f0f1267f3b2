"""The tasks as a graph: what is refused, and what comes before and after what."""

import pytest
from conftest import request_of
from hypothesis import given

from clients.runservice import Depend, RunConfigTask
from runservice._graph import find_ancestors, find_descendants, find_faults, find_levels
from strategies import graphs


def tasks_of(*names):
    return request_of(*names).run_config_tasks


@pytest.mark.parametrize(
    ("tasks", "fault"),
    [
        (tasks_of("a<a"), "task a depends on itself"),
        (tasks_of("a<b", "b<a"), "task a depends on a circle of tasks"),
        (tasks_of("a<b", "b<c", "c<b", "d"), "task a depends on a circle of tasks"),
        (tasks_of("a<x"), "task a depends on x, which does not exist"),
        (tasks_of("a", "b<a", "c<a,b"), "task c depends on a twice, directly and through b"),
        (tasks_of("a", "b<a", "c<b", "d<a,c"), "task d depends on a twice, directly and through c"),
        ({"x": RunConfigTask(id="a", name="a")}, "task a has the id a, and is listed under x"),
        ({n: RunConfigTask(id=n, name="same") for n in "ab"}, "2 tasks are called same"),
    ],
)
def test_what_cannot_run_is_said(tasks, fault):
    """Each fault names the tasks by their names."""
    assert fault in find_faults(tasks)


def test_a_graph_without_faults():
    """Levels are the longest way; ancestors and descendants are all of them."""
    tasks = tasks_of("a", "b<a", "c<a", "d<b,c", "e")
    assert find_faults(tasks) == []
    assert find_levels(tasks) == {"a": 0, "b": 1, "c": 1, "d": 2, "e": 0}
    assert find_ancestors(tasks)["d"] == {"a", "b", "c"}
    assert find_descendants(tasks, ["b"]) == {"b", "d"}
    assert find_descendants(tasks, []) == set()


def test_a_long_chain_is_no_recursion():
    """Five hundred tasks in a row."""
    tasks = tasks_of("t0", *(f"t{n}<t{n - 1}" for n in range(1, 500)))
    assert find_levels(tasks)["t499"] == 499
    assert find_faults(tasks) == []


@given(graphs())
def test_laws(tasks):
    """Every parent is one level up at least; ancestors and descendants say the same."""
    levels, before = find_levels(tasks), find_ancestors(tasks)
    assert set(levels) == set(tasks)
    for task in tasks.values():
        assert all(levels[parent] < levels[task.id] for parent in task.depends)
        assert find_descendants(tasks, [task.id]) == {task.id} | {other for other in tasks if task.id in before[other]}


def test_conditions_are_kept():
    """`Depend()` means success."""
    assert [condition.value for condition in Depend().conditions] == ["on_success"]
