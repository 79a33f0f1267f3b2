# options: wrp-report-internal=package
from shop.store.disk import Disk, DiskError, because, helper
from shop.core.near import neighbour
from ..store import disk
from stackerr import wrap, wrapping


def own():
    return 1


def calls(given: Disk):
    helper("x")  # WRP201
    disk.helper("x")  # WRP201
    given.read("x")  # WRP201
    Disk("x").read("x")  # WRP201
    own()
    neighbour()


def covered():
    with wrapping("x"):
        helper("x")
    try:
        helper("x")
    except DiskError as err:
        raise because(err) from err


def reraised():
    try:
        own()
    except DiskError:
        print("x")
        raise  # WRP202


def passed():
    try:
        own()
    except DiskError as err:
        raise wrap(err, "x") from err
