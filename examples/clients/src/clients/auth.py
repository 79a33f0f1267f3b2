"""Bearer tokens, for both sides: the header that a client sends, and how a service looks at it."""

from __future__ import annotations

import os
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING

from stackerr import new, wrapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SCHEME = "bearer"


def bearer(token: str) -> dict[str, str]:
    """The header that says who asks.

    Source: RFC 6750, section 2.1.

    >>> bearer("s3cret")
    {'authorization': 'Bearer s3cret'}
    """
    return {"authorization": f"Bearer {token}"} if token else {}


def is_bearer(header: str | None, tokens: Iterable[str]) -> bool:
    """Whether a header holds one of the tokens; takes as long for a wrong one as for a right one.

    >>> is_bearer("Bearer s3cret", ["older", "s3cret"]), is_bearer("Bearer guess", ["s3cret"]), is_bearer(None, [""])
    (True, False, False)
    """
    scheme, _, given = (header or "").partition(" ")
    held = [compare_digest(given.strip().encode(), token.encode()) for token in tokens if token]
    return scheme.lower() == _SCHEME and any(held)


def read_tokens(name: str, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The tokens of a setting: from the environment variable of that name, or from the file that `NAME_FILE` names.

    Several are separated by white space, so that a new one can come in before the old one goes out.

    Raises:
        stackerr.Error: neither is set, or there is no token in it.
        OSError: the file cannot be read.

    >>> read_tokens("RUNSERVICE_TOKEN", {"RUNSERVICE_TOKEN": "new old"})
    ('new', 'old')
    """
    path = environment.get(f"{name}_FILE")
    with wrapping("read the tokens of %s", name, setting=name):
        text = Path(path).read_text(encoding="utf-8") if path else environment.get(name, "")
        if not text.split():
            raise new("there is none", hint=f"set {name}, or {name}_FILE to the path of a file that holds it")
    return tuple(text.split())
