"""The routes as a stranger meets them: tokens, shapes, methods, sizes; and schemathesis on all of them."""

import contextlib
import json
import logging
import time
from contextlib import AsyncExitStack, ExitStack

import httpx2
import pytest
import schemathesis
from anyio.from_thread import start_blocking_portal
from conftest import CLIENT, EXECUTOR, request_of, serve
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

import kvstore
from clients import bearer
from objectstorage import open_storage
from runservice.app import make_app
from runservice.service import open_service

pytestmark = pytest.mark.anyio

API = "/api/v1alpha"
PROBLEM = "application/problem+json"


@pytest.fixture
async def http(app):
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://runservice") as client:
        yield client


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


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


@contextlib.contextmanager
def instance(tmp_path, settings):
    """An instance of its own, with a real server, in a thread of its own; its application and its URL."""
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())
        app, url = stack.enter_context(portal.wrap_async_context_manager(running(tmp_path, settings)))
        yield app, url


@contextlib.asynccontextmanager
async def running(tmp_path, settings):
    async with AsyncExitStack() as stack:
        storage = stack.enter_context(open_storage((tmp_path / "objects").as_uri()))
        store = await stack.enter_async_context(kvstore.open_store(f"sqlite://{tmp_path}/kv.db"))
        app = make_app(await stack.enter_async_context(open_service(store, storage, settings)))
        yield app, await stack.enter_async_context(serve(app))


UPKEEP = ["POST /import", "GET /export", "GET /maintenance", "PUT /maintenance", "DELETE /maintenance"]


def test_schemathesis_finds_no_500(tmp_path, settings):
    """Every route gets what its schema allows and what it forbids: none fails, and none takes what it must not take.

    Those that change over to maintenance, from when on all others are answered alike, have a test of their own.
    """
    with instance(tmp_path, settings) as (app, url):
        names = [f"{method} {path.removeprefix(API)}" for method, path, _ in operations(app.openapi())]
        wanted = [name for name in names if name not in UPKEEP]
        assert len(wanted) == len(names) - len(UPKEEP) == 18
        attack(url, app.openapi(), wanted)


def test_schemathesis_finds_no_500_in_maintenance(tmp_path, settings):
    """Those that answer in maintenance, the import first and the end of maintenance last."""
    with instance(tmp_path, settings) as (app, url):
        enter_maintenance(url)
        attack(url, app.openapi(), UPKEEP)


def enter_maintenance(url):
    with httpx2.Client(base_url=url + API, headers=bearer(CLIENT)) as http:
        assert http.put("/maintenance").status_code == 204
        while [one["mode"] for one in http.get("/maintenance").json()["instances"]] != ["maintenance"]:
            time.sleep(0.02)


NOT_CHECKED = [
    ignored_auth,  # see test_no_route_without_its_token
    positive_data_acceptance,  # some rules no schema can say: two ids must be the same, a token one that was given out
]


schemathesis.serializer.alias("application/x-ndjson", "application/octet-stream")


def attack(url, document, names):
    found = {
        f"{operation.method.upper()} {operation.path.removeprefix(API)}": operation
        for operation in (result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations())
    }
    for name in names:
        for mode in GenerationMode:
            attack_one(url, found[name], mode)


def attack_one(url, operation, mode):
    tokens = {"client": CLIENT, "executor": EXECUTOR}
    [[scheme]] = [list(security) for security in operation.definition.raw["security"]]

    parameters = operation.definition.raw.get("parameters", [])
    has_list = any(parameter["schema"].get("type") == "array" for parameter in parameters)
    doubtful = [negative_data_rejection] if has_list else []  # on the wire an object looks like a list
    patience, count = 10, 5
    if operation.path.endswith("/events"):  # which never end: so long they are listened to
        patience, count = 1, 2

    @hypothesis_settings(
        max_examples=count, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), derandomize=True,
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case):
        if case.query:
            case.query.pop("follow", None)  # which would be patient
        response = case.call(base_url=url, headers=bearer(tokens[scheme]), timeout=patience)
        case.validate_response(response, excluded_checks=[*NOT_CHECKED, *doubtful])

    check()


@st.composite
def broken(draw, whole):
    """Bytes that are no export, or are one no more: cut off, with a hole, with something in it, lines in disorder."""
    begin, end = sorted(draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    lines = whole.splitlines(keepends=True)
    line = json.dumps(draw(st.dictionaries(st.sampled_from(["id", "type", "data", "count"]), JSON))).encode() + b"\n"
    return draw(
        st.sampled_from([
            draw(st.binary()), whole[:end], whole[begin:], whole[:begin] + whole[end:],
            whole[:begin] + draw(st.binary(min_size=1)) + whole[begin:], line + whole, line, lines[0] + line + lines[-1],
            whole + whole, b"".join(draw(st.permutations(lines))),
        ])
    )  # fmt: skip


JSON = st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=3)


def test_garbage_is_never_imported(tmp_path, settings):
    """What comes instead of an export is refused as such, and what was there is still there; nothing is a 500."""
    with instance(tmp_path, settings) as (_, url), httpx2.Client(base_url=url + API, headers=bearer(CLIENT)) as http:
        body = request_of("a", environment={"A": "1"}).model_dump_json()
        for _ in range(2):
            assert http.post("/runs", content=body, headers={"content-type": "application/json"}).status_code == 201
        enter_maintenance(url)
        whole = http.get("/export").content
        assert len(whole.splitlines()) > 3

        kept = [whole]

        @hypothesis_settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(garbage=broken(whole))
        def attempt(garbage):
            answer = http.post("/import", content=garbage)
            if answer.status_code == 204:  # it reads as an export all the same, of other data
                kept.append(http.get("/export").content)
            else:
                assert (answer.status_code, answer.json()["code"]) == (400, "bad_export"), garbage
                assert http.get("/export").content == kept[-1], garbage

        attempt()
        assert http.post("/import", content=whole).status_code == 204
        assert http.get("/export").content == whole


async def test_the_document_says_what_is_sent(app):
    """It is a plain OpenAPI document, without the status that the framework would like to send."""
    document = app.openapi()
    assert document["openapi"].startswith("3.")
    assert "422" not in json.dumps(document)
    assert all("401" in operation["responses"] for _, _, operation in operations(document))
