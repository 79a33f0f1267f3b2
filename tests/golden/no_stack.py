"""No stack is saved: places alone."""

from stackerr import configure, new, wrapping


def write():
    raise new("disk full")


def run():
    configure(stack_depth=0)
    with wrapping("write log"):
        write()
