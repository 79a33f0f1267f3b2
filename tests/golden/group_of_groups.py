"""A group in a group, with chains of their own, wrapped as a whole."""

from stackerr import join, wrap, wrapping


def failing(call):
    try:
        call()
    except Exception as e:
        return e


def upload(name):
    with wrapping("upload %s", name, file=name):
        raise ConnectionResetError(104, "Connection reset by peer")


def check(name):
    with wrapping("check %s", name):
        {"a.log": "d41d"}[name]


def run():
    inner = ExceptionGroup("checksums", [failing(lambda: check("b.log")), failing(lambda: check("c.log"))])
    group = join(failing(lambda: upload("a.log")), None, inner)
    raise wrap(group, "archive run 42")
