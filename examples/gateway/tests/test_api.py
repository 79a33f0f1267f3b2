"""The routes as the wire sees them, and the client against the document that the gateway serves."""

import inspect
import json
from datetime import UTC

import fakes
import httpx2
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from schemathesis.specs.openapi.checks import positive_data_acceptance

import clients.gateway
from clients.gateway import GatewayClient
from clients.query import API
from gateway.api import make_app
from gateway.behind import Behind

pytestmark = pytest.mark.anyio

LARGEST = 4 << 20


@pytest.fixture
async def http(app):
    """Plain HTTP, with the token of ann."""
    headers = {"authorization": f"Bearer {fakes.USERS['ann']}"}
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://gateway", headers=headers
    ) as plain:
        yield plain


async def test_another_method_is_told_which_there_are(http):
    """All of them."""
    answer = await http.request("PATCH", f"{API}/projects/x/secrets")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert (await http.get(f"{API}/nowhere")).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{", "body.1: JSON decode error"),
        (b'{"name": "web"}', "body.parent: Field required"),
        (b'{"name": "web", "parent": 7}', "body.parent: Input should be a valid string"),
        (b'{"name": "../x", "parent": "user/ann"}', "body.name: String should match pattern"),
        (b'{"name": "web", "parent": "user/ann", "owner": "bob"}', "body.owner: Extra inputs are not permitted"),
    ],
    ids=["no JSON", "missing", "number", "bad name", "unknown key"],
)
async def test_a_body_that_is_none_is_refused_with_the_reason(http, body, detail):
    """A 400; nothing is guessed, and nothing of what was sent is repeated."""
    answer = await http.post(f"{API}/projects", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(detail)


async def test_a_body_has_an_end(http):
    """Announced or not."""
    assert (await http.post(f"{API}/projects", content=b"x" * (LARGEST + 1))).status_code == 413

    async def endless():
        while True:
            yield b"x" * 65536

    assert (await http.post(f"{API}/projects", content=endless())).status_code == 413


async def test_a_run_is_started_from_yaml(http, runservice):
    """As a file would be sent by curl."""
    body = b"name: nightly\ntasks:\n  - name: build\n    steps: [{run: make}]\n"
    answer = await http.post(
        f"{API}/projects/user%2Fann%2Ftools%2Fweb/runs?tag=v1",
        content=body,
        headers={"content-type": "application/yaml"},
    )
    assert (answer.status_code, answer.json()["tag"]) == (201, "v1")
    answer = await http.post(f"{API}/projects/web-ann/runs?tag=v1&branch=main", json={})
    assert answer.json()["detail"] == "a run is of a branch or of a tag, not of both"


class Recorder(GatewayClient):
    """A client that only notes what it would send, and what it would read the answer as."""

    def __init__(self):
        super().__init__("http://nowhere")
        self.noted = None

    async def call(self, method, path, answer=None, *, query=None, body=None, patient=False):
        self.noted = (method, path, answer, query, body)
        raise LookupError

    def download(self, doing, path, *, query=None, patient=False):
        self.noted = ("GET", path, bytes, query, None)
        raise LookupError


ARGUMENTS = {
    "ref": "r", "name": "n", "user": "n", "parent": "r", "project": "r", "run_id": "i", "task_id": "t", "token": "x",
    "data": {"A": "1"}, "values": [clients.gateway.VariableValue(secret="s", key="K")],
    "config": {"name": "x", "tasks": [{"name": "a"}]},
}  # fmt: skip
CALLS = [
    name
    for name, member in inspect.getmembers(GatewayClient, inspect.isfunction)
    if not name.startswith("_") and name not in {"call", "close", "download"}
]


async def noted(name):
    recorder = Recorder()
    method = getattr(recorder, name)
    wanted = inspect.signature(method).parameters.values()
    arguments = {one.name: ARGUMENTS[one.name] for one in wanted if one.default is one.empty}
    async with recorder:
        with pytest.raises(LookupError):
            called = method(**arguments)
            await (called if inspect.isawaitable(called) else called.__aenter__())
    return recorder.noted


def find(document, method, path):
    """The operation of the document that a request is for."""
    wanted = path.split("/")
    for template, operations in document["paths"].items():
        parts = template.split("/")
        if len(parts) == len(wanted) and all(a == b or a[0:1] == "{" for a, b in zip(parts, wanted, strict=True)):
            if method.lower() in operations:
                return operations[method.lower()]
    raise AssertionError(f"the gateway has no {method} {path}")


@pytest.fixture(scope="module")
def document():
    """What the gateway serves as its OpenAPI document; nothing behind it is asked."""
    nobody = Behind(None, None, None)
    return make_app(nobody).openapi()


@pytest.mark.parametrize("name", CALLS)
async def test_the_client_asks_for_what_the_document_has(document, name):
    """Path, parameters and body."""
    method, path, _, query, body = await noted(name)
    operation = find(document, method, path)
    known = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    assert set(query or {}) <= known
    if body is None:
        assert not operation.get("requestBody", {}).get("required")
    else:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        sent = body.model_dump(mode="json", exclude_none=True)
        jsonschema_rs.validate({**schema, "components": document["components"]}, sent)


def values(document, schema):  # noqa: PLR0911 - one for each kind of schema
    """What a schema of the document allows."""
    if "$ref" in schema:
        return values(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return st.one_of([values(document, one) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("format") == "date-time":
        return st.datetimes(timezones=st.just(UTC)).map(lambda one: one.isoformat())
    if schema["type"] == "array":
        return st.lists(values(document, schema["items"]), max_size=2)
    if schema["type"] == "object":
        parts = {name: values(document, part) for name, part in schema.get("properties", {}).items()}
        needed = {name: parts.pop(name) for name in schema.get("required", ())}
        return st.fixed_dictionaries(needed, optional=parts)
    return {"string": st.text(max_size=9), "integer": st.integers(), "boolean": st.booleans(), "null": st.none()}[
        schema["type"]
    ]


@pytest.mark.parametrize("name", CALLS)
async def test_the_client_understands_whatever_the_document_allows(document, name):
    """Its types are its own: here they meet those of the gateway."""
    method, path, answer, _, _ = await noted(name)
    responses = find(document, method, path)["responses"]
    (success,) = [responses[code] for code in responses if code.startswith("2")]
    if answer is None:
        assert "content" not in success
        return
    if answer is bytes:
        assert "text/plain" in success["content"]
        return
    schema = success["content"]["application/json"]["schema"]

    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(sent=values(document, schema))
    def understand(sent):
        TypeAdapter(answer).validate_json(json.dumps(sent))

    understand()


def test_no_document_of_nonsense_finds_a_500(serve):
    """Schemathesis sends what the OpenAPI document allows, and what it does not, to every route."""
    url = serve().url
    headers = {"Authorization": f"Bearer {fakes.USERS['root']}"}
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", headers=headers)
    tried = 0

    for operation in schema.get_all_operations():
        found = operation.ok()
        # what is good by itself may not fit together: tasks that depend on others, a branch and a tag
        unfit = [positive_data_acceptance] if found.path.endswith(("/runs", "/logs")) else []

        @settings(max_examples=3, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=found.as_strategy())
        def attempt(case):
            nonlocal tried
            tried += 1
            answer = case.call(headers=headers)
            assert answer.status_code < 500, (found.label, answer.text)
            case.validate_response(answer, headers=headers, excluded_checks=unfit)

        attempt()
    assert tried > 80
