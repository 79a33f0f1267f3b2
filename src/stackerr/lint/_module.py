"""One module: its tree, its name, its scopes."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from stackerr.lint._scopes import Binding, Scope
from stackerr.lint._values import FUNCTIONS, Spot

if TYPE_CHECKING:
    from collections.abc import Hashable

    from stackerr.lint._project import Project
    from stackerr.lint._values import Values

KINDS = {ast.ClassDef: "class", ast.FunctionDef: "function", ast.AsyncFunctionDef: "function", ast.Lambda: "lambda"}


class Module:
    """A parsed module of the project and the scopes in it."""

    def __init__(self, name: str, file: str, tree: ast.Module, project: Project, source: str = ":=") -> None:
        self.name = name
        self.file = file
        self.tree = tree
        self.project = project
        self.has_walrus: bool = ":=" in source
        self.top: Scope = Scope("module", tree, self)
        self.known: dict[Hashable, Values] = {}  # what names and expressions in it stand for
        self.kept: list[ast.AST] = []  # nodes made later, held since answers are known by identity
        self.stores: dict[int, dict[str, list[Binding]]] = {}  # what methods store on self, by class
        self._scopes: dict[int, Scope] = {}

    @property
    def is_package(self) -> bool:
        return self.file.endswith("__init__.py")

    @property
    def package(self) -> str:
        """The dotted name of the package that the module lies in."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    def absolute(self, path: str | None, level: int) -> str:
        """What a `from` clause with so many dots names."""
        if not level:
            return path or ""
        parts = self.package.split(".") if self.package else []
        kept = parts[: len(parts) - (level - 1)] or [""]  # no package to be relative to: a neighbour all the same
        return ".".join([*kept, path] if path else kept)

    def scope(self, node: ast.AST, outer: Spot) -> Scope:
        """The scope that a node opens; the same one however often it is asked for."""
        found = self._scopes.get(id(node))
        if found is None:
            found = self._scopes[id(node)] = Scope(KINDS.get(type(node), "comprehension"), node, self, outer)
        return found

    @cached_property
    def global_bindings(self) -> dict[str, list[Binding]]:
        """What functions bind in the module through `global`."""
        found: dict[str, list[Binding]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, FUNCTIONS) and any(isinstance(part, ast.Global) for part in node.body):
                scope = self.scope(node, Spot(self.top))
                table = scope.table  # fills outer_names too
                for name in scope.outer_names:
                    found.setdefault(name, []).extend(table.get(name, ()))
        return found
