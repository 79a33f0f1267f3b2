"""Which modules have adopted stackerr, so that WRP101 looks at them."""

from __future__ import annotations

import ast
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from stackerr.lint._project import OURS

if TYPE_CHECKING:
    from stackerr.lint._module import Module
    from stackerr.lint._options import Options


def is_adopted(module: Module, options: Options, source: str) -> bool:
    """Does the module import stackerr, or is it one that the options name?"""
    return options.call_scope == "all" or is_boundary(module, options) or (OURS in source and imports_stackerr(module))


def is_boundary(module: Module, options: Options) -> bool:
    """Does one of `wrp-boundary-modules` match the module's dotted name, or its path if the glob has a slash?"""
    path = module.file.replace("\\", "/")
    return any(
        fnmatchcase(path, f"*{glob}") if "/" in glob else fnmatchcase(module.name, glob)
        for glob in options.boundary_modules
    )


def imports_stackerr(module: Module) -> bool:
    """Does the module import stackerr, anywhere in it?"""
    return any(_is_ours(node) for node in imports(module.tree))


def imports(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    """All import statements, those in functions included."""
    found: list[ast.Import | ast.ImportFrom] = []
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            for child in getattr(node, name, ()) if isinstance(getattr(node, name, None), list) else ():
                if isinstance(child, (ast.Import, ast.ImportFrom)):
                    found.append(child)
                else:
                    pending.append(child)
    return found


def _is_ours(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.partition(".")[0] == OURS for alias in node.names)
    return not node.level and (node.module or "").partition(".")[0] == OURS
