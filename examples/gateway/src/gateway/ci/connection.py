"""How the commands reach the gateway, and what their failures are told with."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import click

from apierrors import ErrBadRequest, ErrForbidden, ErrNotExist, ErrUnauthorized, RemoteError, is_remote
from clients import ErrBadAnswer, ErrUnavailable, read_tokens
from clients.gateway import GatewayClient
from stackerr import wrap, wrapping

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

T = TypeVar("T")

_TOKEN = "CI_TOKEN"  # noqa: S105 - the name of the variable that holds it
_HINTS = {
    ErrUnauthorized: "set CI_TOKEN to a token that is valid; an admin makes one with `ci user token`",
    ErrForbidden: "ask an admin",
    ErrNotExist: "look what there is with `ci project list` and `ci run list`; what is somebody else's is not shown",
    ErrBadRequest: "see --help, and the README of the gateway for run configs",
}


class Connection:
    """Reaches the gateway.

    Args:
        url: where it is; None when nobody has said.
    """

    def __init__(self, url: str | None) -> None:
        self._url = url

    def call(self, ask: Callable[[GatewayClient], Awaitable[T]]) -> T:
        """What the gateway answers. An error says which command it was, and what can be done about it.

        Args:
            ask: asks it.
        """
        if not self._url:
            raise click.UsageError("where is the gateway? Say it with --url or CI_URL.")
        with _helping(self._url):
            return asyncio.run(_ask(self._url, _token(), ask))


def _token() -> str:
    with wrapping("log in"):
        return read_tokens(_TOKEN)[0]


async def _ask(url: str, token: str, ask: Callable[[GatewayClient], Awaitable[T]]) -> T:
    with wrapping("prepare to call %s", url):
        client = GatewayClient(url, token, timeout=30)
    async with client:
        return await ask(client)


@contextmanager
def _helping(url: str) -> Generator[None, None, None]:
    command = click.get_current_context().command_path
    try:
        yield
    except ErrUnavailable as err:
        raise wrap(err, command, hint=f"is the gateway running at {url}? Set CI_URL or --url") from err
    except RemoteError as err:
        raise wrap(err, command, **_fields(err)) from err
    except ErrBadAnswer as err:
        raise wrap(err, command, hint=f"is it a gateway that answers at {url}?") from err


def _fields(err: RemoteError) -> dict[str, Any]:
    code, hint = err.code, _hint(err)
    return {**({"code": code} if code else {}), **({"hint": hint} if hint else {})}


def _hint(err: RemoteError) -> str | None:
    if err.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return "try again in a while; if it stays like that, tell an admin"
    return next((hint for kind, hint in _HINTS.items() if is_remote(err, kind)), None)
