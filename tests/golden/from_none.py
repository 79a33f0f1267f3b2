"""`from None` cuts the chain for Python; the wrap keeps its own link."""

from stackerr import wrap


def run():
    try:
        int("4x2")
    except ValueError as e:
        raise wrap(e, "parse the port") from None
