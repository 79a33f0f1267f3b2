"""The routes as the wire sees them."""

import time

import httpx2
import pytest
import schemathesis
from conftest import TOKEN
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from clients.query import API
from configstore.api import LARGEST_BODY, make_app
from configstore.service import Service

pytestmark = pytest.mark.anyio


@pytest.fixture
async def http(client):
    """Plain HTTP, with the token."""
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(client.app), base_url="http://configstore", headers=headers
    ) as plain:
        yield plain


async def test_what_is_no_route_is_a_problem_document(http):
    """Of kind 404."""
    answer = await http.get("/nowhere")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_another_method_is_told_which_there_are(http):
    """All of them, not those of the first route alone."""
    answer = await http.request("PATCH", f"{API}/maintenance")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, PUT")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{", "body.1: JSON decode error"),
        (b'{"name": 7}', "body.name: Input should be a valid string"),
        (b'{"name": "ann", "admin": "yes"}', "body.admin: Input should be a valid boolean"),
        (b'{"name": "../etc"}', "body.name: String should match pattern"),
        (b"[]", "body: Input should be a valid dictionary"),
    ],
)
async def test_a_body_that_is_none_is_refused_with_the_reason(http, body, detail):
    """A 400; nothing is guessed, and nothing of what was sent is repeated."""
    answer = await http.post(f"{API}/users", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(detail)


async def test_a_body_has_an_end(http):
    """Announced or not."""
    answer = await http.post(f"{API}/users", content=b"x" * (LARGEST_BODY + 1))
    assert answer.status_code == 413

    async def endless():
        while True:
            yield b"x" * 65536

    answer = await http.post(f"{API}/users", content=endless())
    assert answer.status_code == 413


async def test_a_path_may_be_sent_with_its_slashes_encoded(client, http):
    """As %2F or %2f; not encoded they are other routes."""
    await client.create_user("ann")
    await client.create_project("secrets", "user/ann")
    for ref in ("user%2Fann%2Fsecrets", "user%2fann%2fsecrets"):
        answer = await http.get(f"{API}/projects/{ref}")
        assert answer.json()["path"] == "user/ann/secrets"
    assert (await http.get(f"{API}/projects/user/ann/secrets")).status_code == 404


async def test_before_the_first_data_a_request_is_told_to_wait():
    """A 503 with a word for people."""
    app = make_app(Service(None, None, None, patience=0.1), [TOKEN])
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://c", headers=headers) as http:
        answer = await http.get(f"{API}/users")
        assert (answer.status_code, answer.json()["detail"]) == (
            503,
            "the service cannot answer now; try again later",
        )


def test_no_document_of_nonsense_finds_a_500(serve):
    """Schemathesis sends what the OpenAPI document allows, and what it does not, to every route.

    Those of maintenance come last and once more in it: what is not of upkeep would be answered alike from then on.
    """
    url = serve().url
    headers = {"Authorization": f"Bearer {TOKEN}"}
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", headers=headers)
    routes = {found.label: found for found in (operation.ok() for operation in schema.get_all_operations())}
    switch = routes.pop(f"PUT {API}/maintenance")
    tried = sum(attack(found, headers) for found in [*routes.values(), switch])
    wait_for_maintenance(url, headers)
    upkeep = [f"POST {API}/import", f"GET {API}/export", f"GET {API}/maintenance", f"DELETE {API}/maintenance"]
    tried += sum(attack(routes[label], headers) for label in upkeep)
    assert tried > 75


def attack(found, headers):
    """Send a route some requests; how many."""
    tried = 0
    # what is good in itself may come at the wrong time: maintenance that is off already, an import outside of it
    unfit = [positive_data_acceptance] if found.path.endswith(("/maintenance", "/import")) else []

    @settings(max_examples=3, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=found.as_strategy())
    def attempt(case):
        nonlocal tried
        tried += 1
        answer = case.call(headers=headers)
        assert answer.status_code < 500, (found.label, answer.text)
        case.validate_response(answer, headers=headers, excluded_checks=unfit)

    attempt()
    return tried


def wait_for_maintenance(url, headers):
    """The switch may have been refused above, whatever was sent with it: turn it again, and wait."""
    with httpx2.Client(base_url=url + API, headers=headers) as http:
        http.put("/maintenance")
        while [one["mode"] for one in http.get("/maintenance").json()["instances"]] != ["maintenance"]:
            time.sleep(0.02)
