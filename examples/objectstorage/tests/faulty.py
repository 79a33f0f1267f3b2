"""An S3 server on loopback that fails in every way that servers do."""

import contextlib
import socket
import socketserver
import threading

STATE = b'ETag: "1"\r\nLast-Modified: Tue, 01 Sep 2026 10:00:00 GMT\r\nContent-Type: application/octet-stream\r\n'


def problem(status, code):
    """An answer in S3's own form."""
    body = b"<?xml version='1.0'?><Error><Code>%s</Code><Message>We are sorry.</Message></Error>" % code
    head = b"HTTP/1.1 %d Sorry\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    return head % (status, len(body)) + body


def ok(length, body):
    """An answer that promises as many bytes, and gives these."""
    return b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n" % (STATE, length) + body


ANSWERS = {
    "error 500": [problem(500, b"InternalError")],
    "slow down": [problem(503, b"SlowDown")],
    "no answer": [5.0],
    "slow body": [ok(1000, b"x" * 100), 5.0],
    "cut off": [ok(1000, b"x" * 100)],
    "closed": [],
    "garbage": [b"\x00\xff garbage \r\n\r\n"],
    "web page": [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<html>hello<"],
    "quota": [problem(507, b"QuotaExceeded")],
    "conflict": [problem(409, b"ConditionalRequestConflict")],
    "gone": [problem(410, b"Gone")],
    "changed": [problem(412, b"PreconditionFailed")],
    "key too long": [problem(400, b"KeyTooLongError")],
    "fine": [b"HTTP/1.1 200 OK\r\n%sContent-Length: 0\r\n\r\n" % STATE],
}


class Faulty:
    """What the server is to do, and how often it was asked.

    Attributes:
        answers: the names of the answers to come; the last one is repeated.
        requests: the first lines of the requests.
    """

    def __init__(self, endpoint, *answers):
        self.endpoint = endpoint
        self.answers = list(answers)
        self.requests = []

    def next(self, request):
        self.requests.append(request)
        return ANSWERS[self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]]


@contextlib.contextmanager
def serve(*answers):
    """A server that gives these answers, one after the other."""
    stopped = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            with contextlib.suppress(OSError):
                request, length = self.rfile.readline().decode().strip(), 0
                while (line := self.rfile.readline().strip().lower()) != b"":
                    length = int(line[15:]) if line.startswith(b"content-length:") else length
                    if line == b"expect: 100-continue":
                        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                self.rfile.read(length)
                for part in server.faulty.next(request):
                    if isinstance(part, float):
                        stopped.wait(part)
                    else:
                        self.wfile.write(part)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.faulty = Faulty(f"http://127.0.0.1:{server.server_address[1]}", *answers)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.faulty
        finally:
            stopped.set()
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def refusing():
    """An endpoint that nobody listens on; the port stays ours, so that nobody else takes it."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"
