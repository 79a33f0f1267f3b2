"""The reference pages of the services name every key, every object and every file of a real run, and none that never comes to be."""

import asyncio
import re
from contextlib import asynccontextmanager

import httpx2
import pytest
from dags import end, fetch, keep, restore_cache, save_cache, start, task
from sections import PAGES

import kvstore
from clients.configstore import Parent, ParentType
from objectstorage import open_storage
from runservice._groups import FORGOTTEN
from together import Installation

SELDOM = {
    FORGOTTEN,  # written when groups are forgotten, which takes a thousand changes
    "tasks/<task>/tmp/…",  # there for a moment
}
pytestmark = pytest.mark.anyio


def patterns(service, title):
    """What the first column below a heading of a page names, as written there, and as a pattern."""
    _, found, after = (PAGES / f"{service}.md").read_text(encoding="utf-8").partition(f"### {title}\n")
    assert found, f"{service}.md has no heading {title!r}"
    below = after.partition("\n#")[0]
    return {name: _pattern(name) for name in re.findall(r"^\| `([^`]+)`", below, re.MULTILINE)}


def _pattern(name):
    """`<x>` is part of a name, `…` is whatever follows."""
    return re.compile(re.sub(r"<\w+>", "[^/]+", re.escape(name)).replace("…", ".+"))


def compare(seen, told, where):
    """Both ways: each that was seen is told of, and each that is told of was seen."""
    strangers = sorted(name for name in seen if not any(pattern.fullmatch(name) for pattern in told.values()))
    unseen = sorted(
        name for name, pattern in told.items() if name not in SELDOM and not any(map(pattern.fullmatch, seen))
    )
    assert (strangers, unseen) == ([], []), f"{where}: (in a run and not on the page, on the page and not in a run)"


@asynccontextmanager
async def watched(url, keys):
    """Collect the keys that are written to a store while a block runs."""
    async with kvstore.open_store(url) as store:
        begin = await store.revision()

        async def collect():
            async with store.watch("", after=begin) as batches:
                async for batch in batches:
                    keys.update(event.key for event in batch.events)

        keys.update([entry.key async for page in store.pages("") for entry in page.entries])
        watching = asyncio.create_task(collect())
        yield
        await asyncio.sleep(1)  # for the last of them
        watching.cancel()


async def change_over(client, *, enable):
    """Ask for maintenance or its end, and wait until the instance is there."""
    await client.set_maintenance(enable=enable)
    while not (await client.get_maintenance()).is_settled:  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(0.05)


async def export_and_import(client):
    """In maintenance, and back."""
    await change_over(client, enable=True)
    async with client.export() as chunks:
        saved = [chunk async for chunk in chunks]

    async def upload():
        for chunk in saved:
            yield chunk

    await client.import_from(upload())
    await change_over(client, enable=False)


async def fill_configstore(client):
    await client.create_user("ann")
    await client.create_token("user/ann", "laptop")
    await client.create_project("web", "user/ann")
    await client.create_secret(Parent(type=ParentType.PROJECT, id="user/ann/web"), "registry", {"PASSWORD": "hidden"})


async def run_all_kinds_of_steps(client, directory, files):
    """Whatever an executor can do; what lies in its data directory is looked at while a step runs, and after each."""

    def look():
        found = [path for path in directory.rglob("*") if not path.is_dir() and path.suffix != ".new"]
        files.update(str(path.relative_to(directory)) for path in found)

    made = task("make", "echo made > made", keep("made"), save_cache("deps", "made"))
    waiting = "touch begun; while [ ! -e go ]; do sleep 0.1; done"
    used = task("use", fetch(), restore_cache("deps"), keep("made"), waiting, after=["make"])
    run_id = await start(client, made, used)
    while not (begun := list(directory.glob("tasks/*/*/begun"))):  # noqa: ASYNC110 - no event tells of it
        look()
        await asyncio.sleep(0.02)
    look()
    begun[0].with_name("go").touch()
    return await end(client, run_id)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Installation(tmp_path_factory.mktemp("pages")) as installation:
        yield installation


@pytest.fixture(scope="module")
async def seen(running):
    """What one run has left behind or had in passing: keys, objects of each service, and files of the executor."""
    keys, files, objects = set(), set(), {}
    async with watched(running.kv, keys), running.configstore() as store, running.runservice() as runs:
        await fill_configstore(store)
        await run_all_kinds_of_steps(runs, running.directory / "executor-1", files)
        for name in ("configstore", "runservice"):
            with open_storage(f"{running.storage}/{name}") as storage:
                objects[name] = {info.key for info in storage.list("")}
        await export_and_import(store)
        await export_and_import(runs)
    return {"keys": keys, "files": files, **objects}


@pytest.mark.parametrize("service", ["configstore", "runservice"])
async def test_each_key_is_on_the_page(seen, service):
    """Of the kv store: all that were ever there."""
    keys = {key.removeprefix(f"{service}/") for key in seen["keys"] if key.startswith(f"{service}/")}
    compare(keys, patterns(service, "Keys"), f"keys of {service}.md")


async def test_no_service_writes_keys_of_others(seen):
    """The executor and the gateway have none, as their pages say."""
    assert {key.partition("/")[0] for key in seen["keys"]} == {"configstore", "runservice"}


@pytest.mark.parametrize("service", ["configstore", "runservice"])
async def test_each_object_is_on_the_page(seen, service):
    """Of the object storage, after a run."""
    compare(seen[service], patterns(service, "Objects"), f"objects of {service}.md")


async def test_each_file_of_the_executor_is_on_the_page(seen):
    """Of the data directory, while steps ran."""
    compare(seen["files"], patterns("executor", "Files"), "files of executor.md")


ROUTES = {
    "configstore": ("CONFIGSTORE_TOKEN", "users"),
    "runservice": ("RUNSERVICE_TOKEN", "runs"),
    "executor": ("EXECUTOR_TOKEN", "executor"),
    "gateway": ("GATEWAY_ADMIN_TOKEN", "projects"),
}


def caller(running, service):
    """A client with the service's token."""
    headers = {"authorization": f"Bearer {running.environment[ROUTES[service][0]]}", "content-type": "application/json"}
    return httpx2.AsyncClient(base_url=running.url(service), headers=headers, timeout=30, trust_env=False)


@pytest.mark.parametrize("service", ROUTES)
async def test_the_openapi_document_is_where_the_page_says(running, service):
    """Or nowhere, if it says nothing."""
    is_told = "`GET /openapi.json`" in (PAGES / f"{service}.md").read_text(encoding="utf-8")
    async with caller(running, service) as client:
        assert (await client.get("/openapi.json")).status_code == (200 if is_told else 404)


@pytest.mark.parametrize("service", ROUTES)
async def test_a_request_may_be_as_large_as_the_page_says(running, service):
    """A byte more is answered 413."""
    text = (PAGES / f"{service}.md").read_text(encoding="utf-8").partition("## Limits\n")[2]
    largest = int(re.search(r"^\| a request[^|]* \| (\d+) MiB", text, re.MULTILINE)[1]) << 20
    url = f"/api/v1alpha/{ROUTES[service][1]}"
    async with caller(running, service) as client:
        answers = [await client.post(url, content=b" " * size) for size in (largest, largest + 1)]
    assert [answer.status_code for answer in answers] == [400, 413]
