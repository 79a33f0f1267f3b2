"""A network between two services, which can be cut, or fail as the server behind it might."""

import contextlib
import random
import selectors
import socket
import threading
import time

SORRY = b"<Error><Code>InternalError</Code><Message>We are sorry.</Message></Error>"
ERROR = b"HTTP/1.1 500 Sorry\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
HEAD_ENDS = b"\r\n\r\n"
SLOW = 0.2


class Proxy:
    """Hands bytes on between whoever calls it and one address, or does what `fault` says.

    Attributes:
        fault: `gone`, hang up on everybody; `error`, answer every request with 500; `slow`, let every piece wait;
            `cut off`, hang up in the middle of a body, of every second one or so. None is nothing.
    """

    def __init__(self, url):
        host, _, port = url.removeprefix("http://").rpartition(":")
        self._target = (host, int(port))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._pairs = set()
        self._lock = threading.Lock()
        self.fault = None
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        self.fault = "gone"
        with self._lock:
            for one in [socket for pair in self._pairs for socket in pair]:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def mend(self):
        self.fault = None

    def close(self):
        self.cut()
        self._listening.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller):
        with caller, contextlib.suppress(OSError):
            if self.fault == "gone":
                return
            with socket.create_connection(self._target, timeout=5) as callee:
                with self._lock:
                    self._pairs.add((caller, callee))
                try:
                    self._relay(caller, callee)
                finally:
                    with self._lock:
                        self._pairs.discard((caller, callee))

    def _relay(self, caller, callee):
        other = {caller: callee, callee: caller}
        with selectors.DefaultSelector() as selector:
            for one in other:
                selector.register(one, selectors.EVENT_READ)
            while self.fault != "gone":
                for key, _ in selector.select(0.5):
                    data = key.fileobj.recv(65536)
                    if not data:
                        return
                    if self.fault == "error" and key.fileobj is caller:
                        return self._refuse(caller)
                    if self.fault == "slow":
                        time.sleep(SLOW)
                    whole, data = data, self._cut_off(data) if self.fault == "cut off" else data
                    other[key.fileobj].sendall(data)
                    if len(data) < len(whole):
                        return None

    def _refuse(self, caller):
        """Answer, and read on until the other side has, or what it still sends would cut off the answer."""
        caller.sendall(ERROR % (len(SORRY), SORRY))
        caller.shutdown(socket.SHUT_WR)
        caller.settimeout(1)
        while caller.recv(65536):
            pass

    def _cut_off(self, data):
        """The head, if it has one, and half of the body, if it has one."""
        begin = data.find(HEAD_ENDS) + len(HEAD_ENDS) if HEAD_ENDS in data else 0
        return data[: begin + (len(data) - begin) // 2] if random.random() < 0.5 else data
