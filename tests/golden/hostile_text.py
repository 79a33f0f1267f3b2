"""Messages that try to forge log lines: line breaks, colours, NULs, a lone surrogate, text that runs backwards."""

from stackerr import wrap


def login(name):
    raise PermissionError(f"unknown user {name}")


def run():
    try:
        login("bob\n2026-01-01 INFO login ok \x1b[32mroot\x1b[0m\x00\udc80\u202etxt")
    except PermissionError as e:
        raise wrap(e, "log in\r\nINFO") from e
