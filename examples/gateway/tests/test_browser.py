"""The pages in a real browser. `SCREENSHOT=page.png` keeps what they look like."""

import asyncio
import os
import shutil
from pathlib import Path

import fakes
import pytest
from browser import Browser

import stackerr
from clients import runservice as rs
from clients.gateway import GatewayClient
from stackerr import wrapping

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")

CONFIG = {
    "name": "nightly <img src=x onerror=alert(1)>",
    "tasks": [
        {"name": "build", "steps": [{"run": "make"}]},
        {"name": "lint", "steps": [{"run": "make lint"}]},
        {"name": "test", "depends": ["build"], "steps": [{"run": "make test"}]},
        {"name": "tell", "depends": [{"task": "test", "conditions": ["on_failure"]}], "steps": [{"run": "./tell.sh"}]},
    ],
}


@pytest.fixture
def browser(tmp_path):
    """A browser that nobody has used before."""
    browser = Browser(tmp_path / "browser")
    yield browser
    browser.close()


@pytest.fixture
def url(serve, runservice):
    """A gateway with a run of which one task failed, one succeeded and one goes on."""
    url = serve().url

    async def start():
        async with GatewayClient(url, fakes.USERS["ann"]) as ann:
            await ann.start_run("web-ann", CONFIG, branch="main")

    asyncio.run(start())
    try:
        with wrapping("run task %s", "lint"), wrapping("run step %d", 0):
            raise FileNotFoundError(2, "No such file or directory", "/bin/<b>make</b>")
    except FileNotFoundError as err:
        why = {"fail_error": stackerr.compact(err), "fail_report": stackerr.to_dict(err, True)}
    done, running, failed = (
        [rs.RunTaskStep(phase=phase, exit_status=status)]
        for phase, status in (("success", 0), ("running", None), ("failed", 127))
    )
    runservice.change("run1", "build", status=rs.RunTaskStatus.SUCCESS, steps=done)
    runservice.change("run1", "test", status=rs.RunTaskStatus.RUNNING, steps=running)
    runservice.change("run1", "lint", status=rs.RunTaskStatus.FAILED, steps=failed, **why)
    runservice.change("run1", phase=rs.RunPhase.RUNNING)
    return url


def test_somebody_looks_at_a_run(browser, url, runservice):
    """Logs in, sees the picture, opens a failure, and watches a log grow; nothing in it runs."""
    browser.go(f"{url}/")
    browser.wait("location.pathname == '/login'")
    browser.ask(f"document.querySelector('[name=token]').value = '{fakes.USERS['ann']}'")
    browser.ask("document.querySelector('main form button').click()")
    browser.wait("location.pathname == '/' && document.querySelector('tbody tr')")
    assert browser.ask("document.cookie") == ""
    assert browser.ask("document.querySelector('tbody a').textContent") == CONFIG["name"]
    browser.ask("document.querySelector('tbody a').click()")
    browser.wait("location.pathname == '/runs/run1' && document.querySelector('svg')")
    assert browser.ask("document.querySelectorAll('img').length") == 0
    assert browser.ask("[...document.querySelectorAll('.box')].map(box => box.classList[1]).sort().join()") == (
        "failed,notstarted,running,success"
    )
    browser.wait("getComputedStyle(document.querySelector('.box.failed')).strokeWidth == '2px'", 5)

    log = (
        "[...document.querySelectorAll('.task')].find(task => task.innerText.startsWith('test')).querySelector('.log')"
    )
    browser.ask(f"{log}.querySelector('summary').click()")
    browser.wait(f"{log}.querySelector('pre').textContent == 'one\\n'")
    keep(browser)

    browser.ask("document.querySelector('.failure summary').click()")
    assert browser.ask("document.querySelector('.failure').open")
    assert "test_browser.py:" in browser.ask("document.querySelector('.failure pre').textContent")
    assert "/bin/<b>make</b>" in browser.ask("document.querySelector('.failure summary').textContent")

    runservice.log_goes_on._loop.call_soon_threadsafe(runservice.log_goes_on.set)
    browser.wait(f"{log}.querySelector('pre').textContent == 'one\\ntwo\\n'")

    runservice.change("run1", phase=rs.RunPhase.FINISHED, result=rs.RunResult.FAILED)
    browser.wait("document.getElementById('run').innerText == 'failed'")
    assert browser.ask("document.querySelector('.failure').open")  # what somebody reads stays open


def keep(browser):
    if os.environ.get("SCREENSHOT"):
        Path(os.environ["SCREENSHOT"]).write_bytes(browser.picture())


def test_no_script_of_somebody_else_runs(browser, url):
    """Even one that got into the page: the policy is for that."""
    browser.go(f"{url}/login")
    browser.ask("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')")
    script = "const s = document.createElement('script'); s.textContent = 'window.ran = 2'; document.body.append(s)"
    browser.ask(script)
    browser.go(f"{url}/login#again")
    assert browser.ask("window.ran === undefined")


def test_logging_out_forgets(browser, url):
    """Afterwards one has to log in again."""
    browser.go(f"{url}/login")
    browser.ask(f"document.querySelector('[name=token]').value = '{fakes.USERS['ann']}'")
    browser.ask("document.querySelector('main form button').click()")
    browser.wait("location.pathname == '/' && document.querySelector('header button')")
    browser.ask("document.querySelector('header button').click()")
    browser.wait("location.pathname == '/login'")
    browser.go(f"{url}/runs/run1")
    browser.wait("location.pathname == '/login'")
