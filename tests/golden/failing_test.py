"""A test that fails with a wrapped error."""

from stackerr import wrapping


def read(key):
    with wrapping("read object %s", key):
        open(f"/nonexistent/{key}")


def test_read():
    with wrapping("load run 42"):
        read("runs/42")
