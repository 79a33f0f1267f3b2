"""Errors as answers: HTTP status and problem document, with public words only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from stackerr import Link, chain

from .kinds import ErrUnauthorized

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "application/problem+json"
_TYPE = "about:blank"
_INTERNAL = HTTPStatus.INTERNAL_SERVER_ERROR.value


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document.

    Attributes:
        status: the HTTP status.
        detail: what a person may read; None when nothing public was said.
        code: the word that programs look at; None likewise.

    Source: RFC 9457, "Problem Details for HTTP APIs"; `code` is an extension member (section 3.2).

    >>> Problem(404, "there is no run 42").to_dict()
    {'type': 'about:blank', 'title': 'Not Found', 'status': 404, 'detail': 'there is no run 42'}
    """

    status: int
    detail: str | None = None
    code: str | None = None

    @property
    def title(self) -> str:
        """The name of the status, as RFC 9457 wants it of a problem without a type of its own (section 4.2.1)."""
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return "Unknown"

    def to_dict(self) -> dict[str, Any]:
        """The members that are there, in the order of the RFC."""
        document: dict[str, Any] = {"type": _TYPE, "title": self.title, "status": self.status}
        if self.detail is not None:
            document["detail"] = self.detail
        if self.code is not None:
            document["code"] = self.code
        return document

    @classmethod
    def parse(cls, status: int, body: bytes) -> Problem | None:
        """What an answer says, or None when its body is no problem document.

        The HTTP status counts, whatever the document says; members of a wrong type are passed over (section 3.1).

        >>> Problem.parse(404, b'{"detail": "there is no run 42", "status": 200}')
        Problem(status=404, detail='there is no run 42', code=None)
        >>> Problem.parse(502, b"<html>Bad Gateway</html>") is None
        True
        """
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return None
        if not isinstance(document, dict):
            return None
        return cls(status, _text(document.get("detail")), _text(document.get("code")))


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire, for whatever framework sends it.

    Attributes:
        status: the HTTP status.
        headers: the header fields, in small letters.
        body: the problem document.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def problem(err: BaseException) -> Problem:
    """What a caller may know of an error.

    Args:
        err: any exception. The outermost one with a kind decides; without one, and where an error of another service
            comes first, it is a 500.

    Returns:
        The status of the kind, and of the fields `public` and `code` those that were set on the layers down to the
        one that has the kind: what lies below was not said to this caller. Nothing else of the error is in it.

    >>> from stackerr import wrap
    >>> problem(wrap(KeyError("the key of the safe"), "open it"))
    Problem(status=500, detail=None, code=None)
    """
    links = _links_down_to_kind(err)
    words = _merge(links)
    return Problem(
        status=_status(links[-1].fields.get("status")) if "api_kind" in links[-1].fields else _INTERNAL,
        detail=_text(words.get("public")),
        code=_text(words.get("code")),
    )


def answer(err: BaseException) -> Answer:
    """The answer to send for an error: `problem(err)` as status, headers and body.

    >>> answer(ErrUnauthorized()).headers["www-authenticate"]
    'Bearer'
    """
    said = problem(err)
    headers = {"content-type": MEDIA_TYPE}
    if said.status == ErrUnauthorized.class_fields["status"]:
        headers["www-authenticate"] = "Bearer"  # RFC 9110, section 11.6.1, wants it
    body = json.dumps(said.to_dict(), ensure_ascii=True, separators=(",", ":")).encode()
    return Answer(said.status, headers, body)


def _links_down_to_kind(err: BaseException) -> list[Link]:
    """The layers from the outermost down to the one that gave the error its kind, or that came from another service.

    The members of a group are no layers: of several errors none speaks for the others.
    """
    links = []
    for link in chain(err):
        links.append(link)
        if "api_kind" in link.fields or "remote_status" in link.fields:
            break
    return links


def _merge(links: list[Link]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for link in reversed(links):
        merged.update(link.fields)
    return merged


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _status(value: object) -> int:
    """The status, when it is one that errors have; a kind with another one is a mistake of ours."""
    if isinstance(value, int) and HTTPStatus.BAD_REQUEST <= value < 600:  # noqa: PLR2004
        return value
    return _INTERNAL
