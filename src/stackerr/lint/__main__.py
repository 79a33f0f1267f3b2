"""`python -m stackerr.lint`: check without flake8, write a baseline, or fix."""

from __future__ import annotations

import argparse
import ast
import os
import sys
import tokenize
from typing import TYPE_CHECKING, Any

from stackerr.lint._baseline import unknown_to, write_baseline
from stackerr.lint._check import Finding, check
from stackerr.lint._config import read_config
from stackerr.lint._options import SPECS, BadOption, Options, Spec, read_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SKIPPED = frozenset({"__pycache__", "node_modules", "build", "dist"})
BASELINE = ".wrp-baseline"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 for nothing found, 1 for findings, 2 for a bad option."""
    given = _parser().parse_args(arguments)
    try:
        options = _options(given)
        if given.write_baseline is not None:
            return _write(given.paths, options, given.write_baseline)
        return _fix(given.paths, options) if given.fix else _report(given.paths, options)
    except BadOption as err:
        print(f"stackerr.lint: {err}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stackerr.lint", description=__doc__)
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH")
    parser.add_argument("--fix", action="store_true", help="wrap what WRP101, WRP102 and WRP103 report (needs libcst)")
    parser.add_argument(
        "--write-baseline", nargs="?", const="", metavar="FILE", help="write what is found now as known"
    )
    for spec in SPECS:
        parser.add_argument(f"--{spec.name}", help=spec.says, **_arguments(spec))
    return parser


def _arguments(spec: Spec) -> dict[str, Any]:
    return {"action": "store_const", "const": True} if spec.kind == "flag" else {"metavar": spec.kind.upper()}


def _options(given: argparse.Namespace) -> Options:
    raw = read_config(os.path.dirname(given.paths[0]) if os.path.isfile(given.paths[0]) else given.paths[0])
    named = {spec.name: getattr(given, spec.name.replace("-", "_")) for spec in SPECS}
    raw.update({name: value for name, value in named.items() if value is not None})
    return read_options(raw)


def _report(paths: Sequence[str], options: Options) -> int:
    count = 0
    for path in _files(paths):
        lines, findings = _findings(path, options)
        for finding in unknown_to(options.baseline, path, lines, findings):
            print(f"{path}:{finding.line}:{finding.column + 1}: {finding.code} {finding.text}")
            count += 1
    return int(count > 0)


def _write(paths: Sequence[str], options: Options, file: str) -> int:
    target = file or options.baseline or BASELINE
    count = write_baseline(target, {path: _findings(path, options) for path in _files(paths)})
    print(f"{count} findings written to {target}; set wrp-baseline = {target}")
    return 0


def _fix(paths: Sequence[str], options: Options) -> int:
    try:
        from stackerr.lint._fix import fix_file
    except ImportError as err:
        raise BadOption("--fix needs libcst: pip install 'stackerr[libcst]'") from err
    for path in _files(paths):
        count = fix_file(path, options)
        if count:
            print(f"{path}: {count} fixed")
    return _report(paths, options)


def _findings(path: str, options: Options) -> tuple[list[str], list[Finding]]:
    try:
        with tokenize.open(path) as source:
            text = source.read()
        tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError, RecursionError) as err:
        print(f"{path}: not checked: {err}", file=sys.stderr)
        return [], []
    lines = text.splitlines()
    return lines, [one for one in check(tree, path, options, text) if not _is_silenced(lines, one)]


def _is_silenced(lines: Sequence[str], finding: Finding) -> bool:
    """Is there a `noqa` for this rule on the finding's line?"""
    _, _, comment = lines[finding.line - 1].lower().partition("# noqa")
    codes = comment.partition(":")[2].upper()
    return bool(comment or lines[finding.line - 1].lower().rstrip().endswith("# noqa")) and (
        not codes or any(finding.code.startswith(code) for code in codes.replace(",", " ").split())
    )


def _files(paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if os.path.isfile(path):
            yield path
        elif not os.path.isdir(path):
            raise BadOption(f"there is no {path!r}")
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
            yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".py"))


if __name__ == "__main__":
    sys.exit(main())
