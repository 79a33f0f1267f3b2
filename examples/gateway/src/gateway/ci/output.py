"""What the commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from pydantic import BaseModel

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """Give a command the flag `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="for programs: one JSON document")(function)


def show(shown: Sequence[BaseModel] | BaseModel, columns: Sequence[str], *, as_json: bool) -> None:
    """Print one model or several: the columns of each, or all of them as JSON."""
    models = list(shown) if isinstance(shown, Sequence) else [shown]
    if as_json:
        documents = [model.model_dump(mode="json") for model in models]
        click.echo(json.dumps(documents if isinstance(shown, Sequence) else documents[0], ensure_ascii=False))
    elif models:
        _print_table(columns, [[_text(getattr(model, column)) for column in columns] for model in models])


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _text(value: object) -> str:
    """A cell: on one line, with nothing in it that a terminal obeys."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_text, value))
    return "".join(char if char.isprintable() else "?" for char in str(value))


def clean(text: str) -> str:
    """Text from elsewhere, with nothing in it that a terminal obeys.

    >>> clean("red\\x1b[31m")
    'red?[31m'
    """
    return _text(text)
