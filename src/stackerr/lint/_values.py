"""What a name or an expression can stand for."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stackerr.lint._module import Module
    from stackerr.lint._scopes import Scope

Function = ast.FunctionDef | ast.AsyncFunctionDef
DEPTH = 4
WIDTH = 12
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Arm(NamedTuple):
    """One way through a statement that branches: the statement, the arm taken, and whether it runs again."""

    statement: int
    which: int
    is_loop: bool = False


class Spot(NamedTuple):
    """Where in a program something stands: its scope and the arms that lead to it."""

    scope: Scope
    arms: tuple[Arm, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """Something of another package: the thing itself, or an object that came from it."""

    path: str
    is_made: bool = False
    raw: str = field(default="", compare=False)

    @property
    def root(self) -> str:
        return self.path.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Room:
    """A module of the project."""

    module: Module


@dataclass(frozen=True, slots=True)
class Inside:
    """A class or function of the project, or (made) an object of that class."""

    module: Module
    node: ast.ClassDef | Function
    spot: Spot = field(compare=False)
    owner: ast.ClassDef | None = None
    is_made: bool = False

    @property
    def path(self) -> str:
        owner = f"{self.owner.name}." if self.owner else ""
        return f"{self.module.name}.{owner}{self.node.name}"


@dataclass(frozen=True, slots=True)
class Many:
    """A container, iterator or table of values."""

    each: tuple[Value, ...]
    is_table: bool = False
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A tuple whose cells are known one by one."""

    cells: tuple[tuple[Value, ...], ...]
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Maker:
    """What a `Callable[..., T]` or a lambda returns when it is called."""

    makes: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Caught:
    """The error that a handler caught."""

    handler: ast.ExceptHandler


Value = Outside | Room | Inside | Many | Row | Maker | Caught
Values = tuple[Value, ...]


def many(each: Values, *, is_table: bool = False) -> Values:
    """A container of these; nothing where nothing is known of them, or where containers lie too deep in each other."""
    depth = _depth(each)
    return (Many(each, is_table, depth),) if each and depth <= DEPTH else ()


def row(cells: tuple[Values, ...]) -> Values:
    """A tuple of these cells, as `many` makes containers."""
    depth = max(map(_depth, cells), default=1)
    return (Row(cells, depth),) if any(cells) and depth <= DEPTH and len(cells) <= WIDTH else ()


def _depth(values: Values) -> int:
    return 1 + max((value.depth for value in values if isinstance(value, (Many, Row))), default=0)


def elements(values: Values) -> Values:
    """What iterating over any of these yields."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, Many) and not value.is_table:
            found.extend(value.each)
        elif isinstance(value, Row):
            found.extend(each for cell in value.cells for each in cell)
        elif isinstance(value, Outside) and value.is_made:
            found.append(value)
    return tuple(found)


def cell(values: Values, index: int) -> Values:
    """What stands at one place of a tuple."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, Row):
            found.extend(value.cells[index] if -len(value.cells) <= index < len(value.cells) else ())
        else:
            found.extend(elements((value,)))
    return tuple(found)
