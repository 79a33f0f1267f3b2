"""A real browser: Debian's chromium without a window, told what to do through a pipe.

Source: the Chrome DevTools Protocol, <https://chromedevtools.github.io/devtools-protocol/>.
"""

import base64
import json
import os
import subprocess
import time


class Browser:
    """One page in a browser of its own."""

    def __init__(self, directory):
        self._number, self._session = 0, None
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        command = [
            "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--window-size=1100,900",
            f"--user-data-dir={directory}", "--remote-debugging-pipe", "about:blank",
        ]  # fmt: skip

        # the protocol wants to be read from descriptor 3 and written to descriptor 4
        shell = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", shell, "bash", *command], pass_fds=[theirs_in, theirs_out],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self._rest = b""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def _ask(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._rest:
                piece = os.read(self._in, 1 << 16)
                if not piece:
                    raise AssertionError("the browser has ended")
                self._rest += piece
            raw, _, self._rest = self._rest.partition(b"\0")
            answer = json.loads(raw)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise AssertionError(answer["error"])
                return answer["result"]

    def go(self, url):
        """Open a page."""
        self._ask("Page.navigate", url=url)
        self.wait("document.readyState == 'complete'")

    def ask(self, script):
        """What a script says in the page."""
        answer = self._ask("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def wait(self, script, seconds=30):
        """Until a script says yes."""
        give_up = time.monotonic() + seconds
        while not self.ask(f"!!({script})"):
            if time.monotonic() > give_up:
                raise AssertionError(f"still not so: {script}; the page says {self.ask('document.body.innerText')}")
            time.sleep(0.05)

    def picture(self):
        """What the page looks like, as a PNG."""
        return base64.b64decode(self._ask("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._out)
        os.close(self._in)
