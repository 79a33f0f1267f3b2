"""The pages, as a browser gets them."""

import html
import re

import fakes
import httpx2
import pytest

import stackerr
from clients import runservice as rs
from gateway.answers import Task
from gateway.pages.graph import draw
from stackerr import wrapping

pytestmark = pytest.mark.anyio

CONFIG = {
    "name": "<b>nightly</b>",
    "tasks": [
        {"name": "build", "steps": [{"run": "echo '<script>alert(1)</script>'"}]},
        {"name": "test", "depends": [{"task": "build", "conditions": ["on_failure"]}], "steps": [{"run": "make test"}]},
    ],
}


@pytest.fixture
async def browser(app):
    """Somebody who has not logged in."""
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as browser:
        yield browser


@pytest.fixture
async def logged_in(browser):
    answer = await browser.post("/login", data={"token": fakes.USERS["ann"]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return browser


async def test_who_has_not_logged_in_is_sent_there(browser):
    """From every page."""
    for path in ("/", "/runs/run1", "/runs/run1/tasks/build/logs?step=0", "/nowhere"):
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert (await browser.get("/login")).status_code == 200


async def test_a_wrong_token_is_asked_for_again(browser):
    """And is in no cookie."""
    answer = await browser.post("/login", data={"token": "wrong"})
    assert answer.status_code == 401
    assert "That token is not valid." in answer.text
    assert "set-cookie" not in answer.headers


async def test_the_token_is_in_a_cookie_that_no_script_and_no_other_site_gets(browser):
    """Until one logs out."""
    answer = await browser.post("/login", data={"token": fakes.USERS["ann"]})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    answer = await browser.post("/logout")
    assert 'gateway_token=""' in answer.headers["set-cookie"]
    assert (await browser.get("/")).status_code == 303


async def test_a_form_of_another_site_is_refused(browser, logged_in):
    """Both forms."""
    for path in ("/login", "/logout"):
        answer = await browser.post(path, data={"token": "x"}, headers={"origin": "http://evil.example"})
        assert answer.status_code == 403


async def test_nothing_runs_but_what_is_ours(logged_in, ann):
    """The policy allows no script and no style in the page, nothing from elsewhere, and no frame around it."""
    await ann.start_run("web-ann", CONFIG)
    for path in ("/", "/runs/run1", "/login", "/static/page.js"):
        answer = await logged_in.get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?! src=)|<style| style=| on[a-z]+=", answer.text) or path.startswith("/static")


async def test_the_list_has_the_runs_of_who_asks(logged_in, ann, bob):
    """And of nobody else."""
    assert "There is none yet" in (await logged_in.get("/")).text
    await ann.start_run("web-ann", CONFIG, branch="main")
    await bob.start_run("web-bob", {**CONFIG, "name": "of bob"})
    page = (await logged_in.get("/")).text
    assert '<a href="/runs/run1">&lt;b&gt;nightly&lt;/b&gt;</a>' in page
    assert "of bob" not in page
    answer = await logged_in.get("/runs/run2")
    assert answer.status_code == 404


async def test_a_run_is_shown_with_its_tasks(logged_in, ann, runservice):
    """As a picture, with what waits for what, and what the steps are called; everything escaped."""
    await ann.start_run("web-ann", CONFIG)
    running = rs.ExecutorTaskPhase.RUNNING
    runservice.change("run1", "build", status=rs.RunTaskStatus.RUNNING, steps=[rs.RunTaskStep(phase=running)])
    page = (await logged_in.get("/runs/run1")).text
    assert page.count('<rect class="box') == 2
    assert '<rect class="box running"' in page
    assert '<text class="label"' in page
    assert ">failure</text>" in page
    assert 'data-log="/runs/run1/tasks/build/logs?step=0"' in page
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_a_failed_task_says_why(logged_in, ann, runservice):
    """In one line, and, opened, the whole chain; escaped, whatever the executor sent."""
    await ann.start_run("web-ann", CONFIG)
    try:
        with wrapping("run step %s", "<i>make</i>"):
            raise FileNotFoundError(2, "No such file", "/bin/make")
    except FileNotFoundError as err:
        told = {"fail_error": stackerr.compact(err), "fail_report": stackerr.to_dict(err, True)}
    runservice.change("run1", "build", status=rs.RunTaskStatus.FAILED, **told)
    page = (await logged_in.get("/runs/run1")).text
    summary = re.search(r'<details class="failure"><summary>(.*?)</summary><pre>(.*?)</pre>', page, re.DOTALL)
    assert "<i>" not in page
    assert html.unescape(summary[1]) == told["fail_error"]
    assert "No such file" in summary[2]
    assert "test_pages.py:" in summary[2]
    runservice.change("run1", "build", fail_report={"version": "garbage"})
    page = (await logged_in.get("/runs/run1")).text
    assert html.escape(told["fail_error"], quote=False) in page.replace("&#39;", "'")


async def test_a_log_is_for_the_page_too(logged_in, ann, runservice):
    """As plain text, which no browser takes for HTML."""
    await ann.start_run("web-ann", CONFIG)
    runservice.log_goes_on.set()
    answer = await logged_in.get("/runs/run1/tasks/build/logs?step=0")
    assert answer.text == "one\ntwo\n"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("status", "code", "shown", "words"),
    [
        (500, "x", 500, "a service behind the gateway failed; try again later"),
        (503, "x", 503, "the service cannot answer now; try again later"),
        (503, "maintenance", 503, "in maintenance; try again later"),
        (fakes.OFF, "x", 503, "the service cannot answer now; try again later"),
    ],
)
async def test_what_cannot_be_shown_is_a_page_that_says_so(
    logged_in, configstore, runservice, status, code, shown, words
):
    """A plain one, as secure as the others; the log has the reason."""
    for service in (configstore, runservice):
        with fakes.broken(service, status, code):
            answer = await logged_in.get("/")
        assert (answer.status_code, answer.headers["content-type"]) == (shown, "text/html; charset=utf-8")
        assert f'<p class="fault" role="alert">{words}</p>' in answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    with fakes.broken(configstore, status, code):
        assert words in (await logged_in.post("/login", data={"token": fakes.USERS["bob"]})).text


async def test_mistakes_in_the_address_are_pages_too(logged_in):
    """What is not there, and what is no form's; what was sent is not on them."""
    answer = await logged_in.get("/nowhere/<b>")
    assert (answer.status_code, "<h1>Not Found</h1>" in answer.text, "<b>" in answer.text) == (404, True, False)
    answer = await logged_in.delete("/login")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_a_picture_has_a_column_for_each_level():
    """And a line for each that waits."""
    step = {"name": "setup", "phase": "notstarted"}
    rest = {"status": "notstarted", "waiting_approval": False, "approved": False, "setup_step": step, "steps": []}

    def task(id, level, *depends):
        waits = [{"task_id": other, "conditions": ["on_success"]} for other in depends]
        return Task(id=id, name=id, level=level, depends=waits, fail_error="", **rest)

    graph = draw([task("a", 0), task("b", 0), task("c", 1, "a", "b", "gone")])
    assert [(box.x, box.y) for box in graph.boxes] == [(10, 10), (10, 74), (260, 10)]
    assert [(line.x1, line.y1, line.x2, line.y2, line.label) for line in graph.lines] == [
        (190, 32, 260, 32, ""),
        (190, 96, 260, 32, ""),
    ]
    assert draw([]).width > 0
