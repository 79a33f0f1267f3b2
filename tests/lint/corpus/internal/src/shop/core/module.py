# options: wrp-report-internal=module
from shop.store.disk import helper
from shop.core.near import neighbour
from stackerr import wrapping


def own():
    return 1


def calls():
    helper("x")  # WRP201
    neighbour()  # WRP201
    own()
    with wrapping("x"):
        neighbour()
