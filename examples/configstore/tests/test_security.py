"""What must not be seen, and who may not ask."""

import base64
import logging
import re
import sqlite3

import httpx2
import pytest
from conftest import TOKEN

import stackerr
from apierrors import ErrUnauthorized, RemoteError, is_remote
from clients.configstore import Parent, ParentType
from stackerr.integrations.logging import Formatter

pytestmark = pytest.mark.anyio

WEB = Parent(type=ParentType.PROJECT, id="user/ann/web")
BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
VALUE = "hunter2-this-is-secret"


async def test_no_route_answers_without_the_token(start):
    """Not even that there is no such route."""
    async with start() as client:
        paths = client.app.openapi()["paths"]
        transport = httpx2.ASGITransport(client.app)
        for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}, {"authorization": "Bearer "}):
            async with httpx2.AsyncClient(transport=transport, base_url="http://c", headers=headers) as http:
                for path in [*paths, "/openapi.json", "/nowhere"]:
                    for method in ("GET", "POST", "PUT", "DELETE"):
                        answer = await http.request(method, path)
                        assert answer.status_code == 401
                        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_client_with_a_wrong_token_is_told(start):
    """It is not known who asks."""
    async with start(token="wrong", wait=False) as client:
        with pytest.raises(RemoteError) as caught:
            await client.list_users()
        assert is_remote(caught.value, ErrUnauthorized)


def plain(content):
    """What is there, and behind it whatever is in it as base64: so the data manager keeps its objects."""
    decoded = [base64.b64decode(found[: len(found) // 4 * 4]) for found in BASE64.findall(content)]
    return b" ".join([content, *decoded]).decode("latin-1")


async def test_secrets_are_nowhere_in_clear(client, tmp_path, caplog):
    """Not in the store, not in the object storage, not in an export, not in a log, not in an answer nor in an error."""
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(Formatter("%(levelname)s %(name)s: %(message)s"))
    await client.create_user("ann")
    await client.create_project("web", "user/ann")
    secret = await client.create_secret(WEB, "registry", {"PASSWORD": VALUE})
    token = await client.create_token("user/ann", "laptop")
    with pytest.raises(RemoteError) as conflict:
        await client.create_secret(WEB, "registry", {"PASSWORD": VALUE})
    with pytest.raises(RemoteError) as refused:
        await client.call("POST", "/api/v1alpha/projects/user%2Fann%2Fweb/secrets", body=Bad(name=[VALUE], data=VALUE))
    with pytest.raises(RemoteError):
        await client.authenticate(VALUE)
    (revealed,) = await client.list_secrets(WEB, reveal=True)
    assert revealed.data == {"PASSWORD": VALUE}
    async with client.export() as chunks:
        exported = b"".join([chunk async for chunk in chunks])
    shown = [caplog.text, repr(secret), repr(revealed), plain(exported)]
    shown += [stackerr.detailed(caught.value) for caught in (conflict, refused)]
    with sqlite3.connect(tmp_path / "kv.db") as kv:
        shown.append("\n".join(kv.iterdump()))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    shown += [plain(path.read_bytes()) for path in files]
    kv.close()
    assert len(files) > 5
    assert '"sealed":"gAAAA' in plain(exported)
    assert any('"sealed":"gAAAA' in plain(path.read_bytes()) for path in files)
    for hidden in (VALUE, "hunter2", token):
        assert not [text for text in shown if hidden in text]


class Bad:
    """A body that a client would not send."""

    def __new__(cls, **fields):
        from pydantic import create_model

        return create_model("Bad", **dict.fromkeys(fields, (object, ...)))(**fields)
