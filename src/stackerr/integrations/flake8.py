"""The flake8 plugin: `flake8 --select=WRP`. Thin: the rules and their options live in `stackerr.lint`."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any, ClassVar

from stackerr import __version__
from stackerr.lint import BadOption, Options, check, read_options
from stackerr.lint._baseline import unknown_to
from stackerr.lint._options import SPECS, Spec

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence

    from flake8.options.manager import OptionManager


class Plugin:
    """One file's check, in the form that flake8 asks for."""

    name = "stackerr"
    version: ClassVar[str] = __version__
    options: ClassVar[Options] = Options()

    def __init__(self, tree: ast.Module, filename: str, lines: list[str]) -> None:
        self.tree = tree
        self.filename = filename
        self.lines = lines

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Tell flake8 of every option, for its configuration files and the command line."""
        for spec in SPECS:
            is_path = spec.kind == "text"
            manager.add_option(f"--{spec.name}", parse_from_config=True, normalize_paths=is_path, **_arguments(spec))

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Check the options once; a bad one ends the run with one line."""
        raw = {spec.name: getattr(options, spec.name.replace("-", "_")) for spec in SPECS}
        raw["wrp-baseline"] = _upwards(raw["wrp-baseline"])
        try:
            cls.options = read_options(raw)
            unknown_to(cls.options.baseline, "", [], [])
        except BadOption as err:
            raise SystemExit(f"flake8: error: {err}") from err

    def run(self) -> Iterator[tuple[int, int, str, type]]:
        """Yield line, column and text of each finding."""
        found = check(self.tree, self.filename, self.options, "".join(self.lines))
        for finding in unknown_to(self.options.baseline, self.filename, self.lines, found):
            yield finding.line, finding.column, f"{finding.code} {finding.text}", type(self)


def _upwards(path: str) -> str:
    """The file of this name in this folder or the nearest above: flake8 reads a bare name from above as one of here."""
    folder = os.path.abspath(os.curdir)
    while not os.path.exists(os.path.join(folder, path)) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    found = os.path.join(folder, path)
    return found if path and os.path.exists(found) else path


class _Flag(argparse.Action):
    """As `store_true`, but what a configuration file says is left to us, so that a bad value is told in one line."""

    def __init__(self, option_strings: Sequence[str], dest: str, **more: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **more)

    def __call__(self, _parser: object, namespace: argparse.Namespace, *_: object) -> None:
        setattr(namespace, self.dest, True)


def _arguments(spec: Spec) -> dict[str, Any]:
    if spec.kind == "flag":
        return {"action": _Flag, "default": spec.default, "help": spec.says}
    return {"default": spec.default, "metavar": spec.kind.upper(), "help": _says(spec)}


def _says(spec: Spec) -> str:
    says = f"{spec.says}: {', '.join(spec.choices)}" if spec.choices else spec.says
    return says.replace("%", "%%")
