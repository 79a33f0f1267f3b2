"""The project around a file: what is first-party, and its other modules, read when a name leads there."""

from __future__ import annotations

import ast
import gc
import os
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from stackerr.lint._catalogue import STDLIB
from stackerr.lint._layout import layout_of, name_of
from stackerr.lint._module import Module
from stackerr.lint._options import matches

if TYPE_CHECKING:
    from stackerr.lint._layout import Layout

OURS = "stackerr"


class Project:
    """Answers for one layout: is this name first-party, and which file holds that module?"""

    def __init__(self, layout: Layout, first_party: tuple[str, ...] = ()) -> None:
        self.layout = layout
        self.globs = first_party
        self._known: dict[str, bool] = {}

    def is_first_party(self, path: str) -> bool:
        """Is the dotted path one of the project's own?"""
        key = ".".join(path.split(".", 2)[:2])
        if key not in self._known:
            self._known[key] = self._judge(key)
        return self._known[key]

    def module(self, path: str) -> Module | None:
        """The module of the project with this dotted path, if it can be found and read."""
        path = path.removeprefix(".")
        file = find_module(path, self.layout.folders) if path else None
        return load_module(file, path, self) if file else None

    def _judge(self, path: str) -> bool:
        root = path.partition(".")[0]
        if root == OURS:
            return False
        if not root or (root == self.layout.root and self.layout.is_package):
            return True
        if self.globs:
            return matches(root, self.globs) or matches(path, self.globs)
        if root in STDLIB:
            return False
        return any(_holds(folder, path) for folder in self.layout.folders)


@lru_cache(maxsize=256)
def project_of(folder: str, first_party: tuple[str, ...]) -> Project:
    """The project that the files of a folder belong to; one for a layout and run."""
    return Project(layout_of(folder), first_party)


def open_module(path: str, tree: ast.Module, source: str, first_party: tuple[str, ...] = ()) -> Module:
    """The module that is being checked, whose tree is already there."""
    full = os.path.abspath(path)
    name, _ = name_of(full)
    return Module(name, full, tree, project_of(os.path.dirname(full), first_party), source)


@lru_cache(maxsize=8192)
def find_module(path: str, folders: tuple[str, ...]) -> str | None:
    """The file of the module with this dotted path, if any of the folders holds it."""
    relative = path.replace(".", os.sep)
    for folder in folders:
        for ending in (os.path.join(relative, "__init__.py"), f"{relative}.py"):
            file = os.path.join(folder, ending)
            if os.path.isfile(file):
                return file
    return None


@lru_cache(maxsize=1024)
def load_module(file: str, name: str, project: Project) -> Module | None:
    """Read another module of the project; one that cannot be read or parsed is as good as unknown."""
    try:
        with open(file, "rb") as source, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = source.read()
            return Module(name, file, _parsed(text), project, text.decode("utf-8", "replace"))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parsed(text: bytes) -> ast.Module:
    """Parse with the collector at rest, and keep the tree out of its rounds: it stays for the run, and going through it takes longer than reading it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(text)
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def _holds(folder: str, path: str) -> bool:
    root, _, rest = path.partition(".")
    base = os.path.join(folder, root)
    if os.path.isfile(f"{base}.py") or os.path.isfile(os.path.join(base, "__init__.py")):
        return True
    part = os.path.join(base, rest.partition(".")[0])
    return bool(rest) and (os.path.isfile(f"{part}.py") or _has_modules(part))


def _has_modules(folder: str) -> bool:
    """Are there modules in this folder, be it a regular or a namespace package?"""
    try:
        return any(name.endswith(".py") for name in os.listdir(folder))
    except OSError:
        return False
