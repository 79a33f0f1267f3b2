"""An error of the file system that is made an `ErrNotExist` too."""

from stackerr import Sentinel, mark, wrapping


class ErrNotExist(Sentinel, message="object does not exist", code="not_exist"):
    """The object is not there."""


def stat(key):
    try:
        open(f"/nonexistent/{key}")
    except FileNotFoundError as e:
        raise mark(e, ErrNotExist, "stat object", key=key) from e


def run():
    with wrapping("load run 42"):
        stat("runs/42")
