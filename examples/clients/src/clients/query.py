"""Paths and parameters, the same for every service."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

API = "/api/v1alpha"


def part(text: str) -> str:
    """A part of a path, with nothing in it that would end it."""
    return quote(text, safe="")


def flag(value: bool) -> str | None:
    """A parameter that is there or not."""
    return "true" if value else None


def which_log(step: int | None) -> dict[str, Any]:
    """The parameter that names a log."""
    return {"setup": "true"} if step is None else {"step": step}
