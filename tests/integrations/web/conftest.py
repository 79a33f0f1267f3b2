"""The pages of the how-to guides, run as a reader would run them: their files, their commands, a real request."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"# ([\w.]+)\n")
START_SECONDS = 30
STOP_SECONDS = 10
VARYING = (
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(,\d{3})?"), "TIME"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"),
)


def without_varying(text):
    """The text with times and ids replaced, which differ from run to run."""
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    return text


class Page:
    """A how-to guide: its files saved in a folder, its commands, and the output and data that it shows."""

    def __init__(self, name, folder):
        self.folder = folder
        blocks = BLOCK.findall((HOW_TO / f"{name}.md").read_text(encoding="utf-8"))
        for _, text in blocks:
            if FILE_NAME.match(text):
                (folder / FILE_NAME.match(text)[1]).write_text(text, encoding="utf-8")
        self.commands = [text.strip() for language, text in blocks if language == "sh"]
        self.lines = [without_varying(text.strip()) for language, text in blocks if language == "text"]
        self.data = [without_varying(text) for language, text in blocks if language == "json"]
        self.servers = []

    def arguments(self, command):
        """A command of the page, by the programs of this environment."""
        program, *rest = shlex.split(command)
        return [sys.executable, *rest] if program == "python" else [str(Path(sys.executable).parent / program), *rest]

    def environment(self, **variables):
        """No setting of whoever runs the tests reaches the pages; their modules are found in their folder."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("STACKERR_", "NO_COLOR"))
        }
        return {**inherited, "PYTHONPATH": str(self.folder), "PYTHONUNBUFFERED": "1", **variables}

    def run(self, **variables):
        """Run the page's first command to its end: what it prints."""
        done = subprocess.run(
            self.arguments(self.commands[0]),
            cwd=self.folder,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
        )
        return without_varying(done.stdout + done.stderr)

    def start(self, command, **variables):
        """Start a server or a worker; it is stopped when the test ends."""
        server = Server(self.arguments(command), self.folder, self.environment(**variables))
        self.servers.append(server)
        return server

    def serve(self, command, *arguments, **variables):
        """Start a web server on a free port of 127.0.0.1, and wait until it listens."""
        port = free_port()
        command = " ".join((command, *arguments)).format(port=port)
        server = self.start(command, **variables)
        server.wait_until(lambda: is_listening(port))
        server.port = port
        return server


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def is_listening(port):
    """Whether a connection is accepted."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Server:
    """A process that serves until it is stopped, and its log."""

    def __init__(self, arguments, folder, environment):
        self.path = folder / f"log-{time.monotonic_ns()}.txt"
        with self.path.open("wb") as log:
            self.process = subprocess.Popen(arguments, cwd=folder, env=environment, stdout=log, stderr=log)

    @property
    def log(self):
        """What it has written so far."""
        return without_varying(self.path.read_text(encoding="utf-8"))

    def wait_until(self, condition):
        """Wait for a condition, unless the process ends before."""
        end = time.monotonic() + START_SECONDS
        while not condition():
            assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{self.log}"
            assert time.monotonic() < end, f"waited in vain; the log is\n{self.log}"
            time.sleep(0.05)

    def get(self, path, method="GET"):
        """One request: status, headers and body."""
        request = Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        try:
            with urlopen(request, timeout=START_SECONDS) as response:
                return response.status, dict(response.headers), response.read().decode()
        except HTTPError as response:
            with response:
                return response.status, dict(response.headers), response.read().decode()

    def stop(self):
        """Stop it, by force if need be: the log is complete then."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.log

    def lines_about(self, word):
        """The lines of the complete log from the first to the last that has a word in it."""
        lines = self.stop().splitlines()
        found = [number for number, line in enumerate(lines) if word in line]
        return lines[found[0] : found[-1] + 1] if found else []


@pytest.fixture
def open_page(tmp_path):
    """Open how-to guides by name; what they start is stopped."""
    pages = []

    def open_one(name):
        pages.append(Page(name, tmp_path))
        return pages[-1]

    yield open_one
    for page in pages:
        for server in page.servers:
            server.stop()
