"""docs/how-to/sentry.md: a server gets the events that the page shows."""

import gzip
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@pytest.fixture
def sentry():
    """A server on 127.0.0.1 that takes what the SDK sends: its DSN, and the events it got."""
    events = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            lines = [json.loads(line) for line in body.splitlines() if line]
            events.extend(line for line in lines if "exception" in line)
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://key@127.0.0.1:{server.server_port}/1", events
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_server_gets_the_contexts_and_fingerprints_that_the_page_shows(open_page, sentry):
    """The page's program sends two events by the SDK's real transport."""
    dsn, events = sentry
    page = open_page("sentry")
    assert page.run(SENTRY_DSN=dsn) == ""
    first, second = sorted(events, key=lambda event: event["contexts"]["wrap 1"]["message"])
    shown = {name: context for name, context in second["contexts"].items() if name in ("wrap 1", "error 2")}
    for context in shown.values():
        context["place"] = context["place"].replace(f"{page.folder}/", "")
    assert shown == json.loads(page.data[0])
    assert first["fingerprint"] == second["fingerprint"] == json.loads(page.data[1])


def test_the_hook_of_ones_own_calls_ours(open_page):
    """The last example of the page drops one event and hands another on."""
    page = open_page("sentry")
    code = (
        "from own_hook import drop_cancelled\n"
        "err = KeyError('id')\n"
        "print(drop_cancelled({'message': 'cancelled'}, {}))\n"
        "print(drop_cancelled({}, {'exc_info': (KeyError, err, None)})['fingerprint'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=page.folder,
        env=page.environment(),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.stdout.splitlines() == ["None", "['KeyError | *']"]
