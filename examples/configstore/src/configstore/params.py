"""Parameters that several routes have."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from urllib.parse import unquote

from fastapi import Path, Query
from pydantic import BeforeValidator

from clients.configstore import PlainName, Ref

AnyRef: TypeAlias = Annotated[Ref, Path(description="An id or a path; its slashes as %2F."), BeforeValidator(unquote)]
NameInPath: TypeAlias = Annotated[PlainName, Path()]
Start: TypeAlias = Annotated[PlainName | None, Query(description="Only those after this one.")]
Limit: TypeAlias = Annotated[int, Query(ge=1, le=1000)]
Tree: TypeAlias = Annotated[bool, Query(description="With those of the groups around it, the nearest first.")]
Overridden: TypeAlias = Annotated[bool, Query(description="With those that a nearer one of that name hides.")]
