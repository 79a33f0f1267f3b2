"""A network between two services, which can be cut."""

import contextlib
import selectors
import socket
import threading


class Proxy:
    """Hands bytes on between whoever calls it and one address, until it is cut; then it hangs up on everybody."""

    def __init__(self, url):
        host, _, port = url.removeprefix("http://").rpartition(":")
        self._target = (host, int(port))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._pairs = set()
        self._lock = threading.Lock()
        self.is_cut = False
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        self.is_cut = True
        with self._lock:
            for one in [socket for pair in self._pairs for socket in pair]:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def mend(self):
        self.is_cut = False

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
            if self.is_cut:
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
            while not self.is_cut:
                for key, _ in selector.select(0.5):
                    data = key.fileobj.recv(65536)
                    if not data:
                        return
                    other[key.fileobj].sendall(data)
