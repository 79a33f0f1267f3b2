"""Requests that nobody means: schemathesis on all routes, and garbage instead of exports."""

import contextlib
import json
import time
from contextlib import AsyncExitStack, ExitStack

import httpx2
import schemathesis
from anyio.from_thread import start_blocking_portal
from conftest import CLIENT, EXECUTOR, operations, request_of, serve
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

import kvstore
from clients import API, bearer
from objectstorage import open_storage
from runservice.app import make_app
from runservice.service import open_service


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


schemathesis.serializer.alias("application/x-ndjson", "application/octet-stream")


NOT_CHECKED = [
    ignored_auth,  # see test_no_route_without_its_token
    positive_data_acceptance,  # some rules no schema can say: two ids must be the same, a token one that was given out
]


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
    """Bytes that are no export, or are one no more: cut off, with a hole, with something in it, changed, lines in disorder."""
    begin, end = sorted(draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    lines = whole.splitlines(keepends=True)
    flipped = bytes(byte ^ (n == begin) for n, byte in enumerate(whole))
    line = json.dumps(draw(st.dictionaries(st.sampled_from(["id", "type", "data", "count"]), JSON))).encode() + b"\n"
    return draw(
        st.sampled_from([
            draw(st.binary()), whole[:end], whole[begin:], whole[:begin] + whole[end:],
            whole[:begin] + draw(st.binary(min_size=1)) + whole[begin:], line + whole, line, lines[0] + line + lines[-1],
            whole + whole, flipped, b"".join(draw(st.permutations(lines))),
        ])
    )  # fmt: skip


JSON = st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=3)


def test_garbage_is_never_imported(tmp_path, settings):
    """What comes instead of an export, or was changed on the way, is refused, and what was there is still there."""
    with instance(tmp_path, settings) as (_, url), httpx2.Client(base_url=url + API, headers=bearer(CLIENT)) as http:
        body = request_of("a", environment={"A": "1"}).model_dump_json()
        for _ in range(2):
            assert http.post("/runs", content=body, headers={"content-type": "application/json"}).status_code == 201
        enter_maintenance(url)
        whole = http.get("/export").content
        assert len(whole.splitlines()) > 3

        @hypothesis_settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(garbage=broken(whole))
        def attempt(garbage):
            answer = http.post("/import", content=garbage)
            if answer.status_code != 204:  # a blank more in the last line is no harm
                assert (answer.status_code, answer.json()["code"]) == (400, "bad_export"), garbage
            assert http.get("/export").content == whole, garbage

        attempt()
        assert http.post("/import", content=whole).status_code == 204
        assert http.get("/export").content == whole
