"""The routes as a stranger meets them: tokens, shapes, methods, sizes."""

import json
import logging

import httpx2
import pytest
from conftest import CLIENT, EXECUTOR, operations, serve

from clients import API, bearer

pytestmark = pytest.mark.anyio

PROBLEM = "application/problem+json"


@pytest.fixture
async def http(app):
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://runservice") as client:
        yield client


async def test_no_route_without_its_token(app, http):
    """Neither without one, nor with a wrong one, nor with that of the other side; and before anything else is read."""
    count = 0
    for method, path, operation in operations(app.openapi()):
        path = path.replace("{", "").replace("}", "")
        [[scheme]] = [list(security) for security in operation["security"]]
        other = {"client": EXECUTOR, "executor": CLIENT}[scheme]
        for headers in (
            {},
            bearer("wrong"),
            bearer(other),
            {"authorization": "Basic abc"},
            {"authorization": "Bearer "},
        ):
            answer = await http.request(method, path, headers=headers, content=b"{")
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), (method, path)
            assert answer.headers["content-type"] == PROBLEM
        count += 1
    assert count == 23


async def test_the_routes_are_those_of_the_page(app):
    """None is missing there, and none is made up."""
    from pathlib import Path

    text = (Path(__file__).parents[3] / "docs/reference/services/runservice.md").read_text()
    for method, path, _ in operations(app.openapi()):
        assert f"`{method} {path.removeprefix(API)}`" in text


async def test_what_is_not_there_is_a_problem_document(http):
    """Unknown paths, and unknown methods with all that are known."""
    answer = await http.get("/nowhere")
    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
    answer = await http.request("PATCH", f"{API}/maintenance")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, PUT")
    assert answer.headers["content-type"] == PROBLEM
    answer = await http.request("PATCH", f"{API}/executor/caches/x")
    assert answer.headers["allow"] == "GET, HEAD, POST"
    answer = await http.request("PATCH", f"{API}/executor/e1")
    assert answer.headers["allow"] == "DELETE, POST"


BAD_BODIES = {
    b"{": "JSON",
    b"[]": "body",
    b'{"name": 7}': "name",
    b'{"name": "n", "group": "no slash"}': "group",
    b'{"name": "n", "group": "/g", "run_config_tasks": {"a": {"id": "a", "name": "a", "steps": [{"type": "x"}]}}}': "steps",
    b"\xff\xfe": "",
    b'{"name": "\\ud800"}': "",
    b"[" * 100_000: "",
}


async def test_a_body_of_another_shape_is_a_bad_request(http):
    """The answer says where, and does not repeat what was sent."""
    headers = {**bearer(CLIENT), "content-type": "application/json"}
    for body, words in BAD_BODIES.items():
        answer = await http.post(f"{API}/runs", headers=headers, content=body)
        assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM), body[:50]
        assert words in answer.json().get("detail", "")
        assert "no slash" not in answer.text


async def test_a_parameter_that_nobody_knows_is_refused(http):
    """A misspelt filter would otherwise give everything."""
    answer = await http.get(f"{API}/runs?groups=/project/web", headers=bearer(CLIENT))
    assert (answer.status_code, answer.json()["detail"]) == (400, "unknown parameter: groups")


async def test_numbers_are_not_texts(http):
    """Strict both ways: `true` is no text, `"1"` is no number."""
    headers = bearer(EXECUTOR)
    good = {"id": "e1", "listen_url": "http://127.0.0.1:1", "active_tasks": 1}
    assert (await http.post(f"{API}/executor/e1", headers=headers, json=good)).status_code == 204
    for bad in ({"active_tasks": "1"}, {"active_tasks": True}, {"active_tasks": 1.5}, {"dynamic": 1}, {"dynamic": "true"},
                {"group": 7}, {"last_status_time": 1}, {"listen_url": "file:///etc/passwd"}):  # fmt: skip
        assert (await http.post(f"{API}/executor/e1", headers=headers, json=good | bad)).status_code == 400, bad


async def test_bodies_are_bounded(http, app, service):
    """What is too large is refused before it is all there."""
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 65536
            yield b" " * 65536

    for method, path in (("POST", "/runs"), ("PUT", "/runs/r/actions")):
        answer = await http.request(method, API + path, headers=bearer(CLIENT), content=endless())
        assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)
    assert sent < 3 * service.settings.largest_request


async def test_an_error_inside_is_a_500_without_words_and_one_line(http, service, monkeypatch, caplog):
    """The log says what was being done; the answer says nothing."""

    async def broken(*_):
        raise OSError(28, "No space left on device", "/var/lib/secret")

    monkeypatch.setattr(service.core.runs, "list", broken)
    with caplog.at_level(logging.ERROR, "runservice"):
        answer = await http.get(f"{API}/runs", headers=bearer(CLIENT))
    assert (answer.status_code, answer.json()) == (
        500, {"type": "about:blank", "title": "Internal Server Error", "status": 500},
    )  # fmt: skip
    [record] = [record for record in caplog.records if "answered 500" in record.message]
    assert str(record.exc_info[1]).startswith("list runs: ")


async def test_what_fails_after_the_answer_has_begun_cuts_the_connection(app, service, storage):
    """Whoever reads half of a cache must not take it for the whole."""
    from runservice._objects import cache_key

    storage.write(cache_key("k"), b"x" * 1_000_000)
    read = type(storage).read

    class Broken:
        def __init__(self, stream):
            self.stream, self.count = stream, 0

        def read(self, size):
            self.count += 1
            if self.count > 2:
                raise OSError(5, "Input/output error")
            return self.stream.read(size)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.stream.close()

    service.core.storage = storage
    storage.read = lambda key: Broken(read(storage, key))
    async with serve(app) as url, httpx2.AsyncClient(headers=bearer(EXECUTOR)) as http:
        with pytest.raises(httpx2.RemoteProtocolError):
            await http.get(f"{url}{API}/executor/caches/k")


async def test_the_document_says_what_is_sent(app):
    """It is a plain OpenAPI document, without the status that the framework would like to send."""
    document = app.openapi()
    assert document["openapi"].startswith("3.")
    assert "422" not in json.dumps(document)
    assert all("401" in operation["responses"] for _, _, operation in operations(document))
