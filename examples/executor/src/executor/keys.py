"""Keys of caches, with what they depend on filled in.

`{{ arch }}` and `{{ os }}` are the machine's, `{{ checksum "path" }}` is the SHA-256 of a file below the working
directory. There is nothing for variables of the environment: those are secrets, and keys are read by many.
"""

from __future__ import annotations

import hashlib
import platform
import re
import sys
from typing import TYPE_CHECKING

from stackerr import wrapping

from .archive import inside
from .errors import ErrBadTask

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 200
_TEMPLATE = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_CHECKSUM = re.compile(r'checksum\s+"([^"]+)"')
_FORBIDDEN = re.compile(r"[^A-Za-z0-9._=+-]")


def fill_key(prefix: str, template: str, directory: Path) -> str:
    """The key that a template gives.

    Args:
        prefix: what comes before all keys of the task.
        template: the key as the step says it.
        directory: where the files are that are looked at.

    Raises:
        ErrBadTask: there is something else between the braces, or the key cannot be one.
        OSError: a file cannot be read.

    >>> from pathlib import Path
    >>> fill_key("web", "deps-v1", Path())
    'web-deps-v1'
    """
    with wrapping("fill in cache key %r", template):
        key = _TEMPLATE.sub(lambda found: _value(found[1], directory), template)
        whole = f"{_FORBIDDEN.sub('-', prefix.strip('/'))}-{key}" if prefix else key
        if _FORBIDDEN.search(key) or not key or len(whole) > _LONGEST:
            raise ErrBadTask(f"a key has letters, digits and ._=+- and at most {_LONGEST} of them", key=whole)
    return whole


def arch() -> str:
    """The architecture of this machine, as tasks name it."""
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


def _value(expression: str, directory: Path) -> str:
    if expression == "arch":
        return arch()
    if expression == "os":
        return sys.platform
    found = _CHECKSUM.fullmatch(expression)
    if found is None:
        raise ErrBadTask(f'{{{{ {expression} }}}} is none of {{{{ arch }}}}, {{{{ os }}}}, {{{{ checksum "path" }}}}')
    path = inside(directory, found[1])
    with wrapping("checksum of %s", path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
