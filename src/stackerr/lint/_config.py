"""A project's settings, read as flake8 reads them, for `python -m stackerr.lint`."""

from __future__ import annotations

import configparser
import os
import tomllib
from typing import Any

from stackerr.lint._options import SPECS, BadOption

FILES = ("setup.cfg", "tox.ini", ".flake8")


def read_config(folder: str) -> dict[str, Any]:
    """The raw `wrp-` options of the project that a folder belongs to; paths in them are made absolute.

    Raise `BadOption` for a file that cannot be read.
    """
    folder = os.path.abspath(folder)
    while True:
        found = _read_folder(folder)
        if found is not None or os.path.dirname(folder) == folder:
            break
        folder = os.path.dirname(folder)
    raw = {name.replace("_", "-"): value for name, value in (found or {}).items()}
    if raw.get("wrp-baseline"):
        raw["wrp-baseline"] = os.path.join(folder, str(raw["wrp-baseline"]))
    unknown = sorted(name for name in raw if name.startswith("wrp-") and name not in {spec.name for spec in SPECS})
    if unknown:
        raise BadOption(f"{unknown[0]} is no option of stackerr's check")
    return {spec.name: raw[spec.name] for spec in SPECS if spec.name in raw}


def _read_folder(folder: str) -> dict[str, Any] | None:
    """The flake8 section of the first file in a folder that has one."""
    for name in FILES:
        parser = configparser.RawConfigParser()
        try:
            parser.read(os.path.join(folder, name), encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError) as err:
            raise BadOption(f"{os.path.join(folder, name)}: {err}") from err
        if parser.has_section("flake8"):
            return dict(parser["flake8"])
    return _read_pyproject(os.path.join(folder, "pyproject.toml"))


def _read_pyproject(path: str) -> dict[str, Any] | None:
    try:
        with open(path, "rb") as source:
            section: dict[str, Any] | None = tomllib.load(source).get("tool", {}).get("flake8")
            return section
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as err:
        raise BadOption(f"{path}: {err}") from err
