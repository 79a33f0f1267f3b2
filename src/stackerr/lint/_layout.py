"""Where a file stands in its project: its dotted name, and the folders its project's modules are found in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache

MARKERS = ("pyproject.toml", "setup.py", "setup.cfg")
SOURCE_FOLDERS = ("src", "lib", "python")
INSTALLED = ("site-packages", "dist-packages")
SKIPPED = frozenset({"node_modules", "__pycache__", "build", "dist", "venv", "env"})
DEPTH = 3


@dataclass(frozen=True)
class Layout:
    """The package a folder belongs to and the folders where first-party modules are looked for, nearest first."""

    package: str
    folders: tuple[str, ...]
    is_package: bool

    @property
    def root(self) -> str:
        return self.package.partition(".")[0]


@lru_cache(maxsize=2048)
def layout_of(folder: str) -> Layout:
    """Read the layout that the files of this folder share."""
    start = _source_root(folder)
    project = _upwards(start, MARKERS) or start
    chain = _chain(start, project)
    base = next((step for step in chain if os.path.basename(step) in SOURCE_FOLDERS), chain[-1])
    package = _dotted(folder, base)
    if os.path.basename(start) in INSTALLED:
        return Layout(package, (start,), folder != start)
    sources = [os.path.join(step, name) for step in chain for name in SOURCE_FOLDERS]
    folders = dict.fromkeys((*chain, *filter(os.path.isdir, sources), *_neighbours(_workspace(project))))
    return Layout(package, tuple(folders), folder != start)


def name_of(path: str) -> tuple[str, Layout]:
    """The dotted name of a file's module, and its layout."""
    layout = layout_of(os.path.dirname(path))
    stem = os.path.basename(path).removesuffix(".py").removesuffix(".pyi")
    parts = [layout.package, "" if stem == "__init__" else stem]
    return ".".join(filter(None, parts)) or stem, layout


def _source_root(folder: str) -> str:
    while os.path.isfile(os.path.join(folder, "__init__.py")) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder


def _upwards(folder: str, markers: tuple[str, ...]) -> str | None:
    while True:
        if any(os.path.exists(os.path.join(folder, marker)) for marker in markers):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _chain(start: str, project: str) -> tuple[str, ...]:
    steps = [start]
    while steps[-1] != project:
        steps.append(os.path.dirname(steps[-1]))
    return tuple(steps)


def _dotted(folder: str, base: str) -> str:
    relative = os.path.relpath(folder, base)
    return "" if relative == os.curdir else relative.replace(os.sep, ".")


def _workspace(project: str) -> str:
    """The folder that holds the project's sisters: the repository, or the topmost project above it."""
    repository = _upwards(project, (".git", ".hg"))
    if repository:
        return repository
    above = _upwards(os.path.dirname(project), MARKERS)
    return _workspace(above) if above and above != project else project


@lru_cache(maxsize=64)
def _neighbours(workspace: str) -> tuple[str, ...]:
    """The source roots of all projects in a workspace."""
    found: list[str] = []
    pending = [(workspace, 0)]
    while pending:
        folder, depth = pending.pop()
        names = _listing(folder)
        if not names.isdisjoint(MARKERS) or depth == 0:
            source = os.path.join(folder, "src")
            found.append(source if os.path.isdir(source) else folder)
        if depth < DEPTH and "__init__.py" not in names and "pyvenv.cfg" not in names:
            pending.extend((os.path.join(folder, name), depth + 1) for name in sorted(names) if _may_hold(folder, name))
    return tuple(found)


def _may_hold(folder: str, name: str) -> bool:
    return "." not in name and name not in SKIPPED and os.path.isdir(os.path.join(folder, name))


def _listing(folder: str) -> set[str]:
    try:
        return set(os.listdir(folder))
    except OSError:
        return set()
