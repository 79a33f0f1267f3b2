"""Places as text: `package/module.py:17`, the same from whatever working directory."""

from __future__ import annotations

import os
import sys

from ._safe import one_line
from ._stack import OWN_ROOM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._stack import Frame

_CACHE_LIMIT = 4096
_STANDARD_LIBRARY = os.path.dirname(os.__file__) + os.sep
_INSTALLED = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)

_relative: dict[str, str] = {}
_libraries: dict[str, bool] = {}
_modules_seen: dict[str, str] = {}


def place_text(frame: Frame) -> str:
    """`package/module.py:17` for a frame.

    >>> import json.decoder
    >>> from stackerr import Frame
    >>> place_text(Frame(json.decoder.__file__, 355, "raw_decode"))
    'json/decoder.py:355'
    """
    if not frame._text:
        frame._text = one_line(f"{relative_to_package(frame.file)}:{frame.line}")
    return frame._text


def absolute(file: str) -> str:
    """The path as an editor or a terminal can open it."""
    return file if file.startswith("<") else os.path.abspath(file)


def is_library(file: str) -> bool:
    """Whether the file belongs to the standard library, to an installed distribution or to stackerr itself."""
    known = _libraries.get(file)
    if known is None:
        if len(_libraries) >= _CACHE_LIMIT:
            _libraries.clear()
        installed = any(folder in file for folder in _INSTALLED)
        known = _libraries[file] = installed or file.startswith((_STANDARD_LIBRARY, "<frozen ", OWN_ROOM))
    return known


def relative_to_package(file: str) -> str:
    """The path of a source file from the folder that its top-level package is imported from."""
    known = _relative.get(file)
    if known is None:
        if len(_relative) >= _CACHE_LIMIT:
            _relative.clear()
        known = _relative[file] = _find_relative(file).replace(os.sep, "/")
    return known


def _find_relative(file: str) -> str:
    if file.startswith("<"):
        return file
    module = _module_of(file)
    if module is not None:
        return _tail(file, module)
    path = absolute(file)
    roots = [root for entry in sys.path if path.startswith(root := os.path.join(os.path.abspath(entry), ""))]
    return path[len(max(roots, key=len)) :] if roots else os.path.basename(path)


def _module_of(file: str) -> str | None:
    """The name of the loaded module that comes from a file; a program's main module has none that says where."""
    if file not in _modules_seen:
        for name, module in list(sys.modules.items()):
            source = getattr(module, "__dict__", {}).get("__file__") if type(module) is type(sys) else None
            if type(source) is str and name != "__main__":
                _modules_seen[source] = name
    return _modules_seen.get(file)


def _tail(file: str, module: str) -> str:
    """The last parts of a path, as many as the module's name has."""
    count = module.count(".") + (2 if os.path.basename(file).startswith("__init__.") else 1)
    return os.sep.join(file.split(os.sep)[-count:])
