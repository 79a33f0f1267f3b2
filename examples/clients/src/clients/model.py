"""The base of what goes over the wire: frozen, strict about types, tolerant of fields that a newer version added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


class Model(BaseModel):
    """A value: compare it, copy it with changes (`model_copy(update=…)`), send it.

    >>> class Point(Model):
    ...     x: int
    >>> Point.model_validate_json('{"x": 1, "newer": true}')
    Point(x=1)
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", allow_inf_nan=False)


def _refuse_numbers(value: object) -> object:
    if not isinstance(value, (str, datetime)):
        raise ValueError("a time is text such as 2026-01-31T12:00:00Z")
    return value


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=128)]
Name = Annotated[str, StringConstraints(max_length=256)]
Texts = Annotated[dict[Annotated[str, StringConstraints(max_length=256)], str], Field(max_length=1000)]
Seconds = Annotated[float, Field(gt=0)]
Time = Annotated[
    AwareDatetime, BeforeValidator(_refuse_numbers, json_schema_input_type=AwareDatetime), Field(strict=False)
]


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)
