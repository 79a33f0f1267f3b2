"""Which calls a project has asked not to hear about."""

from __future__ import annotations

import ast
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from stackerr.lint._values import Inside, Outside, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stackerr.lint._look import Look
    from stackerr.lint._options import Options
    from stackerr.lint._walk import Site


def is_ignored(look: Look, value: Outside | Inside, site: Site) -> bool:
    """Does an option leave this call alone: by signature, package, interface, or as a delegate?"""
    paths = _paths(value, site)
    return (
        any(_is_ignored_signature(look, f"{path}(") for path in paths)
        or any(is_ignored_package(look.options, path) for path in paths)
        or _is_ignored_interface(look, site)
        or (look.options.ignore_delegates and _is_delegate(site))
        or look.cover.is_wrap_function(site.node.func, site.place.spot)  # type: ignore[attr-defined]
    )


def _paths(value: Outside | Inside, site: Site) -> list[str]:
    paths = [value.path, value.raw] if isinstance(value, Outside) else [value.path]
    if isinstance(value, Inside) and value.is_made:
        paths = [f"{value.path}.{site.node.func.attr}"]  # type: ignore[attr-defined]
    return [path.removeprefix("builtins.") for path in dict.fromkeys(paths) if path]


def _is_ignored_signature(look: Look, signature: str) -> bool:
    options = look.options
    return any(_has(signature, sig) for sig in options.ignore_sigs) or any(
        pattern.search(signature) for pattern in options.ignore_sig_regexps
    )


def _has(signature: str, sig: str) -> bool:
    """Does the signature hold this one, starting at a whole name?"""
    return sig in signature if sig.startswith(".") else f".{sig}" in f".{signature}"


def is_ignored_package(options: Options, path: str) -> bool:
    """Does the dotted path lie in a package that `wrp-ignore-packages` names?"""
    globs = options.ignore_packages
    return bool(globs) and any(fnmatchcase(part, glob) for part in _prefixes(path) for glob in globs)


def _prefixes(path: str) -> Iterator[str]:
    parts = path.split(".")
    for size in range(1, len(parts) + 1):
        yield ".".join(parts[:size])


def _is_ignored_interface(look: Look, site: Site) -> bool:
    patterns = look.options.ignore_interface_regexps
    func = site.node.func  # type: ignore[attr-defined]
    if not patterns or not isinstance(func, ast.Attribute):
        return False
    owners: tuple[Value, ...] = look.names.of(func.value, site.place.spot)
    return any(
        pattern.search(owner.path)
        for owner in owners
        if isinstance(owner, (Outside, Inside)) and owner.is_made
        for pattern in patterns
    )


def _is_delegate(site: Site) -> bool:
    function = site.place.function
    if function is None:
        return False
    body = [node for node in function.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    value = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
    return (value.value if isinstance(value, ast.Await) else value) is site.node
