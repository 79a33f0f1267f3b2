"""What the log and the caller get to read of each failure, word for word. `UPDATE_GOLDENS=1` writes the goldens anew."""

import logging
import os
import re
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from conftest import CLIENT, EXECUTOR, request_of, run_when, until

import kvstore
from clients import bearer
from stackerr.integrations.logging import Formatter
from vault import Vault, new_key

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).parent / "golden"
API = "/api/v1alpha"


@pytest.fixture
def lines():
    """The lines that the service logs."""
    collected = []

    class Collect(logging.Handler):
        def emit(self, record):
            collected.append(self.format(record))

    handler = Collect(logging.INFO)
    handler.setFormatter(Formatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("runservice")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield collected
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.fixture
async def http(app):
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://runservice", headers=bearer(CLIENT)) as client:
        yield client


DIFFERS = [
    (r"\b[0-9a-f]{32}\b", "ID"),
    (r"\b[0-9a-v]{13}-[0-9a-v]{13}\b", "RUN"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"at revision \d+", "at revision N"),
    (r"/[^ ]*/pytest-\d+/\w+/", "/srv/"),
    (r"[^\s\"'\[]*/(?=[^/\s]+/[^/\s]+\.py)", ""),
    (r"\.py:\d+", ".py"),
    (r"(runservice/\w+\.py)( > \1)+", r"\1"),  # an installed package shows fewer of its places
    (r"( > (?!runservice)[\w/]+\.py)+(?=\]| > runservice)", " > …"),
]


def check(name, lines, answer=None):
    text = "\n".join(lines)
    for pattern, instead in DIFFERS:
        text = re.sub(pattern, instead, text)
    text = f"# in the log\n{text}\n"
    if answer is not None:
        text += f"\n# to the caller\n{answer.status_code} {answer.text}\n"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text)
    assert text == path.read_text()
    assert all("\n" not in line for line in lines)


async def broken(*_, **__):
    raise kvstore.ErrNotSent("not sent: All connection attempts failed")


async def test_refusals(http, lines):
    """What a client did wrong: the log knows why, and the caller what to do."""
    requests = {
        "run_not_exist": ("GET", "/runs/nosuch", None),
        "bad_shape": ("POST", "/runs", {"name": 7, "environment": {"PASSWORD": 5}}),
        "bad_run": ("POST", "/runs", {}),
        "bad_token": ("POST", "/runs", {"change_groups_update_token": "garbage"}),
        "unknown_parameter": ("GET", "/runs?groups=/p", None),
        "import_outside_maintenance": ("POST", "/import", {}),
    }
    for name, (method, path, body) in requests.items():
        lines.clear()
        check(name, lines, await http.request(method, API + path, json=body))
    lines.clear()
    check("unauthorized", lines, await http.get(f"{API}/runs", headers=bearer("wrong")))


async def test_conflicts(http, client, lines):
    """Somebody was faster, or it is not the time."""
    token = await client.change_groups_token(["/project/web"])
    run = (await client.create_run(request_of("a"))).run
    await run_when(client, run.id, lambda run: run.phase.value == "running")
    lines.clear()
    body = request_of("a", change_groups_update_token=token).model_dump()
    check("out_of_date", lines, await http.post(f"{API}/runs", json=body))
    lines.clear()
    answer = await http.put(f"{API}/runs/{run.id}/actions", json={"action_type": "changephase", "phase": "cancelled"})
    check("wrong_phase", lines, answer)


async def test_maintenance(http, client, service, lines):
    """503 while it lasts, and while it is not yet begun everywhere."""
    await client.set_maintenance(enable=True)
    await until(client.get_maintenance, lambda state: state.is_settled)
    lines.clear()
    check("maintenance", lines, await http.get(f"{API}/runs"))
    lines.clear()
    check("import_refused", lines, await http.post(f"{API}/import", content=b'{"type": "run"}\n'))
    await client.set_maintenance(enable=False)


async def test_stores_that_fail(http, service, lines, monkeypatch):
    """The kv store and the object storage: one line with all there is to know, and no word to the caller."""
    with monkeypatch.context() as patch:
        patch.setattr(service.core.store.backend, "range", broken)
        lines.clear()
        answer = await http.get(f"{API}/runs")
        check("kv_down", [line for line in lines if "answered" in line], answer)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(service.core.storage, "_write", full)
    lines.clear()
    answer = await http.post(f"{API}/executor/caches/k", headers=bearer(EXECUTOR), content=b"tar")
    check("disk_full", [line for line in lines if "answered" in line], answer)


async def test_a_key_that_is_missing(http, client, executor, service, settings, lines):
    """A run is to be made again whose environment no key opens: the operator has to add one."""
    run = (await client.create_run(request_of("a"))).run
    await run_when(client, run.id, lambda run: run.archived)
    service.core.settings = replace(settings, vault=Vault([new_key()], "RUNSERVICE_KEY"))
    lines.clear()
    check("sealed", lines, await http.post(f"{API}/runs", json={"run_id": run.id, "from_start": True}))


async def test_an_executor_that_is_gone(http, client, executor, lines):
    """To the operator when its task is pushed, and to the reader of a log."""
    executor.script = {"a": "hang"}
    created = (await client.create_run(request_of("a"))).run
    await run_when(client, created.id, lambda run: run.task("a").status.value == "running")
    executor.url = "http://127.0.0.1:9"
    await executor.register()
    lines.clear()
    answer = await http.get(f"{API}/logs?runid={created.id}&taskid={created.task('a').id}&step=0")
    check("executor_unavailable", lines, answer)
    lines.clear()
    await client.stop_run(created.id)
    await run_when(client, created.id, lambda run: run.task("a").status.value == "stopped")

    async def logged():
        return [line for line in lines if line.startswith(("WARNING", "ERROR"))][:2]

    check("executor_gone", sorted(await until(logged, lambda found: len(found) == 2), reverse=True))


def test_every_golden_has_its_failure():
    """None is left over."""
    source = Path(__file__).read_text()
    assert all(f'"{path.stem}"' in source for path in GOLDEN.iterdir())
