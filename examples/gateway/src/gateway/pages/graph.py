"""The tasks of a run as a picture: boxes in columns by level, and lines for what waits for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.answers import Task

WIDTH, HEIGHT = 180, 44
_ACROSS, _DOWN, _MARGIN = 250, 64, 10


@dataclass(frozen=True, slots=True)
class Box:
    """A task and where it is drawn."""

    task: Task
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """From one box to another that waits for it."""

    x1: int
    y1: int
    x2: int
    y2: int
    label: str


@dataclass(frozen=True, slots=True)
class Graph:
    """The picture."""

    boxes: Sequence[Box]
    lines: Sequence[Line]
    width: int
    height: int


def draw(tasks: Sequence[Task]) -> Graph:
    """Lay out the tasks: a column for each level, in the order of their names."""
    rows: dict[int, int] = {}
    boxes = {}
    for task in tasks:
        row = rows.get(task.level, 0)
        rows[task.level] = row + 1
        boxes[task.id] = Box(task, _MARGIN + task.level * _ACROSS, _MARGIN + row * _DOWN)
    lines = [
        _line(boxes[depend.task_id], box, ", ".join(one.removeprefix("on_") for one in depend.conditions))
        for box in boxes.values()
        for depend in box.task.depends
        if depend.task_id in boxes
    ]
    width = max((box.x for box in boxes.values()), default=0) + WIDTH + _MARGIN
    height = max((box.y for box in boxes.values()), default=0) + HEIGHT + _MARGIN
    return Graph(list(boxes.values()), lines, width, height)


def _line(start: Box, end: Box, label: str) -> Line:
    middle = HEIGHT // 2
    return Line(start.x + WIDTH, start.y + middle, end.x, end.y + middle, "" if label == "success" else label)
