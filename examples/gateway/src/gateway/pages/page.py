"""What a page is made of, and the page that says what went wrong."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.gate import LOGIN
from stackerr import wrapping

if TYPE_CHECKING:
    from starlette.responses import Response

    from apierrors import Problem

_templates = Environment(
    loader=PackageLoader("gateway.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def make_page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of that template."""
    with wrapping("make page %s", name):
        return HTMLResponse(_templates.get_template(name).render(values), status)


def show_error(said: Problem) -> Response:
    """What a browser gets instead of a problem document: the login, or a page with the public words."""
    if said.status == HTTPStatus.UNAUTHORIZED:
        return RedirectResponse(LOGIN, 303)
    return make_page("error.html", said.status, said=said)
