from shop.store.disk import DiskError, helper
from stackerr import wrapping


def calls():
    helper("x")
    try:
        helper("x")
    except DiskError:
        print(wrapping)
        raise
