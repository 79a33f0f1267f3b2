"""The fixer: wraps what WRP101, 102 and 103 report. The one module here that needs libcst."""

from __future__ import annotations

import ast
import tokenize
from typing import TYPE_CHECKING

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor
from libcst.metadata import MetadataWrapper

from stackerr.lint._check import Finding, check
from stackerr.lint._phrases import phrases
from stackerr.lint._rewrite import Plan, Rewrite

if TYPE_CHECKING:
    from stackerr.lint._options import Options

FIXED = frozenset({"WRP101", "WRP102", "WRP103"})
ROUNDS = 6


def fix_file(path: str, options: Options) -> int:
    """Fix one file in place and return how many findings were fixed; a file that cannot be parsed stays as it is."""
    try:
        with tokenize.open(path) as source:
            text = source.read()
            encoding, newlines = source.encoding, source.newlines
        fixed, count = fix_source(text, path, options)
    except (OSError, SyntaxError, ValueError, RecursionError, cst.ParserSyntaxError):
        return 0
    if count:
        newline = newlines if isinstance(newlines, str) else "\n"
        with open(path, "w", encoding=encoding, newline=newline) as out:
            out.write(fixed)
    return count


def fix_source(text: str, path: str, options: Options) -> tuple[str, int]:
    """Fix the text of a file. Wrapping can bring the module under WRP101, so it is checked again until nothing is left to fix."""
    count = 0
    for _ in range(ROUNDS):
        findings = _fixable(text, path, options)
        changed = _fixed_once(text, findings) if findings else text
        if changed == text:
            break
        ast.parse(changed)
        text, count = changed, count + len(findings)
    return text, count


def _fixable(text: str, path: str, options: Options) -> list[Finding]:
    lines = text.splitlines()
    found = check(ast.parse(text), path, options, text)
    return [one for one in found if one.code in FIXED and "noqa" not in lines[one.line - 1]]


def _fixed_once(text: str, findings: list[Finding]) -> str:
    tree = ast.parse(text)
    lines = text.split("\n")
    plan = Plan(_names_in(tree), _imported(tree))
    texts = phrases(tree)
    for one in findings:
        column = len(lines[one.line - 1].encode()[: one.column].decode("utf-8", "ignore"))
        plan.add(one.code, (one.line, column), texts.get((one.line, one.column), "do it"))
    rewrite = Rewrite(plan)
    module = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True).visit(rewrite)
    return _with_imports(module, rewrite).code


def _with_imports(module: cst.Module, rewrite: Rewrite) -> cst.Module:
    context = CodemodContext()
    for name, alias in sorted(rewrite.needed.items()):
        AddImportsVisitor.add_needed_import(context, "stackerr", name, alias)
    return AddImportsVisitor(context).transform_module(module)


def _names_in(tree: ast.Module) -> set[str]:
    """Every name that the module uses for anything."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
                found.add(name)
            case ast.alias():
                found.add(node.asname or node.name.partition(".")[0])
    return found


def _imported(tree: ast.Module) -> dict[str, str]:
    """What the module already imports from stackerr at its top: name → the name it has here."""
    return {
        alias.name: alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "stackerr" and not node.level
        for alias in node.names
    }
