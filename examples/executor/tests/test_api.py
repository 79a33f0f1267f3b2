"""The routes: who may call them, what they take, and what they say to nonsense."""

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from clients.query import API


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic dG9rZW4=", "Bearer tökén"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/executor"), ("GET", "/executor/logs"), ("GET", "/executor/archives"), ("GET", "/nowhere")],
)
def test_nothing_is_answered_without_the_token(shared, header, method, path):
    """Not even whether there is such a route."""
    headers = {} if header is None else {"authorization": header.encode()}
    with shared.http.__class__(base_url=shared.http.base_url, trust_env=False) as client:
        answer = client.request(method, path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json() == {
        "type": "about:blank", "title": "Unauthorized", "status": 401, "detail": "show a valid token",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"taskid": "nobody", "step": 0}, 404),
        ({"taskid": "nobody", "step": 0, "follow": True}, 404),
        ({"taskid": "nobody", "setup": True}, 404),
        ({"taskid": "nobody"}, 400),
        ({"taskid": "nobody", "step": 0, "setup": True}, 400),
        ({"taskid": "../../id", "step": 0}, 400),
        ({"taskid": ".", "step": 0}, 400),
        ({"taskid": "nobody", "step": -1}, 400),
        ({"step": 0}, 400),
    ],
)
def test_logs_that_cannot_be_had(shared, parameters, status):
    """Missing, or asked for wrongly."""
    answer = shared.http.get("/executor/logs", params=parameters)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_may_not_be_too_large(shared):
    """Announced or not."""
    assert shared.http.post("/executor", content=b"x" * (17 << 20)).status_code == 413
    chunks = (b"x" * (1 << 20) for _ in range(20))
    assert shared.http.post("/executor", content=chunks).status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'{"id": 5}', b"null"])
def test_garbage_is_refused_in_words(shared, body):
    """Without what was sent: it may hold secrets."""
    answer = shared.http.post("/executor", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(("body", "There was an error parsing the body"))


def test_other_methods_and_routes(shared):
    """Problem documents too, with what would be allowed."""
    answer = shared.http.delete("/executor/logs")
    assert (answer.status_code, answer.headers["allow"], answer.json()["status"]) == (405, "GET", 405)
    assert shared.http.get("/nowhere").json()["status"] == 404


def test_every_answer_is_as_documented(shared):
    """Whatever is sent to a route; and none of them is a 500."""
    document = schemathesis.openapi.from_dict(shared.http.get(f"{shared.url}/openapi.json").json())
    headers = {"authorization": shared.http.headers["authorization"]}
    labels = set()
    rules = {"base_url": shared.url, "headers": headers, "session": requests.Session()}
    rules["excluded_checks"] = [positive_data_acceptance]  # that a task is for this executor is no matter of the schema
    for found in document.get_all_operations():
        operation = found.ok()
        labels.add(operation.label)

        @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def send_good(case):
            case.call_and_validate(**rules)

        @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
        def send_bad(case):
            case.call_and_validate(**rules)

        send_good()
        send_bad()
    rules["session"].close()
    assert labels == {f"POST {API}/executor", f"GET {API}/executor/logs", f"GET {API}/executor/archives"}
