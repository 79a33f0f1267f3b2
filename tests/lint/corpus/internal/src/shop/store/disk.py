# options: wrp-report-internal=package
"""Another package of the project."""

from stackerr import wrap


class DiskError(Exception):
    pass


class Disk:
    def __init__(self, root):
        self.root = root

    def read(self, name):
        return helper(name)


def helper(name):
    return name


def because(err):
    return wrap(err, "x")
