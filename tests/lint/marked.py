"""Marked files: source with its expected findings as comments on their lines, and its options in the first comment."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from typing import TYPE_CHECKING

from stackerr.lint import Options, check, read_options

if TYPE_CHECKING:
    from pathlib import Path

CODES = re.compile(r"#\s*((?:WRP\d{3}\s*)+)$")
OPTIONS = re.compile(r"#\s*options:\s*(.*)$")


def marks(source: str) -> set[tuple[int, str]]:
    """Line and code of each expected finding."""
    return {
        (line, code) for line, text in comments(source) if (found := CODES.search(text)) for code in found[1].split()
    }


def options(source: str) -> Options:
    """The options that a file asks to be checked with: `# options: name=value name=value`."""
    pairs = [found[1] for _, text in comments(source) if (found := OPTIONS.match(text))]
    return read_options(dict(pair.split("=", 1) for line in pairs for pair in line.split()))


def comments(source: str) -> list[tuple[int, str]]:
    """Line and text of each comment."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


def found(path: Path) -> set[tuple[int, str]]:
    """Line and code of each finding; a line with `noqa` has none."""
    source = path.read_text("utf-8")
    silent = {line for line, text in comments(source) if "noqa" in text}
    findings = check(ast.parse(source), str(path), options(source), source)
    return {(finding.line, finding.code) for finding in findings if finding.line not in silent}
